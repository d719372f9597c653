interface Described {
  description: string;
  /** Its value is a secret: it is redacted, asked for without echo, and warned of where others can see it. */
  secret?: true;
}

/** One argument of a command: what the help shows of it, and what follows from it everywhere else. */
export type Arg =
  | { type: "boolean"; alias?: string; description: string }
  | (Described & { type: "string"; alias?: string; valueHint: string })
  | (Described & {
      type: "positional";
      required: false;
      /** What a shell offers for it: the account's keys, or these words. */
      completes?: "keys" | readonly string[];
    });

export type Args = Record<string, Arg>;

export const isSecret = (arg: Arg | undefined): boolean => arg !== undefined && "secret" in arg;

/** What was given for each argument. */
export type Values = Record<string, string | boolean | undefined>;

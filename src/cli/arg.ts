import type { Variable } from "./variables.ts";

interface Described {
  description: string;
  /** Its value is a secret: it is redacted, asked for without echo, and warned of where others can see it. */
  secret?: true;
}

/** Where the value of a flag comes from when it is not given. */
interface Sourced {
  variable?: Variable;
  /** It may be piped in. */
  stdin?: true;
  default?: string;
}

/** One argument of a command: what the help shows of it, and what follows from it everywhere else. */
export type Arg =
  | { type: "boolean"; alias?: string; description: string; variable?: Variable }
  | (Described & Sourced & { type: "string"; alias?: string; valueHint: string })
  | (Described & {
      type: "positional";
      /** Whether the command cannot do without; where it asks for what is missing, it can. */
      required: boolean;
      /** What a shell offers for it: the account's keys, or these words. */
      completes?: "keys" | readonly string[];
    });

export type Args = Record<string, Arg>;

export const isSecret = (arg: Arg | undefined): boolean => arg !== undefined && "secret" in arg;

/** What was given for each argument. */
export type Values = Record<string, string | boolean | undefined>;

/** The flags of every command. */
export const globalArgs = {
  json: { type: "boolean", description: "Print one JSON document" },
  quiet: { type: "boolean", alias: "q", description: "Print results and errors only" },
  verbose: { type: "boolean", alias: "v", description: "Tell on stderr what happens, without secrets" },
  unmask: { type: "boolean", description: "Show tokens in full" },
  "auth-token": {
    type: "string",
    secret: true,
    valueHint: "TOKEN",
    description: "Use this token",
    variable: "PINNER_AUTH_TOKEN",
  },
  "base-endpoint": {
    type: "string",
    valueHint: "URL",
    description: "Where the service is",
    default: "pinner.xyz",
    variable: "PINNER_BASE_ENDPOINT",
  },
  secure: {
    type: "boolean",
    description: "Use https, the default",
    variable: "PINNER_SECURE",
  },
  "no-secure": { type: "boolean", description: "Use http" },
  timeout: {
    type: "string",
    valueHint: "SECONDS",
    description: "How long one request may take",
    default: "30",
    variable: "PINNER_DEFAULT_TIMEOUT",
  },
  help: { type: "boolean", alias: "h", description: "Show this help" },
  version: { type: "boolean", alias: "V", description: "Show the version" },
} satisfies Args;

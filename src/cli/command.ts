import type { Args } from "./arg.ts";
import type { Context } from "./context.ts";
import type { ErrorCode } from "./failure.ts";

export interface Command {
  args: Args;
  /** Behind `--` stands a command that it runs. */
  passesOn?: "required" | "optional";
  examples: Example[];
  run: (context: Context<string, string, string>) => Promise<ErrorCode | number | undefined>;
}

export type Example = [command: string, effect: string];

/**
 * Defines a command: it parses, calls one use case, and prints.
 * @param definition.run gives the code of a bad state that it has told as its result, where nothing was thrown; or the
 * exit code of a command that it ran
 */
export function defineCommand<const Definitions extends Args = Record<never, never>>(definition: {
  args?: Definitions;
  passesOn?: "required" | "optional";
  examples: Example[];
  run: (
    context: Context<TextIn<Definitions>, FlagIn<Definitions>, SecretIn<Definitions>>,
  ) => Promise<ErrorCode | number | undefined>;
}): Command {
  return { args: {}, ...definition };
}

/** The names of those arguments that are flags without a value, that hold a secret, and of all others. */
type FlagIn<Definitions> = NamesOf<Definitions, { type: "boolean" }>;
type SecretIn<Definitions> = NamesOf<Definitions, { secret: true }>;
type TextIn<Definitions> = Exclude<keyof Definitions & string, FlagIn<Definitions> | SecretIn<Definitions>>;
type NamesOf<Definitions, Kind> = {
  [Name in keyof Definitions & string]: Definitions[Name] extends Kind ? Name : never;
}[keyof Definitions & string];

/** A group of commands, a command, or both: `pinner auth` logs in and has commands below it. */
export interface Branch {
  description: string;
  /** Other words for it. They run and complete as its name does. */
  aliases?: readonly string[];
  load?: () => Promise<{ default: Command }>;
  children?: Record<string, Branch>;
  /** Of the program itself: the commands to begin with, by their paths. */
  begin?: readonly (readonly string[])[];
  /** Words behind it that stand for a command elsewhere, and that command's whole path. */
  shortcuts?: Record<string, readonly string[]>;
}

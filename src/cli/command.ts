// Types only: loading citty is left to the help, which is the only one to run its code.
import type { ArgsDef, CommandDef } from "citty";
import type { Context } from "./context.ts";

/** A command of citty's kind, with examples for its help. */
export interface Command extends CommandDef {
  args: ArgsDef;
  examples: Example[];
}

export type Example = [command: string, effect: string];

/**
 * Defines a command: it parses, calls one use case, and prints.
 * @param definition.run gives the exit code where it is not 0 although nothing was thrown
 */
export function defineCommand<const Args extends ArgsDef = Record<never, never>>(definition: {
  args?: Args;
  examples: Example[];
  run: (context: Context<TextIn<Args>, FlagIn<Args>>) => Promise<number | undefined>;
}): Command {
  const { args = {}, examples, run } = definition;
  return { args, examples, run: ({ data }) => run(data as Context<string, string>) };
}

/** The names of those arguments that are flags without a value, and of all others. */
type FlagIn<Args> = {
  [Name in keyof Args & string]: Args[Name] extends { type: "boolean" } ? Name : never;
}[keyof Args & string];
type TextIn<Args> = Exclude<keyof Args & string, FlagIn<Args>>;

/** A group of commands, a command, or both: `pinner auth` logs in and has commands below it. */
export interface Branch {
  description: string;
  aliases?: readonly string[];
  load?: () => Promise<{ default: Command }>;
  children?: Record<string, Branch>;
}

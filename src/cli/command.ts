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
export function defineCommand(definition: {
  args?: ArgsDef;
  examples: Example[];
  run: (context: Context) => Promise<number | undefined>;
}): Command {
  const { args = {}, examples, run } = definition;
  return { args, examples, run: ({ data }) => run(data as Context) };
}

/** A group of commands, a command, or both: `pinner auth` logs in and has commands below it. */
export interface Branch {
  description: string;
  aliases?: readonly string[];
  /** Left out of help: it is called by programs. */
  hidden?: boolean;
  load?: () => Promise<{ default: Command }>;
  children?: Record<string, Branch>;
}

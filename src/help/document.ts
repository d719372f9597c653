import type { Branch } from "../cli/command.ts";
import { exits } from "../cli/failure.ts";
import { findCommand } from "../cli/find-command.ts";
import { fileNameOf, type Variable, variables } from "../cli/variables.ts";
import { version } from "../sdk/version.ts";
import { type Described, describe, nameOf } from "./describe.ts";
import { exitCodes } from "./exits.ts";
import { errorCodes, variablePurposes } from "./reference.ts";

/** A command or a group, and all below it. */
export interface CommandDocument extends Described {
  commands: CommandDocument[];
}

/** The whole program. Its flags are those that every command has. */
export interface ProgramDocument extends CommandDocument {
  version: string;
  /** The commands to begin with. */
  begin: string[];
  exitCodes: { code: number; meaning: string }[];
  errorCodes: { code: string; exit: number; meaning: string }[];
  variables: { name: string; meaning: string; secret: boolean; fileVariable?: string }[];
}

/** What `help --json` prints: of one command, or, by an empty path, of the whole program. */
export async function helpDocument(
  tree: Branch,
  path: readonly string[],
): Promise<CommandDocument | ProgramDocument> {
  return path.length > 0 ? commandDocument(tree, path) : programDocument(tree);
}

async function commandDocument(tree: Branch, path: readonly string[]): Promise<CommandDocument> {
  const names = Object.keys(findCommand(tree, [...path]).branch.children ?? {});
  const commands = names.map((name) => commandDocument(tree, [...path, name]));
  return { ...(await describe(tree, path)), commands: await Promise.all(commands) };
}

/** All that there is to say of the program. */
export async function programDocument(tree: Branch): Promise<ProgramDocument> {
  const { commands, ...program } = await commandDocument(tree, []);
  return {
    version,
    ...program,
    begin: (tree.begin ?? []).map(nameOf),
    commands,
    exitCodes: Object.entries(exitCodes).map(([code, meaning]) => ({ code: Number(code), meaning })),
    errorCodes: Object.entries(errorCodes).map(([code, meaning]) => ({
      code,
      exit: exits[code as keyof typeof errorCodes],
      meaning,
    })),
    variables: Object.entries(variablePurposes).map(([name, meaning]) => describeVariable(name, meaning)),
  };
}

function describeVariable(name: string, meaning: string): ProgramDocument["variables"][number] {
  if (!(name in variables)) return { name, meaning, secret: false };
  const known = name as Variable;
  const file = fileNameOf(known);
  return {
    name,
    meaning,
    secret: variables[known] === "secret",
    ...(file ? { fileVariable: file } : {}),
  };
}

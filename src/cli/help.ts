import { type CommandDef, renderUsage } from "citty";
import { version } from "../sdk/version.ts";
import { globalArgs } from "./args.ts";
import type { Branch } from "./command.ts";
import { coloursOn } from "./terminal.ts";

// Not by `node:util`, which takes longer to load than the rest of the help.
const COLOUR = /\u001b\[[\d;]*m/g;

/** The help of a command or group: usage, arguments, options, commands below it, examples. */
export async function renderHelp(path: string[], branch: Branch): Promise<string> {
  const command = await branch.load?.().then((module) => module.default);
  const names = ["pinner", ...path];
  const usage: CommandDef = {
    meta: { name: names.at(-1) ?? "", description: branch.description },
    args: { ...command?.args, ...globalArgs },
    ...(branch.children ? { subCommands: Object.fromEntries(childrenOf(branch)) } : {}),
  };
  const parent = { meta: { name: names.slice(0, -1).join(" "), version } };
  const text = await renderUsage(usage, parent);
  const examples = (command?.examples ?? []).map(([line, effect]) => `  ${line}\n      ${effect}`);
  const help = [text.trimEnd(), ...(examples.length > 0 ? [`EXAMPLES\n\n${examples.join("\n")}`] : [])].join(
    "\n\n",
  );
  const shown = coloursOn("stdout") ? help : help.replaceAll(COLOUR, "");
  return shown.replace(/ +$/gm, "");
}

const childrenOf = (branch: Branch): [string, CommandDef][] =>
  Object.entries(branch.children ?? {}).map(([name, { description, aliases = [] }]) => [
    name,
    { meta: { name, description, alias: [...aliases] } },
  ]);

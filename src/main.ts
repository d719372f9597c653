import { globalArgs, nearest, readArgs } from "./cli/args.ts";
import type { Branch, Command } from "./cli/command.ts";
import { createContext } from "./cli/context.ts";
import { type Interruption, listenForInterruption } from "./cli/interruption.ts";
import { createOutput, type Output } from "./cli/output.ts";
import { restoreTerminal } from "./cli/terminal.ts";
import { UsageError } from "./cli/usage-error.ts";
import { tree } from "./commands/tree.ts";

/**
 * Runs one command.
 * @param argv what follows the program's own name
 * @returns the exit code: see the table in the README. Nothing is thrown.
 */
export async function main(argv: string[]): Promise<number> {
  let out = createOutput({ json: has(argv, "--json"), quiet: false, verbose: false });
  const interruption = listenForInterruption((message) => out.info(message));
  const crashed = new Promise<never>((_, reject) => {
    process.on("uncaughtException", reject);
    process.on("unhandledRejection", reject);
  });
  try {
    const run = runCommand(argv, interruption, (chosen) => {
      out = chosen;
    });
    const exit = await Promise.race([run, interruption.cancelled, crashed]);
    out.flush();
    return interruption.exit ?? exit;
  } catch (error) {
    restoreTerminal();
    const { explain } = await import("./cli/explain.ts");
    const explanation = explain(error);
    if (error instanceof Error) out.debug(error.stack ?? error.message);
    out.error(explanation);
    return explanation.exit;
  }
}

async function runCommand(
  argv: string[],
  interruption: Interruption,
  choose: (out: Output) => void,
): Promise<number> {
  if (argv[0] === "complete") return completeLine(argv, interruption);
  if (has(argv, "--version", "-V")) return showVersion(has(argv, "--json"));
  const { path, branch, rest } = findBranch(argv);
  const command = await branch.load?.().then((module) => module.default);
  if (has(argv, "--help", "-h")) return showHelp(path, branch);

  const allArgs = { ...command?.args, ...globalArgs, ...(takesWord(branch, command) ? wordArg : {}) };
  const args = readArgs(rest, allArgs, path.join(" "));
  const flag = (name: string) => args[name] === true;
  const out = createOutput({ json: flag("json"), quiet: flag("quiet"), verbose: flag("verbose") });
  choose(out);
  if (typeof args["word"] === "string") throw unknownCommand(args["word"], path, branch);
  if (command) {
    const data = createContext(args, out, interruption);
    const exit: unknown = await command.run?.({ rawArgs: rest, args: args as never, cmd: command, data });
    return typeof exit === "number" ? exit : 0;
  }
  if (out.json) throw new UsageError(`which command? See \`${["pinner", ...path].join(" ")} --help\``);
  return showHelp(path, branch);
}

/** Whether a word that stands after the command can only be a mistyped command below it. */
const takesWord = (branch: Branch, command: Command | undefined): boolean =>
  branch.children !== undefined &&
  !Object.values(command?.args ?? {}).some(({ type }) => type === "positional");

/** Takes the word after a group, so that the message can say what is wrong with it. */
const wordArg = { word: { type: "positional" } } as const;

/** Goes down the tree along the leading words of `argv`; flags of every command may stand between them. */
function findBranch(argv: string[]): { path: string[]; branch: Branch; rest: string[] } {
  const path: string[] = [];
  const flags: string[] = [];
  let branch: Branch = tree;
  let index = 0;
  while (index < argv.length) {
    const argument = argv[index] ?? "";
    const taken = globalFlagLength(argument);
    if (taken > 0) {
      flags.push(...argv.slice(index, index + taken));
      index += taken;
      continue;
    }
    const found = findChild(branch, argument);
    if (!found) break;
    path.push(found.name);
    branch = found.branch;
    index++;
  }
  return { path, branch, rest: [...flags, ...argv.slice(index)] };
}

function findChild(parent: Branch, word: string): { name: string; branch: Branch } | undefined {
  for (const [name, branch] of Object.entries(parent.children ?? {})) {
    if (name === word || branch.aliases?.includes(word)) return { name, branch };
  }
  return undefined;
}

/** How many arguments a flag takes up, where it is one that every command has. */
function globalFlagLength(argument: string): number {
  const [name = "", ...value] = argument.split("=");
  for (const [long, arg] of Object.entries(globalArgs)) {
    if (name !== `--${long}` && !("alias" in arg && name === `-${arg.alias}`)) continue;
    return arg.type === "string" && value.length === 0 ? 2 : 1;
  }
  return 0;
}

function unknownCommand(word: string, path: string[], branch: Branch): UsageError {
  const parent = ["pinner", ...path].join(" ");
  const near = nearest(word, Object.keys(branch.children ?? {}));
  // Only a mistyped name is repeated: any other word may be a secret in the wrong place.
  return new UsageError(
    near
      ? `unknown command: did you mean \`${parent} ${near}\`?`
      : `unknown command: see \`${parent} --help\``,
  );
}

/** What the scripts of `pinner completion` call: `pinner complete -- WORDS`. The words need not be a right command line. */
async function completeLine([, , ...words]: string[], interruption: Interruption): Promise<number> {
  const { complete } = await import("./completion/complete.ts");
  const out = createOutput({ json: false, quiet: false, verbose: false });
  return complete(words, createContext({}, out, interruption));
}

async function showHelp(path: string[], branch: Branch): Promise<number> {
  const { renderHelp } = await import("./cli/help.ts");
  await createOutput({ json: false, quiet: false, verbose: false }).result(await renderHelp(path, branch));
  return 0;
}

async function showVersion(json: boolean): Promise<number> {
  const { version } = await import("./cli/version.ts");
  const out = createOutput({ json, quiet: false, verbose: false });
  await (out.json ? out.document({ version }) : out.result(version));
  return 0;
}

/** Whether a flag is given, without parsing: for what must be known before arguments can be wrong. */
function has(argv: string[], ...names: string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => names.includes(argument));
}

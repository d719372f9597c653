import { type Args, isSecret, type Values } from "./arg.ts";
import { globalArgs, nearest } from "./args.ts";
import type { Branch, Command } from "./command.ts";
import { UsageError } from "./failure.ts";

export interface FoundCommand {
  /** The names that lead to it, also where other words for them were given. */
  path: string[];
  branch: Branch;
  /** What is not among those words: flags that stand between them, and all that follows. */
  rest: string[];
}

/** Goes down the tree along the leading words of `argv`; flags of every command may stand between them. */
export function findCommand(tree: Branch, argv: string[]): FoundCommand {
  const path: string[] = [];
  const flags: string[] = [];
  let branch = tree;
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

/** Every word that stands for a command. */
export const wordsOf = ({ children = {} }: Branch): string[] =>
  Object.entries(children).flatMap(([name, child]) => [name, ...(child.aliases ?? []), ...wordsOf(child)]);

/** How many arguments a flag takes up, where it is one that every command has. */
function globalFlagLength(argument: string): number {
  const [name = "", ...value] = argument.split("=");
  for (const [long, arg] of Object.entries(globalArgs)) {
    if (name !== `--${long}` && !("alias" in arg && name === `-${arg.alias}`)) continue;
    return arg.type === "string" && value.length === 0 ? 2 : 1;
  }
  return 0;
}

/** Takes the word behind a group that has no argument of its own, so that the message can say what is wrong with it. */
const stray = { type: "positional", required: false, description: "the name of a command" } as const;

/** The arguments that a command line may have behind the words of a command. */
export function argsOf(branch: Branch, command: Command | undefined): Args {
  const own = command?.args ?? {};
  const takesWord = Object.values(own).some(({ type }) => type === "positional");
  return { ...own, ...globalArgs, ...(branch.children && !takesWord ? { word: stray } : {}) };
}

/**
 * Refuses a word that was meant to be a command below a group: any, where the group takes no argument, and one that
 * is nearly such a name, where the argument is a secret. No secret is.
 * @throws {UsageError}
 */
export function refuseMistyped(values: Values, args: Args, { path, branch }: FoundCommand): void {
  const [name = "", arg] = Object.entries(args).find(([, { type }]) => type === "positional") ?? [];
  const word = values[name];
  if (!branch.children || typeof word !== "string") return;
  const parent = ["pinner", ...path].join(" ");
  const near = nearest(word, Object.keys(branch.children));
  // Only a mistyped name is repeated: any other word may be a secret in the wrong place.
  if (near && (arg === stray || isSecret(arg)))
    throw new UsageError(`unknown command: did you mean \`${parent} ${near}\`?`);
  if (arg === stray) throw new UsageError(`unknown command: see \`${parent} --help\``);
}

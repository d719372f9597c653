import { type Arg, type Args, isSecret } from "./arg.ts";
import { firstWord, globalArgs, nearest } from "./args.ts";
import type { Branch, Command } from "./command.ts";
import { UsageError } from "./failure.ts";

export interface FoundCommand {
  /** The names that lead to it, also where other words for them were given. */
  path: string[];
  branch: Branch;
  /** What is not among those words: flags that stand between them, and all that follows. */
  rest: string[];
}

/** `pinner help COMMAND` and `pinner version`: words for flags, where the name of a command may stand first. */
export const FLAG_WORDS = ["help", "version"];

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
    const shortcut = Object.entries(branch.shortcuts ?? {}).find(([word]) => word === argument)?.[1];
    const found = shortcut ? follow(tree, shortcut) : findChild(branch, argument);
    if (!found) break;
    if (shortcut) path.splice(0, path.length, ...shortcut);
    else path.push(found.name);
    branch = found.branch;
    index++;
  }
  return { path, branch, rest: [...flags, ...argv.slice(index)] };
}

const follow = (tree: Branch, path: readonly string[]): { name: string; branch: Branch } | undefined =>
  path.reduce<{ name: string; branch: Branch } | undefined>((at, word) => at && findChild(at.branch, word), {
    name: "",
    branch: tree,
  });

function findChild(parent: Branch, word: string): { name: string; branch: Branch } | undefined {
  for (const [name, branch] of Object.entries(parent.children ?? {})) {
    if (name === word || branch.aliases?.includes(word)) return { name, branch };
  }
  return undefined;
}

/** Every word that stands for a command. */
export const wordsOf = (branch: Branch): string[] => [
  ...wordsBelow(branch),
  ...Object.values(branch.children ?? {}).flatMap(wordsOf),
];

/** Every word that may stand directly behind a group. */
const wordsBelow = ({ children = {}, shortcuts = {} }: Branch): string[] => [
  ...Object.entries(children).flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
  ...Object.keys(shortcuts),
];

/** The whole path of a command, by one of its words. */
function pathTo(word: string, branch: Branch, above: string[] = []): string[] | undefined {
  const found = findChild(branch, word);
  if (found) return [...above, found.name];
  for (const [name, child] of Object.entries(branch.children ?? {})) {
    const path = pathTo(word, child, [...above, name]);
    if (path) return path;
  }
  return undefined;
}

/** How many arguments a flag takes up, where it is one that every command has. */
function globalFlagLength(argument: string): number {
  if (isGroup(argument)) return 1;
  const [name = "", ...value] = argument.split("=");
  for (const [long, arg] of Object.entries(globalArgs)) {
    if (name !== `--${long}` && !("alias" in arg && name === `-${arg.alias}`)) continue;
    return arg.type === "string" && value.length === 0 ? 2 : 1;
  }
  return 0;
}

/** Whether it is several flags without values in one, such as `-qv`. */
const isGroup = (argument: string): boolean =>
  /^-[a-zA-Z]{2,}$/.test(argument) &&
  [...argument.slice(1)].every((letter) => GLOBAL_LETTERS.includes(letter));

const GLOBAL_LETTERS = Object.values<Arg>(globalArgs).flatMap((arg) =>
  arg.type === "boolean" ? (arg.alias ?? []) : [],
);

/** Whether a flag without a value is given by its letter, also in a group such as `-qh`. */
export function hasLetter(argv: string[], args: Args, letter: string): boolean {
  const takesValue = Object.values(args).flatMap((arg) => (arg.type === "string" ? (arg.alias ?? []) : []));
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => {
    if (!/^-[a-zA-Z]/.test(argument)) return false;
    const letters = [...argument.slice(1)];
    // What is behind a flag with a value is that value.
    const value = letters.findIndex((one) => takesValue.includes(one));
    return (value < 0 ? letters : letters.slice(0, value)).includes(letter);
  });
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
 * is nearly such a name, or one elsewhere, where the argument is a secret. No secret is. What follows the word is not looked at.
 * @throws {UsageError}
 */
export function refuseMistyped(tree: Branch, { path, branch, rest }: FoundCommand, args: Args): void {
  const [, arg] = Object.entries(args).find(([, { type }]) => type === "positional") ?? [];
  const word = branch.children && firstWord(rest, args);
  if (word === undefined || (arg !== stray && !isSecret(arg))) return;
  const parent = ["pinner", ...path].join(" ");
  // Only a mistyped name is repeated: any other word may be a secret in the wrong place.
  const near = nearest(word, wordsBelow(branch));
  const elsewhere = pathTo(word, tree);
  if (elsewhere)
    throw new UsageError(`unknown command: did you mean \`${["pinner", ...elsewhere].join(" ")}\`?`);
  if (near) throw new UsageError(`unknown command: did you mean \`${parent} ${near}\`?`);
  if (arg === stray) throw new UsageError(`unknown command: see \`${parent} --help\``);
}

/** What is for a command itself, and the command behind `--`, where it is one that runs another. */
export function splitOff(
  rest: string[],
  command: Command | undefined,
): { rest: string[]; passedOn: string[] | undefined } {
  const end = rest.indexOf("--");
  if (command?.passesOn === undefined || end < 0) return { rest, passedOn: undefined };
  return { rest: rest.slice(0, end), passedOn: rest.slice(end + 1) };
}

/** @throws {UsageError} for a `--` with no command behind it, and for none where there must be one */
export function refuseMissing(
  passedOn: string[] | undefined,
  command: Command | undefined,
  name: string,
): void {
  const isWanted = passedOn !== undefined || command?.passesOn === "required";
  if (!isWanted || passedOn?.[0]?.trim()) return;
  throw new UsageError(
    `the command to run is missing: pinner ${name} -- COMMAND [ARGUMENT…]`,
    "input_missing",
  );
}

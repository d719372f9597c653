import { type Arg, type Args, globalArgs } from "./arg.ts";
import type { Branch, Command } from "./command.ts";

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

export function findChild(parent: Branch, word: string): { name: string; branch: Branch } | undefined {
  for (const [name, branch] of Object.entries(parent.children ?? {})) {
    if (name === word || branch.aliases?.includes(word)) return { name, branch };
  }
  return undefined;
}

/** Every word that may stand directly behind a group. */
export const wordsBelow = ({ children = {}, shortcuts = {} }: Branch): string[] => [
  ...Object.entries(children).flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
  ...Object.keys(shortcuts),
];

/** Every word that stands for a command. */
export const wordsOf = (branch: Branch): string[] => [
  ...wordsBelow(branch),
  ...Object.values(branch.children ?? {}).flatMap(wordsOf),
];

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

/** What is for a command itself, and the command behind `--`, where it is one that runs another. */
export function splitOff(
  rest: string[],
  command: Command | undefined,
): { rest: string[]; passedOn: string[] | undefined } {
  const end = rest.indexOf("--");
  if (command?.passesOn === undefined || end < 0) return { rest, passedOn: undefined };
  return { rest: rest.slice(0, end), passedOn: rest.slice(end + 1) };
}

/** Takes the word behind a group that has no argument of its own, so that the message can say what is wrong with it. */
export const stray = { type: "positional", required: false, description: "the name of a command" } as const;

/** The arguments that a command line may have behind the words of a command. */
export function argsOf(branch: Branch, command: Command | undefined): Args {
  const own = command?.args ?? {};
  const takesWord = Object.values(own).some(({ type }) => type === "positional");
  return { ...own, ...globalArgs, ...(branch.children && !takesWord ? { word: stray } : {}) };
}

import { type Args, globalArgs, isSecret } from "./arg.ts";
import { firstWord, nearest } from "./args.ts";
import type { Branch, Command } from "./command.ts";
import { UsageError } from "./failure.ts";
import { type FoundCommand, findChild, wordsBelow } from "./find-command.ts";

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

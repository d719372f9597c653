import { type Args, isSecret } from "./arg.ts";
import { firstWord, nearest } from "./args.ts";
import type { Branch } from "./command.ts";
import { UsageError } from "./failure.ts";
import { FLAG_WORDS, type FoundCommand, findChild, stray, wordsBelow } from "./find-command.ts";

/**
 * Refuses a word that was meant to be a command below a group: any, where the group takes no argument, and one that
 * is nearly such a name, or one elsewhere, where the argument is a secret. No secret is. Capitals are as good as small
 * letters here, and what follows the word is not looked at.
 * @throws {UsageError}
 */
export function refuseMistyped(tree: Branch, { path, branch, rest }: FoundCommand, args: Args): void {
  const [, arg] = Object.entries(args).find(([, { type }]) => type === "positional") ?? [];
  const word = branch.children && firstWord(rest, args)?.toLowerCase();
  if (word === undefined || (arg !== stray && !isSecret(arg))) return;
  const parent = ["pinner", ...path].join(" ");
  // Only a mistyped name is repeated: any other word may be a secret in the wrong place.
  const near = nearest(word, wordsBelow(branch));
  const elsewhere = FLAG_WORDS.includes(word) ? [word, ...(word === "help" ? path : [])] : pathTo(word, tree);
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

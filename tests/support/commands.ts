import type { Branch, Command } from "../../src/cli/command.ts";
import { tree } from "../../src/commands/_tree.ts";

/** The words of every command that people run, such as `auth status`. */
export type CommandPath = PathsIn<typeof tree>;

type PathsIn<Node> = Node extends { children: infer Children }
  ? {
      [Name in keyof Children & string]:
        | (Children[Name] extends { load: unknown } ? Name : never)
        | (Children[Name] extends { children: unknown } ? `${Name} ${PathsIn<Children[Name]>}` : never);
    }[keyof Children & string]
  : never;

/** A command or a group, by the words that lead to it. */
export interface Place {
  words: string[];
  branch: Branch;
}

/** Every command and group of the tree, by its own name or by any other that it answers to. */
export const places = (branch: Branch = tree, words: string[] = []): Place[] =>
  Object.entries(branch.children ?? {}).flatMap(([name, child]) =>
    [name, ...(child.aliases ?? [])].flatMap((word) => {
      const own = [...words, word];
      return [{ words: own, branch: child }, ...places(child, own)];
    }),
  );

export const allCommands: CommandPath[] = commandPaths();

/** Every command by its own name. */
function commandPaths(branch: Branch = tree, words: string[] = []): CommandPath[] {
  return Object.entries(branch.children ?? {}).flatMap(([name, child]) => {
    const own = [...words, name];
    return [...(child.load ? [own.join(" ") as CommandPath] : []), ...commandPaths(child, own)];
  });
}

/** What the words lead to, by whatever name. @returns `undefined` when one of them is none */
export function placeOf(words: string[]): Branch | undefined {
  let branch: Branch | undefined = tree;
  for (const word of words) {
    const elsewhere: readonly string[] | undefined = branch?.shortcuts?.[word];
    branch = elsewhere
      ? placeOf([...elsewhere])
      : Object.entries(branch?.children ?? {}).find(
          ([name, { aliases }]) => name === word || aliases?.includes(word),
        )?.[1];
  }
  return branch;
}

/** The definition of a command. */
export async function commandAt(path: CommandPath): Promise<Command> {
  const loaded = await placeOf(path.split(" "))?.load?.();
  if (!loaded) throw new Error(`\`${path}\` is no command`);
  return loaded.default;
}

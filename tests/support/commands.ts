import type { tree } from "../../src/commands/_tree.ts";

/** The words of every command that people run, such as `auth status`. */
export type CommandPath = PathsIn<typeof tree>;

type PathsIn<Node> = Node extends { children: infer Children }
  ? {
      [Name in keyof Children & string]:
        | (Children[Name] extends { load: unknown } ? Name : never)
        | (Children[Name] extends { children: unknown } ? `${Name} ${PathsIn<Children[Name]>}` : never);
    }[keyof Children & string]
  : never;

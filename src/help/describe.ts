import { type Arg, type Args, globalArgs, isSecret } from "../cli/arg.ts";
import type { Branch, Command, Example } from "../cli/command.ts";
import { findCommand } from "../cli/find-command.ts";
import { fileNameOf } from "../cli/variables.ts";

/** What the definitions say of a command or a group: all that its help, its man page and the reference tell. */
export interface Described {
  /** `pinner auth status` */
  name: string;
  description: string;
  /** Whole command lines that are the same command. */
  aliases: string[];
  /** Without flags: `pinner auth [TOKEN]`. */
  usage: string[];
  /** Whether it does something by itself, rather than only hold other commands. */
  runs: boolean;
  arguments: DescribedArgument[];
  flags: DescribedFlag[];
  examples: { command: string; effect: string }[];
}

interface DescribedArgument {
  /** `TOKEN` */
  name: string;
  type: "string";
  description: string;
  required: boolean;
  secret: boolean;
  /** What it may be: the name of a key of the account, or one of these words. */
  completes?: "keys" | readonly string[];
}

export interface DescribedFlag {
  /** `--email` */
  name: string;
  /** `-e` */
  short?: string;
  type: "boolean" | "string";
  /** What stands for its value: `EMAIL`. */
  value?: string;
  description: string;
  secret: boolean;
  default?: string;
  /** The variable that is read where the flag is not given. */
  variable?: string;
  /** The variable that names a file with the value. */
  fileVariable?: string;
  /** Whether the value may be piped in. */
  stdin: boolean;
}

/** @param path names, not other words: `["auth", "status"]`; none for the program itself, which has the flags of every command */
export async function describe(tree: Branch, path: readonly string[]): Promise<Described> {
  const { branch } = findCommand(tree, [...path]);
  const command = (await branch.load?.())?.default;
  const name = nameOf(path);
  const args = Object.entries<Arg>(command?.args ?? (path.length === 0 ? globalArgs : {}));
  return {
    name,
    description: branch.description,
    aliases: aliasesOf(tree, path),
    usage: usageOf(name, branch, command),
    runs: command !== undefined,
    arguments: args.flatMap(([key, arg]) => (arg.type === "positional" ? describeArgument(key, arg) : [])),
    flags: describeFlags(args),
    examples: (command?.examples ?? []).map(toExample),
  };
}

export const nameOf = (path: readonly string[]): string => ["pinner", ...path].join(" ");

const toExample = ([command, effect]: Example) => ({ command, effect });

/** By other names of its own, and by words elsewhere that stand for it. */
function aliasesOf(tree: Branch, path: readonly string[]): string[] {
  const above = path.slice(0, -1);
  const { aliases = [] } = findCommand(tree, [...path]).branch;
  const shortcuts = (branch: Branch, at: string[]): string[] => [
    ...Object.entries(branch.shortcuts ?? {}).flatMap(([word, to]) =>
      to.join(" ") === path.join(" ") ? nameOf([...at, word]) : [],
    ),
    ...Object.entries(branch.children ?? {}).flatMap(([name, child]) => shortcuts(child, [...at, name])),
  ];
  return [
    ...(path.length > 0 ? aliases.map((word) => nameOf([...above, word])) : []),
    ...shortcuts(tree, []),
  ];
}

const programOf = { required: " -- COMMAND [ARGUMENT…]", optional: " [-- COMMAND [ARGUMENT…]]" };

function usageOf(name: string, branch: Branch, command: Command | undefined): string[] {
  const words = Object.entries(command?.args ?? {}).flatMap(([key, arg]) => {
    if (arg.type !== "positional") return [];
    return arg.required ? ` ${key.toUpperCase()}` : ` [${key.toUpperCase()}]`;
  });
  return [
    ...(command ? [`${name}${words.join("")}${command.passesOn ? programOf[command.passesOn] : ""}`] : []),
    ...(branch.children ? [`${name} COMMAND`] : []),
  ];
}

function describeArgument(key: string, arg: Arg & { type: "positional" }): DescribedArgument {
  const { type: _, description, required, completes } = arg;
  const isOf = completes === undefined ? {} : { completes };
  return { name: key.toUpperCase(), type: "string", description, required, secret: isSecret(arg), ...isOf };
}

const describeFlags = (args: [string, Arg][]): DescribedFlag[] =>
  args.flatMap(([key, arg]) => (arg.type === "positional" ? [] : describeFlag(key, arg)));

function describeFlag(key: string, arg: Exclude<Args[string], { type: "positional" }>): DescribedFlag {
  const { type, alias, description, variable } = arg;
  const takesText = type === "string";
  const file = variable && fileNameOf(variable);
  return {
    name: `--${key}`,
    ...(alias ? { short: `-${alias}` } : {}),
    type,
    ...(takesText ? { value: arg.valueHint } : {}),
    description,
    secret: isSecret(arg),
    ...(takesText && arg.default ? { default: arg.default } : {}),
    ...(variable ? { variable } : {}),
    ...(file ? { fileVariable: file } : {}),
    stdin: takesText && arg.stdin === true,
  };
}

/** What a flag is, and where its value comes from when it is not given. @param code marks the name of a variable */
export function explainFlag(flag: DescribedFlag, code = (name: string) => name): string {
  const others = [
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
    ...(flag.variable === undefined ? [] : [`or ${code(flag.variable)}`]),
    ...(flag.stdin ? ["or on stdin"] : []),
  ];
  return others.length > 0 ? `${flag.description} (${others.join(", ")})` : flag.description;
}

/** The name of every command and group, as they stand in the tree; the program itself comes first. */
export const allPaths = (branch: Branch, path: string[] = []): string[][] => [
  path,
  ...Object.entries(branch.children ?? {}).flatMap(([name, child]) => allPaths(child, [...path, name])),
];

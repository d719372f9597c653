import { type Command as Completed, RootCommand } from "@bomb.sh/tab";
import { type Args, globalArgs } from "../cli/arg.ts";
import type { Branch } from "../cli/command.ts";
import { createContext } from "../cli/context.ts";
import { type FoundCommand, findCommand } from "../cli/find-command.ts";
import type { Interruption } from "../cli/interruption.ts";
import { createOutput, type Output } from "../cli/output.ts";
import { safeText } from "../cli/safe-text.ts";
import { openSession } from "../cli/session.ts";
import type { ApiKey } from "../sdk/types.ts";
import { printedBy } from "./script.ts";

/** A shell waits for this while somebody types: what takes longer is left out. */
const PATIENCE_MS = 900;
/** Names that every shell takes as they are, without quotes, and that nothing takes for a flag. */
const PLAIN_NAME = /^[\w.@+][\w.@+-]*$/;

/**
 * Completes a line; the last of its words is the one at the cursor. It writes nothing to stderr, whatever happens,
 * because whoever presses TAB is in the middle of that line.
 * @returns the exit code: 1 when it failed
 */
export async function complete(line: string[], tree: Branch, interruption: Interruption): Promise<number> {
  const completed = print(line, tree, interruption).then(() => 0);
  return Promise.race([completed, interruption.cancelled]).catch(() => 1);
}

async function print(line: string[], tree: Branch, interruption: Interruption): Promise<void> {
  const typed = line.at(-1) ?? "";
  const found = findCommand(tree, line.slice(0, -1));
  const args = (await found.branch.load?.())?.default.args ?? {};
  const out = createOutput({ json: false, quiet: true, verbose: false });
  const keys = needsKeys(args, typed) ? await loadKeys(out, interruption) : [];
  const root = describe(found, args, typed, keys);
  await out.result(printedBy(() => root.parse([...found.path, ...found.rest, typed])).trimEnd());
}

const needsKeys = (args: Args, typed: string): boolean =>
  !typed.startsWith("-") && Object.values(args).some((arg) => "completes" in arg && arg.completes === "keys");

/** The account's keys; none where they cannot be had in time. */
async function loadKeys(out: Output, interruption: Interruption): Promise<ApiKey[]> {
  const list = async () => {
    const { pinner } = await openSession(createContext({}, {}, out, interruption), { warns: false });
    return pinner.listKeys();
  };
  const tooLate = new Promise<ApiKey[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS));
  return Promise.race([list(), tooLate]).catch(() => []);
}

/** The command that a line names and those below it, in the form of the completion library. */
function describe({ path, branch }: FoundCommand, args: Args, typed: string, keys: ApiKey[]): RootCommand {
  const root = new RootCommand();
  addArgs(root, globalArgs, keys);
  // The library finds a command only behind those above it.
  const above = path.map((_, index) => root.command(path.slice(0, index + 1).join(" "), ""));
  addArgs(above.at(-1) ?? root, { ...args, ...globalArgs }, keys);
  for (const [word, description] of wordsBelow(branch, typed))
    root.command([...path, word].join(" "), description);
  return root;
}

/** Names of the commands below; their other words only where no name begins as it is typed. */
function wordsBelow(
  { children = {}, shortcuts = {} }: Branch,
  typed: string,
): [word: string, description: string][] {
  const names = Object.keys(children);
  const isName = names.some((name) => name.startsWith(typed));
  const words = Object.entries(children).flatMap(([name, { description, aliases = [] }]) =>
    (isName ? [name] : aliases).map((word): [string, string] => [word, description]),
  );
  const elsewhere = Object.entries(shortcuts).map(([word, path]): [string, string] => [
    word,
    `pinner ${path.join(" ")}`,
  ]);
  return isName ? words : [...words, ...elsewhere];
}

function addArgs(completed: Completed, args: Args, keys: ApiKey[]): void {
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type === "positional") {
      const offered =
        arg.completes === "keys" ? offers(keys) : (arg.completes ?? []).map((word) => [word, ""] as const);
      completed.argument(name, (offer) => {
        for (const [value, description] of offered) offer(value, description);
      });
      // To the library, an option with a handler is one that takes a value.
    } else if (arg.type === "string") completed.option(name, arg.description, () => {}, arg.alias);
    else if (arg.alias) completed.option(name, arg.description, arg.alias);
    else completed.option(name, arg.description);
  }
}

/** A key by its name where that is enough, else by its UUID. */
function offers(keys: ApiKey[]): [value: string, description: string][] {
  return keys.map(({ name, uuid }) => {
    const unique = keys.filter((key) => key.name === name).length === 1;
    return unique && PLAIN_NAME.test(name) ? [name, uuid] : [uuid, safeText(name)];
  });
}

import { type Command as Completed, RootCommand } from "@bomb.sh/tab";
import { globalArgs } from "../cli/args.ts";
import type { Branch } from "../cli/command.ts";
import type { Context } from "../cli/context.ts";
import { safeText } from "../cli/safe-text.ts";
import { openSession } from "../cli/session.ts";
import { tree } from "../commands/tree.ts";
import type { ApiKey } from "../sdk/types.ts";
import { printedBy } from "./script.ts";

/** A shell waits for this while somebody types: what takes longer is left out. */
const PATIENCE_MS = 900;
/** Names that every shell takes as they are, without quotes, and that nothing takes for a flag. */
const PLAIN_NAME = /^[\w.@+][\w.@+-]*$/;

/** What the scripts of `pinner completion` call: `pinner complete -- WORDS`. It fails silently. */
export async function complete(line: string[], context: Context): Promise<number> {
  // Whoever presses TAB is in the middle of a line.
  context.out.warn = () => {};
  const words = line.map((word, index, all) =>
    index < all.length - 1 && ["api-key", "apikey"].includes(word) ? "api-keys" : word,
  );
  const keys = needsKeys(words) ? await loadKeys(context) : [];
  const root = await describe(keys);
  await context.out.result(printedBy(() => root.parse(words)).trimEnd());
  return 0;
}

const needsKeys = (words: string[]): boolean =>
  /(?:^| )account api-keys (?:delete|rotate) /.test(words.filter((word) => !word.startsWith("-")).join(" "));

async function loadKeys(context: Context): Promise<ApiKey[]> {
  const tooLate = new Promise<ApiKey[]>((resolve) => setTimeout(() => resolve([]), PATIENCE_MS));
  const loaded = openSession(context).then(({ pinner }) => pinner.listKeys());
  return Promise.race([loaded, tooLate]).catch(() => []);
}

/** The whole tree, in the form of the completion library. */
async function describe(keys: ApiKey[]): Promise<RootCommand> {
  const root = new RootCommand();
  addOptions(root, globalArgs);
  await addChildren(root, tree, [], keys);
  return root;
}

async function addChildren(root: RootCommand, parent: Branch, path: string[], keys: ApiKey[]): Promise<void> {
  for (const [name, branch] of Object.entries(parent.children ?? {})) {
    const below = [...path, name];
    const completed = root.command(below.join(" "), branch.description);
    const args = (await branch.load?.())?.default.args ?? {};
    addOptions(completed, { ...args, ...globalArgs });
    if ("key" in args && path.includes("api-keys"))
      completed.argument("key", (complete) => {
        for (const [value, description] of offers(keys)) complete(value, description);
      });
    if ("shell" in args)
      completed.argument("shell", (complete) => {
        for (const shell of ["bash", "zsh", "fish", "powershell"]) complete(shell, "");
      });
    await addChildren(root, branch, below, keys);
  }
}

function addOptions(
  completed: Completed,
  args: Record<string, { type?: string | undefined; description?: string }>,
): void {
  for (const [name, arg] of Object.entries(args)) {
    if (arg.type === "positional") continue;
    const alias = "alias" in arg && typeof arg.alias === "string" ? arg.alias : undefined;
    // To the library, an option with a handler is one that takes a value.
    if (arg.type === "string") completed.option(name, arg.description ?? "", () => {}, alias);
    else if (alias) completed.option(name, arg.description ?? "", alias);
    else completed.option(name, arg.description ?? "");
  }
}

/** A key by its name where that is enough, else by its UUID. */
function offers(keys: ApiKey[]): [value: string, description: string][] {
  return keys.map(({ name, uuid }) => {
    const unique = keys.filter((key) => key.name === name).length === 1;
    return unique && PLAIN_NAME.test(name) ? [name, uuid] : [uuid, safeText(name)];
  });
}

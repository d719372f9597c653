import { type Command as Completed, RootCommand } from "@bomb.sh/tab";
import { globalArgs } from "../cli/args.ts";
import { type Branch, defineCommand } from "../cli/command.ts";
import type { Context } from "../cli/context.ts";
import { safeText } from "../cli/safe-text.ts";
import { openSession } from "../cli/session.ts";
import type { ApiKey } from "../sdk/types.ts";
import { tree } from "./tree.ts";

/** A shell waits for this while somebody types: what takes longer is left out. */
const PATIENCE_MS = 900;
/** Names that every shell takes as they are, without quotes, and that nothing takes for a flag. */
const PLAIN_NAME = /^[\w.@+][\w.@+-]*$/;

/** What the scripts of `pinner completion` call: `pinner complete -- WORDS`. It fails silently. */
export default defineCommand({
  examples: [["pinner complete -- auth st", "What could stand in the place of `st`"]],
  async run(context) {
    // Whoever presses TAB is in the middle of a line.
    context.out.warn = () => {};
    const words = context.rest.map((word, index, all) =>
      index < all.length - 1 && ["api-key", "apikey"].includes(word) ? "api-keys" : word,
    );
    const keys = needsKeys(words) ? await loadKeys(context) : [];
    const root = await describe(keys);
    await context.out.result(printedBy(() => root.parse(words)).trimEnd());
    return 0;
  },
});

export function completionScript(shell: string): string {
  const script = printedBy(() => new RootCommand().setup("pinner", "pinner", shell)).trimEnd();
  if (shell === "zsh") return script.replace(/-P \$\{(?=BASH_REMATCH)/, "$&(q)");
  if (shell !== "bash") return script;
  // Sourced a second time, read-only variables would be errors.
  const sourceable = script.replace(/^readonly /gm, "").replace(BASH_EVAL, () => BASH_CALL);
  return `${BASH_WITHOUT_LIBRARY}\n${sourceable}`;
}

/** The script evaluates the line: pressing TAB would run its `$(…)`, and empty the file after a `>`. */
const BASH_EVAL = / *# Build the command[\s\S]*?out=\$\(eval .*/;
const BASH_CALL = `    out=$(pinner complete -- "\${words[@]:1:cword}" 2>/dev/null)`;

/** The script expects a function of the package bash-completion, which many machines lack. */
const BASH_WITHOUT_LIBRARY = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cword=$COMP_CWORD
    words=("\${COMP_WORDS[@]}")
  }
fi`;

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
    if (branch.hidden) continue;
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

/** The library prints to the console; what it prints is wanted as text. */
function printedBy(work: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(`${line}\n`);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines.join("");
}

import { type Args, globalArgs } from "./cli/arg.ts";
import { firstWord, readArgs, refuseMissing } from "./cli/args.ts";
import { type Context, createContext } from "./cli/context.ts";
import { type ErrorCode, exits, UsageError } from "./cli/failure.ts";
import { argsOf, FLAG_WORDS, findCommand, hasLetter, splitOff, wordsOf } from "./cli/find-command.ts";
import { type Interruption, listenForInterruption } from "./cli/interruption.ts";
import { createOutput, type Look, type Output, OutputError } from "./cli/output.ts";
import { rememberOwnWords } from "./cli/safe-text.ts";
import { restoreTerminal, stderrIsTerminal, stdoutIsTerminal } from "./cli/terminal.ts";
import { tree } from "./commands/_tree.ts";

const loadExplain = () => import("./cli/explain.ts");

/** What is told where the package was removed or replaced while the program ran. */
const UNLOADABLE = {
  code: "internal",
  message: "a part of the program cannot be loaded: it was replaced or removed while it ran",
  hint: "Run it again, and look first at what is done already",
} as const;

/**
 * Runs one command: parses the command line, runs the command, and says what to exit with.
 * @param argv what follows the program's own name
 * @returns the exit code: see docs/cli.md. Nothing is thrown.
 */
export async function main(argv: string[]): Promise<number> {
  const look = stdoutIsTerminal() || stderrIsTerminal() ? await import("./cli/look.ts") : undefined;
  let out = createOutput({ json: has(argv, "--json"), quiet: false, verbose: false }, look);
  const interruption = listenForInterruption((message) => out.info(message));
  if (argv[0] === "complete") return completeLine(argv, interruption);
  let context: Context | undefined;
  const crashed = new Promise<never>((_, reject) => {
    process.on("uncaughtException", reject);
    process.on("unhandledRejection", reject);
  });
  try {
    const run = runCommand(argv, interruption, look, (chosen, made) => {
      out = chosen;
      context = made;
    });
    const code = await Promise.race([run, interruption.cancelled, crashed]);
    restoreTerminal();
    out.endDialogue();
    out.flush();
    if (typeof code === "number") return code;
    return interruption.exit ?? (code === undefined ? 0 : exits[code]);
  } catch (error) {
    restoreTerminal();
    // Whoever read has seen enough, as `head` does; what made a key has lost it.
    if (error instanceof OutputError && error.closed && !interruption.staked) return interruption.exit ?? 0;
    const explanation = await loadExplain().then(
      ({ explain }) => explain(error, context?.held),
      () => UNLOADABLE,
    );
    if (error instanceof Error) out.debug(error.stack ?? error.message);
    out.error(explanation);
    const { code } = explanation;
    return code === "cancelled" ? (interruption.exit ?? exits.cancelled) : exits[code];
  }
}

/** @returns the code of a bad state that the command told as its result, or the exit code of what it ran */
async function runCommand(
  argv: string[],
  interruption: Interruption,
  look: Look | undefined,
  choose: (out: Output, context?: Context) => void,
): Promise<ErrorCode | number | undefined> {
  const asked = askedByWord(argv);
  const line = asked?.line ?? argv;
  if (asked?.for === "version" || has(argv, "--version")) return showVersion(has(argv, "--json"));
  const whole = findCommand(tree, line);
  const { path, branch } = whole;
  const help = () => showHelp(path, has(argv, "--json"));
  if (has(argv, "--help")) return help();

  const command = (await branch.load?.())?.default;
  const { rest, passedOn } = splitOff(whole.rest, command);
  const found = { ...whole, rest };
  const args: Args = argsOf(branch, command);
  if (hasLetter(rest, args, "V")) return showVersion(has(argv, "--json"));
  if (hasLetter(rest, args, "h")) return help();
  if (branch.children && firstWord(rest, args) !== undefined)
    (await import("./cli/wrong-word.ts")).refuseMistyped(tree, found, args);
  if (asked) return help();
  refuseMissing(passedOn, command?.passesOn, path.join(" "));
  const values = readArgs(rest, args, path.join(" "));
  const flag = (name: string) => values[name] === true;
  const out = createOutput({ json: flag("json"), quiet: flag("quiet"), verbose: flag("verbose") }, look);
  look?.nameDialogue(["pinner", ...path].join(" "));
  choose(out);
  if (command) {
    rememberOwnWords(["pinner", ...wordsOf(tree)]);
    const context = createContext(values, args, out, interruption, passedOn);
    choose(out, context);
    // What is passed on takes its time, and the package may be replaced meanwhile: how it failed is still to be told.
    if (passedOn) await loadExplain();
    return command.run(context);
  }
  if (out.json) throw new UsageError(`which command? See \`${["pinner", ...path].join(" ")} --help\``);
  return path.length > 0 ? help() : showBegin();
}

/** Whether the line begins with a word for a flag, and what is left of it. */
function askedByWord(argv: string[]): { for: string; line: string[] } | undefined {
  const { path, rest } = findCommand(tree, argv);
  const word = firstWord(rest, globalArgs) ?? "";
  if (path.length > 0 || !FLAG_WORDS.includes(word)) return undefined;
  return { for: word, line: rest.toSpliced(rest.indexOf(word), 1) };
}

/** What the scripts of `pinner completion` call: `pinner complete -- WORDS`. The words need not be a right command line. */
async function completeLine([, , ...words]: string[], interruption: Interruption): Promise<number> {
  const { complete } = await import("./completion/complete.ts");
  return complete(words, tree, interruption);
}

async function showHelp(path: string[], json: boolean): Promise<undefined> {
  const out = createOutput({ json, quiet: false, verbose: false });
  if (json) await out.document(await (await import("./help/document.ts")).helpDocument(tree, path));
  else await out.result(await (await import("./help/text.ts")).helpText(tree, path));
}

async function showBegin(): Promise<undefined> {
  const { beginText } = await import("./help/text.ts");
  await createOutput({ json: false, quiet: false, verbose: false }).result(await beginText(tree));
}

async function showVersion(json: boolean): Promise<undefined> {
  const { version } = await import("./sdk/version.ts");
  const out = createOutput({ json, quiet: false, verbose: false });
  await (out.json ? out.document({ version }) : out.result(version));
}

/** Whether a flag is given, without parsing: for what must be known before arguments can be wrong. */
function has(argv: string[], ...names: string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).some((argument) => names.includes(argument));
}

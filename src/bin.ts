#!/usr/bin/env node
import { exitNow, writeQuickly, writesQuickly } from "./cli/quick-stdout.ts";
import { version } from "./sdk/version.ts";

const argv = process.argv.slice(2);

/** What stands in no line whose help is quickly told: such a line may ask for something else. */
const OTHERWISE = ["help", "version", "complete", "--version", "--json", "--"];

/** What scripts and package managers ask most often, and people first, needs little of the program. */
async function quickAnswer(): Promise<string | undefined> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) return version;
  const isHelp = argv.length === 0 || argv.includes("--help");
  if (!isHelp || argv.some((argument) => OTHERWISE.includes(argument))) return undefined;
  return (await import("./help/quick.ts")).quickHelp(argv);
}

const write = async (text: string): Promise<void> =>
  writesQuickly ? writeQuickly(text) : (await import("./cli/terminal.ts")).writeStdout(text);

const answer = await quickAnswer();
const isTold =
  answer !== undefined &&
  (await write(`${answer}\n`).then(
    () => true,
    // What went wrong is told as everywhere.
    () => false,
  ));
if (!isTold) {
  const { main } = await import("./main.ts");
  exitNow(await main(argv));
}

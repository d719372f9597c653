#!/usr/bin/env node
import { exitNow, writeStdout } from "./cli/stdout.ts";
import { version } from "./sdk/version.ts";

const argv = process.argv.slice(2);

// What scripts and package managers ask most often needs none of the program.
const asksVersion = argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
const isTold =
  asksVersion &&
  (await writeStdout(`${version}\n`).then(
    () => true,
    // What went wrong is told as everywhere.
    () => false,
  ));
if (!isTold) {
  const { main } = await import("./main.ts");
  exitNow(await main(argv));
}

#!/usr/bin/env node
import { exitNow, writeStdout } from "./cli/stdout.ts";
import { version } from "./cli/version.ts";

const argv = process.argv.slice(2);

// What scripts and package managers ask most often needs none of the program.
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  await writeStdout(`${version}\n`);
} else {
  const { main } = await import("./main.ts");
  exitNow(await main(argv));
}

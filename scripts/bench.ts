/**
 * `bun run bench [--short]`: how soon the program starts and how often it waits, as ratios measured side by side in
 * one run. It exits with 1 only when a count misses its target: times depend on the machine.
 */
import { cpus } from "node:os";
import { formatTable } from "../src/cli/table.ts";
import { installForTests } from "../tooling/install.ts";
import { must } from "../tooling/process.ts";
import { measureImage } from "./bench/image.ts";
import { type Row, toolVersion } from "./bench/measure.ts";
import { measureLibrary } from "./bench/size.ts";
import { measureStartup } from "./bench/startup.ts";
import { measureWaits } from "./bench/waits.ts";

const short = process.argv.includes("--short");
// The tests, which run the short form, have installed and built already.
if (!short) {
  await installForTests();
  await must(process.execPath, "scripts/build.ts");
}

console.log(
  [
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores`,
    `Bun ${Bun.version}`,
    `Node ${await toolVersion("node", "--version")}`,
    await toolVersion("gh", "--version"),
    `npm ${await toolVersion("npm", "--version")}`,
  ].join("; "),
);

const rows: Row[] = [
  ...(await measureStartup(short ? 5 : 30)),
  ...(await measureLibrary()),
  // It takes a Docker engine and half a minute.
  ...(short ? [] : await measureImage()),
  ...(await measureWaits(short ? [50] : [0, 50, 200], short ? 2 : 20)),
];
const failed = rows.filter((row) => row.fails);
const cells = rows.map(({ what, against, ratio, spread, target = "", fails = false }) => [
  what,
  against,
  ratio,
  spread,
  fails ? `${target} FAILS` : target,
]);
console.log(`\n${formatTable(["WHAT", "AGAINST", "MEDIAN", "SPREAD", "TARGET"], cells)}`);
if (failed.length > 0) {
  console.error(`\n${failed.length} counts miss their target`);
  process.exit(1);
}

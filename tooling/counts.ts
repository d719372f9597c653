import { formatTable } from "../src/cli/table.ts";

/** The seed of this run: `SEED` from the environment, to repeat what failed. */
export const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from 0 to 1 that a seed repeats. */
export function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const counts = new Map<string, number>();

/** Counts what a suite tried, for the table that ends a run. */
export function count(what: string, number = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + number);
}

/** Prints what was counted since the last time, as `countsIn` reads it. For the end of a file of tests. */
export function printCounts(): void {
  for (const [what, number] of counts) console.log(`\ncounted: ${number} ${what} (seed ${seed})`);
  counts.clear();
}

/** What all suites counted, out of the output of their run. */
export function countsIn(output: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [, number, what = ""] of output.matchAll(/^counted: (\d+) (.+) \(seed \d+\)$/gm))
    sums.set(what, (sums.get(what) ?? 0) + Number(number));
  return sums;
}

/** The files of tests in which one failed, out of the output of `bun test`, which names each file before its tests. */
export function filesThatFailed(output: string): string[] {
  const files = new Set<string>();
  let file = "";
  for (const line of output.split("\n")) {
    // What all that failed is listed under at the end, once more.
    if (/^\d+ tests? failed:$/.test(line)) break;
    file = /^(tests\/\S+\.test\.ts):$/.exec(line)?.[1] ?? file;
    if (line.startsWith("(fail) ")) files.add(file);
  }
  return [...files];
}

/** The closing table of a run. */
export const tableOf = (rows: Iterable<[string, number]>): string =>
  formatTable(
    ["WHAT", "COUNT"],
    [...rows].map(([what, number]) => [what, `${number}`]),
  );

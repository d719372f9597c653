/**
 * `bun run soak [--minutes N]`: the whole fault matrix once, then kills and races at random for that long (10
 * minutes).
 */
import { countsIn, randomFrom, seed, tableOf } from "../tooling/counts.ts";
import { killAtRandom } from "../tooling/faults/kills.ts";
import { race } from "../tooling/faults/races.ts";
import { show } from "../tooling/process.ts";

const [flag, value = "10", ...rest] = process.argv.slice(2);
const minutes = Number(value);
if ((flag !== undefined && flag !== "--minutes") || !(minutes > 0) || rest.length > 0) {
  console.error("usage: bun run soak [--minutes N]");
  process.exit(2);
}
console.log(`seed ${seed}: repeat it with SEED=${seed}`);

const totals: Record<string, number> = {};
const add = (counts: object) => {
  for (const [name, count] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + count;
};
const random = randomFrom(seed);
const next = () => Math.floor(random() * 2 ** 31);
const failures: string[] = [];
let rounds = 0;

/** Every round has its own seed out of the run's, and a failure of one does not end the others. */
async function round(name: string, run: (seed: number) => Promise<object>): Promise<void> {
  const own = next();
  try {
    add(await run(own));
  } catch (error) {
    failures.push(`round ${rounds}, ${name} (${own}): ${error instanceof Error ? error.message : error}`);
    console.error(failures.at(-1));
  }
}

process.env["SEED"] = `${seed}`;
const matrix = await show(process.execPath, "test", "tests/faults/matrix.test.ts");
if (!matrix.ok) failures.push("the fault matrix");
add(Object.fromEntries(countsIn(matrix.output)));

const end = Date.now() + minutes * 60_000;
while (Date.now() < end) {
  rounds++;
  await Promise.all(Array.from({ length: 4 }, () => round("kills", (own) => killAtRandom(own, 25))));
  const logouts = random() < 0.5;
  await round("race", (own) => race(own, 50, { logouts, fresh: random() < 0.3, named: random() < 0.3 }));
}

console.log(`\n${tableOf(Object.entries({ rounds, ...totals, failures: failures.length, seed }))}`);
if (failures.length > 0) {
  console.error(`\n${failures.length} failed: repeat it with SEED=${seed}`);
  process.exit(1);
}

/** `bun run test`: lint, types, dead code, build, then every test against what was built. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { countsIn, seed, tableOf } from "../tooling/counts.ts";
import { forms } from "../tooling/forms.ts";
import { installForTests } from "../tooling/install.ts";
import { findNode, node, tooOld } from "../tooling/nodes.ts";
import { root, show } from "../tooling/steps.ts";

const tool = (name: string) => join(root, "node_modules/.bin", name);

const checks: Record<string, string[]> = {
  lint: [tool("biome"), "ci", "--colors=off", "."],
  types: [tool("tsc"), "-p", "."],
  "dead code": [process.execPath, tool("knip-bun")],
  build: [process.execPath, "scripts/build.ts", "--all"],
};

for (const [name, command] of Object.entries(checks)) {
  console.log(`\n— ${name}`);
  if (!(await show(...command)).ok) fail(`${name} failed`);
}

console.log("\n— what the tests need");
if (!(await installForTests())) console.log("It could not be installed: tests that need it will fail");
// Before the tests, which run side by side and would install it over one another.
for (const version of [...Object.values(node), ...tooOld])
  console.log(`Node ${version}: ${await findNode(version)}`);

console.log(`\n— tests, with seed ${seed}: repeat them with SEED=${seed}`);
process.env["SEED"] = `${seed}`;
const { ok, output } = await show(process.execPath, "test", "--parallel=2", "--timeout=20000");
const count = (what: string) => Number(new RegExp(`^\\s*(\\d+) ${what}$`, "m").exec(output)?.[1] ?? 0);
const passed = count("pass");
const failed = count("fail");

console.log("\n— counts that users wait for, and ratios");
const bench = await show(process.execPath, "scripts/bench.ts", "--short");

const ran = await readdir(join(root, "dist/.forms")).catch(() => []);
const leftOut = [...Object.keys(forms), "docker"].filter((form: string) => !(ran as string[]).includes(form));
console.log(`\nforms that passed whole: ${ran.sort().join(", ")}`);
if (leftOut.length > 0) console.log(`forms that did not: ${leftOut.join(", ")}`);
console.log(
  `\n${tableOf([...countsIn(output), ["tests passed", passed], ["tests failed", failed], ["seed", seed]])}`,
);
if (!ok || passed === 0) fail("the tests failed");
if (!bench.ok) fail("the bench failed");
if (leftOut.length > 0) fail("not every form was tried");

function fail(message: string): never {
  console.error(`\n${message}`);
  process.exit(1);
}

/**
 * `bun run test`: lint, types, dead code, build, then every test against what was built.
 * `bun run test PATTERN…`: only the files of tests whose paths contain one of these, and nothing else.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checks } from "../tooling/checks.ts";
import { countsIn, filesThatFailed, seed, tableOf } from "../tooling/counts.ts";
import { forms } from "../tooling/forms.ts";
import { findGitlab } from "../tooling/gitlab.ts";
import { installForTests } from "../tooling/install.ts";
import { findNode, node, tooOld } from "../tooling/nodes.ts";
import { root, run, show } from "../tooling/process.ts";

/** More than there are cores: of a test's time it waits for a third, for a service that hangs or a clock. */
const WORKERS = 3;
/** Files of tests in which one failed. Where there are more, it is not the machine that is wrong. */
const MOST_REPEATED = 3;
/** How long each file of tests takes, so that the longest start first. `bun run test --time` measures it again. */
const TIMINGS = join(root, "tests/timings.json");

process.env["SEED"] = `${seed}`;
const [first, ...rest] = process.argv.slice(2);
const measure = first === "--time" && rest.length === 0;
if (first !== undefined && !measure) await runPart([first, ...rest]);
else await runAll();

async function runPart(patterns: string[]): Promise<never> {
  console.log(`seed ${seed}: repeat it with SEED=${seed}`);
  const { ok } = await show(process.execPath, "test", "--timeout=20000", ...patterns);
  process.exit(ok ? 0 : 1);
}

async function runAll(): Promise<void> {
  const build = [process.execPath, "scripts/build.ts", "--all"];
  // Side by side: what is installed waits for the network meanwhile.
  const found = Promise.all([installForTests(), findRuntimes()]);
  const failed = await Promise.all(
    Object.entries({ ...checks, build }).map(async ([name, command]) => {
      const { exit, stdout, stderr } = await run(command, { cwd: root });
      console.log(`\n— ${name}\n${stdout}${stderr}`);
      return exit === 0 ? [] : [name];
    }),
  );
  if (failed.flat().length > 0) fail(`${failed.flat().join(" and ")} failed`);

  const [installed, runtimes] = await found;
  console.log(`\n— what the tests need\n${runtimes.join("\n")}`);
  if (!installed) console.log("Not all could be installed: tests that need it will fail");

  console.log(`\n— tests, with seed ${seed}: repeat them with SEED=${seed}`);
  const order = [`--timings=${TIMINGS}`, ...(measure ? ["--update-timings"] : [])];
  const flags = [`--parallel=${WORKERS}`, "--timeout=20000", ...order];
  const beside = await show(process.execPath, "test", ...flags);
  const alone = await repeatAlone(beside.output);
  const ok = beside.ok || alone?.ok === true;
  const repaired = alone?.ok ? numberOf("fail", beside.output) : 0;
  const passed = numberOf("pass", beside.output) + repaired;
  const missed = numberOf("fail", beside.output) - repaired;

  console.log("\n— counts that users wait for, and ratios");
  const bench = await show(process.execPath, "scripts/bench.ts", "--short");

  const ran = await readdir(join(root, "dist/.forms")).catch(() => []);
  const leftOut = [...Object.keys(forms), "docker"].filter(
    (form: string) => !(ran as string[]).includes(form),
  );
  console.log(`\nforms that passed whole: ${ran.sort().join(", ")}`);
  if (leftOut.length > 0) console.log(`forms that did not: ${leftOut.join(", ")}`);
  console.log(
    `\n${tableOf([
      ...countsIn(beside.output),
      ["tests passed", passed],
      ["of these only when they were repeated alone", repaired],
      ["tests failed", missed],
      ["seed", seed],
    ])}`,
  );
  console.log(`\n${passed} passed, ${missed} failed`);
  if (!ok || passed === 0) fail("the tests failed");
  if (!bench.ok) fail("the bench failed");
  if (leftOut.length > 0) fail("not every form was tried");
}

/** How many tests did this, by what `bun test` says at its end. */
function numberOf(what: string, output: string): number {
  return Number(new RegExp(`^\\s*(\\d+) ${what}$`, "m").exec(output)?.[1] ?? 0);
}

/**
 * Runs the few files of tests once more in which one failed, with nothing beside them: what is about time may fail on a
 * machine that is busy with other tests. Anything else fails again, as the seed is the same.
 */
async function repeatAlone(output: string): Promise<{ ok: boolean } | undefined> {
  const files = filesThatFailed(output);
  // Outside of tests: nothing tells where, so nothing can be repeated.
  const isStray = /^\s*\d+ errors?$/m.test(output);
  if (isStray || files.length === 0 || files.length > MOST_REPEATED) return undefined;
  console.log(`\n— once more, alone: ${files.join(", ")}`);
  return show(process.execPath, "test", "--timeout=20000", ...files);
}

/** Before the tests, which run side by side and would install it over one another. @returns how each is started */
async function findRuntimes(): Promise<string[]> {
  const lines: string[] = [];
  for (const version of [...Object.values(node), ...tooOld])
    lines.push(`Node ${version}: ${await findNode(version)}`);
  return [...lines, `GitLab's pipelines: ${(await findGitlab()).join(" ")}`];
}

function fail(message: string): never {
  console.error(`\n${message}`);
  process.exit(1);
}

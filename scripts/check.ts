/** `bun run check`: lint, types, dead code and the quick tests, all at once. Nothing is built or installed. */
import { checks, quickTests } from "../tooling/checks.ts";
import { root, run } from "../tooling/process.ts";

const all: Record<string, string[]> = {
  ...checks,
  tests: [process.execPath, "test", "--parallel=2", "--timeout=20000", "--only-failures", ...quickTests],
};
const failed = await Promise.all(
  Object.entries(all).map(async ([name, command]) => {
    const started = performance.now();
    const { exit, stdout, stderr } = await run(command, { cwd: root });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${exit === 0 ? "ok" : "FAILED"}  ${name}, ${seconds} s`);
    if (exit !== 0) console.error(stdout + stderr);
    return exit !== 0;
  }),
);
if (failed.includes(true)) process.exit(1);

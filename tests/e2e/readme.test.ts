import { expect, test } from "bun:test";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { run } from "../support/world.ts";

const root = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(root, path)).text();

test("README and gate start the Bun that the package is tested with", async () => {
  const command = `npx -y bun@${manifest.devDependencies.bun} run`;
  expect(await read("README.md")).toContain(`\`${command} demo\``);
  expect(await read("README.md")).toContain(`\`${command} test\``);
  expect(await read(".ci/run")).toContain(`${command} test`);
});

test("the lock file names no download address", async () => {
  expect(await read("bun.lock")).not.toContain("://");
});

test("every command of the README exists", async () => {
  const binary = join(root, "dist", "pinner");
  const commands = [...(await read("README.md")).matchAll(/`(?:pinner )([a-z][a-z -]+)[`\s]/g)].map(
    ([, words = ""]) => words.trim().split(" "),
  );
  expect(commands.length).toBeGreaterThan(10);
  for (const words of commands) {
    const { exit, stdout } = await run([binary, ...words.filter((word) => !word.startsWith("-")), "--help"]);
    expect({ words, exit }).toEqual({ words, exit: 0 });
    expect(stdout).toContain(`USAGE pinner ${words[0]}`);
  }
});

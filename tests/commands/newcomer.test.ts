import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../../tooling/process.ts";

const COPIED = [
  "src",
  "tests",
  "tooling",
  "scripts",
  "docs",
  "README.md",
  "CHANGELOG.md",
  "package.json",
  "bun.lock",
  "deno.json",
];
const BESIDE_LIST = "            list: {\n";

/** A command that shows a secret which it is given. */
const COMMAND = `
  import { writeSync } from "node:fs";
  import { defineCommand } from "../../../cli/command.ts";
  export default defineCommand({
    args: { pin: { type: "string", valueHint: "PIN", description: "The account's PIN", secret: true } },
    examples: [["pinner account api-keys count", "How many keys are there?"]],
    async run() {
      writeSync(2, process.argv.join(" "));
      return undefined;
    },
  });
`;

/** The project, with a command that nobody has written a row for. */
let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "pinner-newcomer-"));
  const configs = [...new Bun.Glob("tsconfig*.json").scanSync(root)];
  for (const name of [...COPIED, ...configs])
    await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  const tree = join(copy, "src/commands/_tree.ts");
  const text = await readFile(tree, "utf8");
  expect(text).toContain(BESIDE_LIST);
  const added = `count: { description: "Count the keys", load: () => import("./account/api-keys/count.ts") },\n`;
  await writeFile(tree, text.replace(BESIDE_LIST, `${added}${BESIDE_LIST}`));
  await writeFile(join(copy, "src/commands/account/api-keys/count.ts"), COMMAND);
});
afterAll(() => rm(copy, { recursive: true, force: true }));

async function complaintsOf(...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command, { cwd: copy });
  expect(exit).not.toBe(0);
  return stdout + stderr;
}

describe("a new command with a secret flag", () => {
  test("does not compile without a row in each table of tests", async () => {
    const complaints = await complaintsOf(
      join(root, "node_modules/.bin/tsc"),
      "-p",
      ".",
      "--pretty",
      "false",
    );
    for (const table of ["tests/e2e/commands.test.ts", "tests/faults/scenarios.ts", "tests/hostile/lines.ts"])
      expect(complaints).toMatch(new RegExp(`^${table}.*'"account api-keys count"' is missing`, "m"));
  }, 60_000);

  test("fails without a row in the README and a heading in the reference", async () => {
    const complaints = await complaintsOf(process.execPath, "test", "tests/commands/documented.test.ts");
    expect(complaints).toContain(
      'the table below "## Commands" of README.md has no row for `pinner account api-keys count`',
    );
    expect(complaints).toContain('docs/cli.md has no heading "### `pinner account api-keys count`"');
  }, 60_000);

  test("fails when it shows what the flag was given", async () => {
    const tests = ["test", "tests/commands/secrets.test.ts", "--timeout=60000", "-t", "api-keys count"];
    expect(await complaintsOf(process.execPath, ...tests)).toContain("pinner account api-keys count --pin");
  }, 120_000);
});

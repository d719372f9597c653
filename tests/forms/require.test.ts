import { beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureBuilt } from "../../tooling/binary.ts";
import { deno, installPackage } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { run } from "../../tooling/process.ts";

await ensureBuilt();

/** What a CommonJS program does with the library, however it came by it. */
const work = `
const portal = createPortal();
portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
portal
  .createKey("ada@example.com", "ci")
  .then(({ token }) => new Pinner({ token, fetch: portal.fetch }).account())
  .then(({ email }) => console.log(email));
`;
const programs = {
  "required.cjs": `const { Pinner } = require("pinner");
const { createPortal } = require("pinner/testing");
${work}`,
  "imported.cjs": `async function main() {
  const [{ Pinner }, { createPortal }] = await Promise.all([import("pinner"), import("pinner/testing")]);
  ${work}
}
main();
`,
};

let directory: string;
beforeAll(async () => {
  directory = await installPackage("require");
  for (const [name, text] of Object.entries(programs)) await writeFile(join(directory, name), text);
}, 60_000);

const start = (command: string[], program: keyof typeof programs) =>
  // Older Nodes warn of what the portal's keys are made with.
  run([...command, program], {
    cwd: directory,
    env: { PATH: process.env["PATH"] ?? "", HOME: directory, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });

const done = { exit: 0, stdout: "ada@example.com\n", stderr: "" };
const refused = { exit: 1, stdout: "", stderr: expect.stringContaining("ERR_REQUIRE_ESM") };
const flag = "--experimental-require-module";

/** As docs/library.md has it. */
const runtimes: Record<string, { command(): Promise<string[]>; required: object }> = {
  "Node 20": { command: async () => [await findNode(node.twenty)], required: done },
  "Node 20.13.0": { command: async () => [await findNode(node.oldest)], required: refused },
  "Node 22.0.0": { command: async () => [await findNode(node.oldest22)], required: refused },
  "Node 22.0.0 with a flag": {
    command: async () => [await findNode(node.oldest22), flag],
    required: done,
  },
  "the current LTS of Node": { command: async () => [await findNode(node.currentLts)], required: done },
  Bun: { command: async () => [process.execPath], required: done },
  Deno: { command: async () => [deno, "run", "--no-prompt", "--allow-read", "--allow-env"], required: done },
};

describe.each(Object.entries(runtimes))("a CommonJS program on %s", (_, { command, required }) => {
  test("requires the library where the runtime can, and is told so where not", async () => {
    expect(await start(await command(), "required.cjs")).toEqual(required as typeof done);
  }, 60_000);

  test("imports it everywhere", async () => {
    expect(await start(await command(), "imported.cjs")).toEqual(done);
  }, 60_000);
});

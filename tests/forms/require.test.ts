import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureBuilt } from "../../tooling/binary.ts";
import { deno, installPackage } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { run } from "../../tooling/process.ts";

setDefaultTimeout(60_000);
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
  "both.cjs": `const { isApiError, Pinner } = require("pinner");
const { createPortal } = require("pinner/testing");
const wrong = new Pinner({ token: "none", fetch: createPortal().fetch });
// What the one throws, the other knows.
import("pinner").then(async (library) => {
  const error = await wrong.account().catch((reason) => reason);
  if (!library.isApiError(error) || !isApiError(error)) throw error;
  ${work}
});
`,
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
});

const start = (command: string[], program: keyof typeof programs) =>
  // Older Nodes warn of what the portal's keys are made with.
  run([...command, program], {
    cwd: directory,
    env: { PATH: process.env["PATH"] ?? "", HOME: directory, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });

const runtimes: Record<string, () => Promise<string[]>> = {
  "Node 20": async () => [await findNode(node.twenty)],
  "Node 20.13.0": async () => [await findNode(node.oldest)],
  "Node 22.0.0": async () => [await findNode(node.oldest22)],
  "the current LTS of Node": async () => [await findNode(node.currentLts)],
  Bun: async () => [process.execPath],
  Deno: async () => [deno, "run", "--no-prompt", "--allow-read", "--allow-env"],
};

describe.each(Object.entries(runtimes))("a CommonJS program on %s", (_, command) => {
  test.each(Object.keys(programs) as (keyof typeof programs)[])("does its work, %s", async (program) => {
    const { exit, stdout, stderr } = await start(await command(), program);
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: "ada@example.com\n", stderr: "" });
  });
});

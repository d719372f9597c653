import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };

import { findNode, node, tooOld } from "../../tooling/nodes.ts";
import { root, run } from "../../tooling/process.ts";

const launcher = join(root, "dist/pinner.mjs");
const needs = (version: string) =>
  `pinner needs Node 20.13 or newer, other than 21, and this is Node ${version}`;
const hint =
  "Install a newer Node, or the program that needs none: https://github.com/pinner-xyz/pinner/releases";

test.each([...tooOld])(
  "on Node %s the npm form says in one line which it needs",
  async (version) => {
    const old = await findNode(version);
    const text = { exit: 1, stdout: "", stderr: `error: ${needs(version)}. ${hint}\n` };
    for (const args of [[], ["--version"], ["auth", "status"], ["auth", "exec", "--", "x", "--json"]])
      expect(await run([old, launcher, ...args])).toEqual(text);
    expect(await run([old, join(root, "dist/pinner-sandbox.mjs"), "--version"])).toEqual(text);
    const { exit, stdout, stderr } = await run([old, launcher, "account", "--json"]);
    expect({ exit, stdout, error: JSON.parse(stderr) }).toEqual({
      exit: 1,
      stdout: "",
      error: { error: { code: "internal", message: needs(version), hint } },
    });
  },
  120_000,
);

test("package.json lets in the same ones", async () => {
  for (const version of tooOld)
    expect({ version, fits: Bun.semver.satisfies(version, manifest.engines.node) }).toEqual({
      version,
      fits: false,
    });
  for (const version of [node.oldest, node.oldest22, "20.20.2", "24.0.0", "26.0.0"])
    expect({ version, fits: Bun.semver.satisfies(version, manifest.engines.node) }).toEqual({
      version,
      fits: true,
    });
});

test("whatever tells of a Node tells of the same one", async () => {
  for (const file of ["README.md", "install.sh", "src/sdk/client.ts"]) {
    const text = await readFile(join(root, file), "utf8");
    expect({ file, told: new Set(text.match(/Node [\d.]+\d/g)) }).toEqual({
      file,
      told: new Set(["Node 20.13"]),
    });
  }
});

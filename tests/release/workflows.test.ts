import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { ensureReleased, release } from "../../tooling/binary.ts";
import { binaryName, targets } from "../../tooling/build/targets.ts";

await ensureReleased();

const root = join(import.meta.dir, "../..");
const directory = join(root, ".github/workflows");

interface Job {
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  uses?: string;
  needs?: string | string[];
  steps?: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}

interface Workflow {
  permissions: Record<string, string>;
  concurrency: object;
  jobs: Record<string, Job>;
}

async function read(name: string): Promise<{ text: string; workflow: Workflow }> {
  const text = await readFile(join(directory, name), "utf8");
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return { text, workflow: document.toJS() };
}

describe.each(await readdir(directory))("the workflow %s", (name) => {
  test("gives each job its own permissions, and a time limit", async () => {
    const { workflow } = await read(name);
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeDefined();
      expect(job.uses ?? job["timeout-minutes"]).toBeDefined();
    }
  });

  test("pins what it uses, and leaves no credentials to what it runs", async () => {
    const { workflow } = await read(name);
    for (const step of Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps)) {
      if (step.uses) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
      if (step.uses?.startsWith("actions/checkout"))
        expect(step.with).toEqual({ "persist-credentials": false });
      // The name of a tag or branch is a stranger's text: it reaches a script through a variable alone.
      expect(step.run ?? "").not.toContain("${{");
    }
  });

  test("runs the Bun that the package is tested with, and tests that exist", async () => {
    const { text } = await read(name);
    for (const [, version] of text.matchAll(/\bnpx (?:-y )?(bun\S*)/g))
      expect(version).toBe(manifest.packageManager);
    for (const [path] of text.matchAll(/\btests\/[\w/-]+/g))
      expect(existsSync(join(root, path)) || existsSync(join(root, `${path}.test.ts`))).toBe(true);
  });
});

test("a release is published only after it has been tested and tried out", async () => {
  const { jobs } = (await read("release.yml")).workflow;
  for (const name of ["github", "npm", "jsr", "image"]) expect(jobs[name]?.needs).toEqual(["test", "try"]);
  for (const name of ["homebrew", "winget"]) expect(jobs[name]?.needs).toBe("github");
  const mayWrite = Object.entries(jobs).flatMap(([name, { permissions = {} }]) =>
    Object.entries(permissions).flatMap(([scope, access]) => (access === "write" ? `${name}: ${scope}` : [])),
  );
  expect(mayWrite.sort()).toEqual([
    "github: attestations",
    "github: contents",
    "github: id-token",
    "image: packages",
    "jsr: id-token",
    "npm: id-token",
  ]);
});

test("a release hands on everything that was built but the bare binaries", async () => {
  const { jobs } = (await read("release.yml")).workflow;
  const upload = jobs["build"]?.steps?.find(({ uses }) => uses?.startsWith("actions/upload-artifact"));
  const patterns = `${upload?.with?.["path"]}`.trim().split("\n");
  const matches = (name: string) =>
    patterns.reduce((taken, pattern) => {
      const glob = new Bun.Glob(pattern.replace(/^!?dist\/release\//, ""));
      return glob.match(name) ? !pattern.startsWith("!") : taken;
    }, false);
  const names = await readdir(release);
  expect(names.filter((name) => !matches(name)).sort()).toEqual(targets.map(binaryName).sort());
});

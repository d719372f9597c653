import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { tree } from "../../src/commands/_tree.ts";
import { allPaths, describe as describeCommand, nameOf } from "../../src/help/describe.ts";
import { need } from "../../tooling/install.ts";
import { type Run, run } from "../../tooling/process.ts";
import { manPages } from "../../tooling/reference/man.ts";

const commands = allPaths(tree).map((path) => [nameOf(path), path] as const);
const pages = await manPages();
const fileOf = (name: string): string => `${name.replaceAll(" ", "-")}.1`;
const clean = { exit: 0, stdout: "", stderr: "" };

let directory: string;
beforeAll(async () => {
  need("the tests of manual pages", "groff", "man-db", "mandoc");
  directory = await mkdtemp(join(tmpdir(), "pinner-man-"));
  for (const [file, text] of pages) await writeFile(join(directory, file), text);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const runOn = (file: string, ...command: string[]): Promise<Run> =>
  run([...command, join(directory, file)], {
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8", MANWIDTH: "80", GROFF_NO_SGR: "1" },
  });

describe("manual pages", () => {
  test("are there for the program and every command and group", () => {
    expect([...pages.keys()]).toEqual(commands.map(([name]) => fileOf(name)));
  });

  test("are the same whenever they are made, and of this version", async () => {
    expect(await manPages()).toEqual(pages);
    for (const text of pages.values())
      expect(text).toContain(`"pinner ${manifest.version.replaceAll("-", "\\-")}"`);
  });
});

describe.each(commands)("the manual page of `%s`", (name, path) => {
  const file = fileOf(name);

  test("is right to the readers of such pages", async () => {
    expect(await runOn(file, "groff", "-man", "-ww", "-z", "-Tutf8", "-K", "utf8")).toEqual(clean);
    const { stdout } = await runOn(file, "mandoc", "-Tlint", "-W", "warning");
    // The changelog has no date for a version that is not released.
    expect(stdout.split("\n").filter((line) => line && !line.includes("missing date"))).toEqual([]);
  });

  test("tells what the help tells, and fits 80 columns", async () => {
    const { exit, stdout, stderr } = await runOn(file, "man", "--warnings", "-P", "cat", "-l");
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    // Bold is typed twice, as on paper.
    const shown = stdout.replaceAll(/.\u0008/gu, "");
    expect(shown.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const words = shown.replaceAll(/\s+/g, " ");
    const page = await describeCommand(tree, path);
    expect(words).toContain(` ${fileOf(name).slice(0, -2)} - ${page.description} SYNOPSIS `);
    for (const flag of page.flags)
      expect(words).toContain(` ${flag.name} ${flag.value ? `${flag.value} ` : ""}${flag.description}`);
    for (const { command, effect } of page.examples) expect(words).toContain(` ${command} ${effect} `);
    for (const alias of page.aliases) expect(words).toContain(alias);
  });
});

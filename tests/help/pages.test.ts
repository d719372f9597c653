import { describe, expect, test } from "bun:test";
import { globalArgs } from "../../src/cli/arg.ts";
import { exits } from "../../src/cli/failure.ts";
import { tree } from "../../src/commands/_tree.ts";
import { allPaths, describe as describeCommand, nameOf } from "../../src/help/describe.ts";
import { createWorld } from "../../tooling/world.ts";

const commands = allPaths(tree).map((path) => [nameOf(path), path] as const);
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");
const bold = /\u001b\[1m(.*?)\u001b\[22m/g;

async function helpOf(...args: string[]): Promise<string> {
  await using world = await createWorld();
  const { exit, stdout, stderr } = await world.pinner(args);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return stdout;
}

describe.each(commands)("the help of `%s`", (name, path) => {
  test("fits 80 columns and 40 lines, and tells all that the definition says", async () => {
    const text = await helpOf(...path, "--help");
    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeLessThan(40);
    expect(lines.filter((line) => line.length > 80 || line.endsWith(" "))).toEqual([]);

    const page = await describeCommand(tree, path);
    expect(lines[0]).toBe(page.description);
    expect(text).toContain(`USAGE ${name}`);
    for (const { short, name: flag, value, description } of page.flags) {
      const names = [
        ...(short ? [`  ${short}, ${flag}`] : [`      ${flag}`]),
        ...(value ? [value] : []),
      ].join(" ");
      expect(lines.filter((line) => line === names || line.startsWith(`${names} `))).toHaveLength(1);
      expect(oneLine(text)).toContain(description);
    }
    for (const argument of page.arguments)
      expect(oneLine(text)).toContain(` ${argument.name} ${argument.description} `);
    for (const { command, effect } of page.examples)
      expect(oneLine(text)).toContain(oneLine(` ${command} ${effect} `));
    for (const alias of page.aliases) expect(oneLine(text)).toContain(alias);
  });

  test("has the flags of every command by one line, but for the program's own", async () => {
    const text = await helpOf(...path, "--help");
    const told = Object.keys(globalArgs).filter((flag) =>
      new RegExp(`^  (?:-., |    )--${flag}(?: |$)`, "m").test(text),
    );
    expect(told.length).toBe(path.length === 0 ? Object.keys(globalArgs).length : 0);
    expect(text.includes("Flags of every command and exit codes: `pinner --help`")).toBe(path.length > 0);
  });

  test("fits a narrow terminal, but for what is to be typed", async () => {
    await using world = await createWorld();
    const terminal = world.terminal([...path, "--help"], { NO_COLOR: "1" }, 48);
    expect(await terminal.exit()).toBe(0);
    const { examples } = await describeCommand(tree, path);
    const typed = examples.map(({ command }) => command);
    const lines = terminal.raw().split("\r\n");
    expect(lines.filter((line) => line.length > 48 && !typed.includes(line.trim()))).toEqual([]);
  });
});

describe("`pinner --help`", () => {
  test("tells what every exit code means", async () => {
    const text = await helpOf("--help");
    for (const code of new Set([0, ...Object.values(exits)]))
      expect(text).toMatch(new RegExp(`^  ${code} +\\S`, "m"));
  });
});

describe("`pinner` alone", () => {
  test.each([[[]], [["-q"]]])("says where to begin: %j", async (args: string[]) => {
    const text = await helpOf(...args);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(16);
    expect(tree.begin.length).toBeGreaterThan(3);
    for (const path of tree.begin) {
      const { description } = await describeCommand(tree, path);
      expect(oneLine(text)).toContain(` ${nameOf(path)} ${description} `);
    }
    expect(text).toContain("`pinner --help`");
  });
});

describe("at a terminal", () => {
  test("headings alone are set off", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth", "--help"]);
    expect(await terminal.exit()).toBe(0);
    const headings = [...terminal.raw().matchAll(bold)].map(([, heading]) => heading);
    expect(headings).toEqual(["USAGE", "ALSO", "ARGUMENTS", "FLAGS", "COMMANDS", "EXAMPLES"]);
    const plain = terminal.raw().replaceAll(bold, "$1").replaceAll("\r\n", "\n");
    expect(plain).toBe(await helpOf("auth", "--help"));
  });
});

describe("an argument that a page shows without brackets", () => {
  const needed = commands.map(([name, path]) => [name, path] as const);

  test.each(needed)("is one that the command cannot do without: %s", async (_, path) => {
    await using world = await createWorld();
    const { arguments: taken } = await describeCommand(tree, path);
    const required = taken.filter((argument) => argument.required);
    if (required.length === 0) return;
    const { exit, stderr } = await world.pinner([...path, "--json"]);
    expect({ exit, code: JSON.parse(stderr).error.code }).toEqual({ exit: 2, code: "input_missing" });
  });
});

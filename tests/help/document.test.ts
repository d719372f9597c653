import { describe, expect, test } from "bun:test";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/help.schema.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { exits } from "../../src/cli/failure.ts";
import { variables } from "../../src/cli/variables.ts";
import { tree } from "../../src/commands/_tree.ts";
import { allPaths, nameOf } from "../../src/help/describe.ts";
import type { CommandDocument, ProgramDocument } from "../../src/help/document.ts";
import { createWorld } from "../../tooling/world.ts";
import { allCommands, commandAt } from "../support/commands.ts";

const validator = new Validator(schema as object, "2020-12", false);
const program = (await documentOf("help", "--json")) as ProgramDocument;

/** The document that a command line prints, held against the schema. */
async function documentOf(...args: string[]): Promise<unknown> {
  await using world = await createWorld();
  const { exit, stdout, stderr } = await world.pinner(args);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const document = JSON.parse(stdout);
  expect(stdout).toBe(`${JSON.stringify(document, null, 2)}\n`);
  expect(validator.validate(document).errors).toEqual([]);
  return document;
}

const withAllBelow = (command: CommandDocument): CommandDocument[] => [
  command,
  ...command.commands.flatMap(withAllBelow),
];

describe("`pinner help --json`", () => {
  test("is the whole tree, with what every command has in common", () => {
    expect(withAllBelow(program).map(({ name }) => name)).toEqual(allPaths(tree).map(nameOf));
    expect(
      withAllBelow(program)
        .filter(({ runs }) => runs)
        .map(({ name }) => name),
    ).toEqual(allCommands.map((path) => `pinner ${path}`));
    expect(program.version).toBe(manifest.version);
    expect(program.flags.map(({ name }) => name)).toContain("--json");
  });

  test("tells every exit code, error code and variable", () => {
    const { unhealthy: _, ...told } = exits;
    const codes = program.errorCodes.map(({ code, exit }) => [code, exit]);
    expect(Object.fromEntries(codes)).toEqual(told);
    expect(program.exitCodes.map(({ code }) => code)).toEqual([0, ...new Set(Object.values(exits))]);
    expect(program.variables.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(
      Object.entries(variables).flatMap(([name, kind]) => (kind === "secret" ? [name] : [])),
    );
  });

  test("tells of each argument and flag its type, and whether it holds a secret", async () => {
    for (const path of allCommands) {
      const { args, examples } = await commandAt(path);
      const command = withAllBelow(program).find(({ name }) => name === `pinner ${path}`);
      const told = [...(command?.arguments ?? []), ...(command?.flags ?? [])].map(({ name, secret }) => [
        name,
        secret,
      ]);
      const defined = Object.entries(args).map(([name, arg]) => [
        arg.type === "positional" ? name.toUpperCase() : `--${name}`,
        "secret" in arg,
      ]);
      expect(told.sort()).toEqual(defined.sort());
      expect(command?.examples.length).toBe(examples.length);
    }
  });
});

describe("the document of a command", () => {
  test.each([
    ["help account api-keys --json", "account api-keys"],
    ["help account keys --json", "account api-keys"],
    ["account api-keys --help --json", "account api-keys"],
    ["whoami -h --json", "auth status"],
    ["auth exec --json -qh", "auth exec"],
    ["help --json login", "auth"],
  ])("is its part of the whole: %s", async (line, path) => {
    const part = withAllBelow(program).find(({ name }) => name === `pinner ${path}`);
    expect(part).toBeDefined();
    expect(await documentOf(...line.split(" "))).toEqual(part);
  });

  test("is an error where the words name no command", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner(["help", "keys", "--json"]);
    expect({ exit, stdout, code: JSON.parse(stderr).error.code }).toEqual({
      exit: 2,
      stdout: "",
      code: "usage",
    });
  });
});

test("a document that is not what the schema says would be found", () => {
  const wrong = structuredClone(program) as unknown as { commands: { flags: { name?: string }[] }[] };
  delete wrong.commands[0]?.flags[0]?.name;
  expect(validator.validate(wrong).valid).toBe(false);
  expect(validator.validate({ ...program, more: 1 }).valid).toBe(false);
});

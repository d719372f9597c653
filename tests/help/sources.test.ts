/** What the definitions say of where a value comes from is held against what the commands do. */
import { describe, expect, test } from "bun:test";
import { DEFAULT_KEY_NAME } from "../../src/auth/keys.ts";
import { tree } from "../../src/commands/_tree.ts";
import {
  allPaths,
  type DescribedFlag,
  describe as describeCommand,
  nameOf,
} from "../../src/help/describe.ts";
import { accountEndpoint } from "../../src/sdk/endpoint.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";

/** What else a command wants before it looks for a value. */
const others: Record<string, string[]> = {
  "pinner auth": ["--force"],
  "pinner auth exec": ["--", "true"],
  "pinner register": ["-f", "Ada", "-l", "Lovelace"],
  "pinner reset-password": ["--token", "a1b2c3"],
  "pinner account email": ["new@example.com"],
  "pinner account password": ["--current-password", "correct-horse-battery"],
};

const described = await Promise.all(
  allPaths(tree).map(async (path) => ({ path, ...(await describeCommand(tree, path)) })),
);
/** Each flag of each command, with a line that wants its value. */
const cases = described.flatMap(({ path, name, flags }) =>
  (path.length > 0 ? flags : []).map((flag) => {
    const email = flags.some((each) => each !== flag && each.name === "--email") ? ["--email", EMAIL] : [];
    const more = (others[name] ?? []).filter((_, at, all) => ![all[at], all[at - 1]].includes(flag.name));
    return { name, line: [...path, ...email, ...more], flag };
  }),
);
const titled = (isOne: (flag: DescribedFlag, command: string) => boolean) =>
  cases
    .filter(({ flag, name }) => isOne(flag, name))
    .map(({ line, flag }) => [`${nameOf(line)}, ${flag.name}`, line, flag] as const);

describe("a flag whose value may come from a variable", () => {
  const withVariable = titled(({ variable }) => variable !== undefined);
  test("is found", () => expect(withVariable.length).toBeGreaterThan(10));

  test.each(withVariable)(
    "has it read, and refused when it is blank: %s",
    async (_, line, { variable = "" }) => {
      await using world = await createWorld();
      await world.logIn();
      const { exit, stderr } = await world.pinner(["-q", ...line], { env: { [variable]: " " } });
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: `error: the value of ${variable} is blank\n` });
    },
  );
});

describe("a flag whose value may be piped in", () => {
  const piped = titled(({ stdin }) => stdin);
  test("is found", () => expect(piped.length).toBeGreaterThan(4));

  test.each(piped)("is missing only where nothing is: %s", async (_, line, { variable = "" }) => {
    await using world = await createWorld();
    await world.logIn();
    const without = await world.pinner(line);
    expect({ exit: without.exit, names: without.stderr.includes(variable) }).toEqual({
      exit: 2,
      names: true,
    });
    expect((await world.pinner(line, { stdin: "no-such-password" })).stderr).not.toContain("missing");
  });
});

describe("a command with secrets, none of which may be piped in,", () => {
  const readers = new Set(cases.flatMap(({ name, flag }) => (flag.stdin ? name : [])));
  const readingNone = titled(({ secret }, name) => secret && !readers.has(name));
  test("is found", () => expect(readingNone.length).toBeGreaterThan(4));

  test.each(readingNone)("reads nothing: %s", async (_, line) => {
    await using world = await createWorld();
    await world.logIn();
    const { exit, stderr } = await world.pinner(line);
    expect(await world.pinner(line, { stdin: "no-such-password" })).toMatchObject({ exit, stderr });
  });
});

describe("a default that the help names", () => {
  const defaultOf = (command: string, name: string) =>
    described.find((each) => each.name === command)?.flags.find((flag) => flag.name === name)?.default;

  test("is that of the program", () => {
    expect(defaultOf("pinner auth", "--key-name")).toBe(DEFAULT_KEY_NAME);
    expect(accountEndpoint()).toBe(accountEndpoint(defaultOf("pinner", "--base-endpoint")));
  });
});

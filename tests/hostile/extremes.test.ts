import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { count, printCounts } from "../../tooling/counts.ts";
import type { Run, RunOptions } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { expectSafe } from "./judge.ts";

setDefaultTimeout(60_000);
afterAll(printCounts);

const KB = 1024;
/** What Linux takes as one argument or variable: 128 KB, its name and its end included. */
const ARGUMENT = 128 * KB - 200;
const PATIENCE_MS = 20_000;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
/** An API key with claims as long as this. */
const longToken = (length: number) => {
  const [header, signature] = [part({ alg: "EdDSA" }), "s".repeat(86)];
  const claims = { aud: ["api"], exp: 4_000_000_000, padding: "" };
  const missing = length - header.length - signature.length - 2 - part(claims).length;
  return `${header}.${part({ ...claims, padding: "x".repeat(Math.floor((missing * 3) / 4)) })}.${signature}`;
};

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.logIn();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Runs it, in bounded time, to an end that the contract knows; a long input is not repeated. */
async function attempt(args: string[], options: RunOptions = {}): Promise<Run> {
  const started = performance.now();
  const result = await world.pinner(args, options);
  count("long inputs");
  expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
  expect(result.exit).toBeOneOf([0, 1, 2, 3, 4]);
  for (const text of [result.stdout, result.stderr]) {
    expectSafe(text);
    expect(text).not.toContain("internal error");
  }
  expect(result.stderr.length).toBeLessThan(4 * KB);
  return result;
}

describe("an argument of 128 KB", () => {
  const long = "x".repeat(ARGUMENT);
  const commands: [string, (text: string) => string[]][] = [
    ["a token", (text) => ["auth", "--force", text]],
    ["a command", (text) => [text]],
    ["a flag", (text) => [`--${text}`]],
    ["an email", (text) => ["auth", "--force", "-e", `${text.slice(12)}@example.com`, "-p", PASSWORD]],
    ["a password", (text) => ["auth", "--force", "-e", EMAIL, "-p", text]],
    ["a code", (text) => ["auth", "--force", "-e", EMAIL, "-p", PASSWORD, "-o", text]],
    ["the name of a key", (text) => ["account", "api-keys", "delete", text]],
    ["what to search for", (text) => ["account", "api-keys", "list", "-s", text]],
    ["the token in force", (text) => ["account", "--auth-token", text]],
    ["an endpoint", (text) => ["account", "--base-endpoint", text]],
    ["a setting", (text) => ["config", "set", "base_endpoint", text]],
    ["a link", (text) => ["confirm-email", "-e", EMAIL, "-t", `https://a.example/?token=${text.slice(24)}`]],
    ["seconds", (text) => ["account", "--timeout", text.replaceAll("x", "1")]],
    ["a word to complete", (text) => ["complete", "--", "account", text]],
  ];
  test.each(commands)("as %s comes to a proper end", async (_, args) => {
    for (const text of [
      long,
      "\u00e9".repeat(ARGUMENT / 2),
      "\u001b[2J".repeat(ARGUMENT / 4),
      ".".repeat(ARGUMENT),
    ])
      await attempt(args(text), { stdin: "" });
  });

  test("is a password like any other, if it is the password", async () => {
    world.portal.addAccount({ email: "long@example.com", password: long });
    const { exit, stderr } = await attempt([
      "auth",
      "--stdout",
      "-q",
      "-e",
      "long@example.com",
      `--password=${long}`,
    ]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const variable = await attempt(["auth", "--stdout", "-e", "long@example.com"], {
      env: { PINNER_PASSWORD: long },
    });
    expect(variable.exit).toBe(0);
  });

  test("is the name of a key, if the service takes it", async () => {
    const { exit } = await attempt(["account", "api-keys", "create", long, "-q"]);
    expect(exit).toBe(0);
    expect(world.portal.liveKeys(EMAIL).map(({ name }) => name)).toContain(long);
    for (const args of [["--json"], []])
      expect((await attempt(["account", "api-keys", "list", ...args])).exit).toBe(0);
    expect((await attempt(["account", "api-keys", "delete", long])).exit).toBe(0);
  });
});

describe("stdin", () => {
  test("of a megabyte is a password like any other, and a byte more is too long", async () => {
    const password = "p".repeat(KB * KB);
    world.portal.addAccount({ email: "huge@example.com", password });
    const login = ["auth", "--stdout", "-e", "huge@example.com"];
    expect((await attempt(login, { stdin: password })).exit).toBe(0);
    const longer = await attempt(login, { stdin: `${password}p` });
    expect(longer).toMatchObject({ exit: 2, stderr: expect.stringContaining("too long") });
  });

  test.each([
    ["zeros", "\0".repeat(KB * KB)],
    ["line ends", "\r\n".repeat(KB)],
    ["escape sequences", "\u001b[2J".repeat(KB)],
    ["dots", ".".repeat(KB * KB)],
    ["braces", "{".repeat(KB * KB)],
  ])("of %s is refused where a token is expected, and not shown", async (_, stdin) => {
    const { exit, stdout } = await attempt(["auth", "--with-token", "--force"], { stdin });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  });
});

describe("a token of 64 KB", () => {
  const token = longToken(64 * KB);

  test("is stored, read, masked and printed like any other", async () => {
    await using other = await createWorld();
    const stored = await other.pinner(["auth", "--with-token"], { stdin: token });
    expect(stored).toMatchObject({ exit: 0, stderr: "" });
    expect(await other.config()).toContain(token);
    expect((await other.pinner(["auth", "token"])).stdout).toBe(`${token}\n`);
    expect(await other.pinner(["auth", "status", "--offline"])).toMatchObject({ exit: 0, stderr: "" });
    expect((await other.pinner(["config"])).stdout).toBe("auth_token: eyJ…\n");
    expect(await other.pinner(["config", "set", "secure", "true"])).toMatchObject({ exit: 0 });
    expect(await other.config()).toContain(token);
  });

  test("that no server takes is an error like any other", async () => {
    for (const args of [["account"], ["auth", "status"], ["auth", "logout"]])
      expect((await attempt([...args, "--auth-token", token, "--timeout", "5"])).exit).not.toBe(2);
  });
});

describe("a config file", () => {
  test.each([
    ["nested deeper than any parser goes", `a: ${"[".repeat(100_000)}`],
    ["nested and closed", `a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["larger than any config file", `# ${"x".repeat(KB * KB)}\n`],
    [
      "of aliases that multiply",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghij"].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[at]}`)}]\n`).join("")}`,
    ],
    [
      "of twenty thousand keys, one of them twice",
      `${Array.from({ length: 20_000 }, (_, at) => `k${at}: 1\n`).join("")}k7: 2\n`,
    ],
    ["that is no text", "\u0000\u0001\u0002"],
  ])("%s is reported, and stays as it is", async (_, text) => {
    await using other = await createWorld();
    await other.writeConfig(text);
    const started = performance.now();
    const { exit, stderr } = await other.pinner(["config", "set", "secure", "true", "--json"]);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS);
    expect({ exit, error: JSON.parse(stderr).error }).toEqual({
      exit: 1,
      error: expect.objectContaining({ code: "config_invalid" }),
    });
    expect(await other.config()).toBe(text);
  });
});

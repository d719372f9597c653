import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import fc from "fast-check";
import { globalArgs, type Values } from "../../src/cli/arg.ts";
import { nearest, readArgs } from "../../src/cli/args.ts";
import { UsageError } from "../../src/cli/failure.ts";

const args: ArgsDef = {
  token: { type: "positional", required: false },
  email: { type: "string", alias: "e" },
  password: { type: "string", alias: "p" },
  "key-name": { type: "string", alias: "k" },
  force: { type: "boolean" },
  ...globalArgs,
};
const SECRET = "s3cret-value";

const read = (...argv: string[]): Values => readArgs(argv, args, "auth");

function messageOf(...argv: string[]): string {
  try {
    read(...argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.code).toBe("usage");
    expect(error.message).not.toContain("\n");
    return error.message;
  }
  throw new Error(`accepted: ${argv.join(" ")}`);
}

describe("arguments", () => {
  test.each<[string[], Values]>([
    [[], {}],
    [["--email", "a@b.c"], { email: "a@b.c" }],
    [["--email=a@b.c"], { email: "a@b.c" }],
    [["-e", "a@b.c"], { email: "a@b.c" }],
    [["-qe", "a@b.c"], { quiet: true, email: "a@b.c" }],
    [["-qv", "--force"], { quiet: true, verbose: true, force: true }],
    [["--password=a=b=c"], { password: "a=b=c" }],
    [["--password=-starts-with-a-dash"], { password: "-starts-with-a-dash" }],
    [["--password=--force"], { password: "--force" }],
    [["--password", "-"], { password: "-" }],
    [["--password", " spaces and\nlines "], { password: " spaces and\nlines " }],
    [["TOKEN"], { token: "TOKEN" }],
    [["--force", "TOKEN", "-q"], { force: true, token: "TOKEN", quiet: true }],
    [["--force", "--", "--json"], { force: true, token: "--json" }],
    [["--", "-x"], { token: "-x" }],
    [["-"], { token: "-" }],
    [["--no-secure", "--key-name", "laptop"], { "no-secure": true, "key-name": "laptop" }],
    [["--email", "a", "--email", "b"], { email: "b" }],
  ])("%j are %j", (argv, expected) => {
    expect(read(...argv)).toEqual(expected);
  });

  test.each<[string[], string]>([
    [["--emial", "x"], "unknown flag --emial: did you mean --email?"],
    [["--keyname=x"], "unknown flag --keyname: did you mean --key-name?"],
    [["--forse"], "unknown flag --forse: did you mean --force?"],
    [["--no-force"], "unknown flag --no-force: see `pinner auth --help`"],
    [["--frobnicate"], "unknown flag --frobnicate: see `pinner auth --help`"],
    [["-x"], "unknown flag -x: see `pinner auth --help`"],
    [["-q-", "-v"], "unknown flag: see `pinner auth --help`"],
    [["-q-x"], "unknown flag: see `pinner auth --help`"],
    [["--constructor"], "unknown flag --constructor: see `pinner auth --help`"],
    [["--__proto__=x"], "unknown flag: see `pinner auth --help`"],
    [["--email"], "--email needs a value: --email VALUE"],
    [["-e"], "--email needs a value: --email VALUE"],
    [["--email", "--force"], "--email needs a value: write --email=VALUE if the value starts with a dash"],
    [["-e", "-p"], "--email needs a value: write --email=VALUE if the value starts with a dash"],
    [["--email", "--", "x"], "--email needs a value: write --email=VALUE if the value starts with a dash"],
    [["--email="], "the value of --email is empty"],
    [["--email", ""], "the value of --email is empty"],
    [["--force=true"], "--force takes no value"],
    [["--force="], "--force takes no value"],
    [["one", "two"], "`pinner auth` takes at most 1 argument"],
    [["one", "--", "--two"], "`pinner auth` takes at most 1 argument"],
  ])("%j are refused: %s", (argv, message) => {
    expect(messageOf(...argv)).toBe(message);
  });

  test("are counted by what the command takes", () => {
    const positionals: ArgsDef = { one: { type: "positional" }, two: { type: "positional" } };
    expect(() => readArgs(["x"], globalArgs, "auth status")).toThrow(
      "`pinner auth status` takes no arguments",
    );
    expect(() => readArgs(["x", "y", "z"], positionals, "x")).toThrow("takes at most 2 arguments");
    expect(readArgs(["x", "y"], positionals, "x")).toEqual({ one: "x", two: "y" });
    expect(() => readArgs(["--nope"], globalArgs, "")).toThrow("unknown flag --nope: see `pinner --help`");
  });

  test.each<string[]>([
    [SECRET, SECRET],
    ["token", SECRET],
    [`--passwort=${SECRET}`],
    [`--${SECRET}`],
    [`--force=${SECRET}`],
    ["--password", `-${SECRET}`],
    ["--password", `--${SECRET}`],
    ["--email", "-p", SECRET],
    [`-x${SECRET}`],
    ["--frobnicate", SECRET],
  ])("never come back in a message: %s %s", (...argv) => {
    expect(messageOf(...argv)).not.toContain(SECRET);
  });

  test("of any kind are read or refused in one line that repeats no value", () => {
    const value = fc.stringMatching(/^[A-Z0-9]{12}$/);
    const piece = fc.oneof(
      value,
      value.map((text) => `--password=${text}`),
      value.map((text) => `--unknown=${text}`),
      value.map((text) => `--force=${text}`),
      value.map((text) => `--${text}`),
      value.map((text) => `-${text}`),
      fc.constantFrom("--email", "-e", "-qp", "--force", "--", "-", "", "-q", "--json"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (argv) => {
        try {
          read(...argv);
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          expect(error.message).not.toMatch(/[A-Z0-9]{12}|\n/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the nearest known word", () => {
  const known = ["status", "logout", "token"];

  test.each([
    ["statsu", "status"],
    ["sttus", "status"],
    ["tokens", "token"],
    ["logotu", "logout"],
    ["status", "status"],
  ])("to %s is %s", (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });

  test.each(["", "x", "whoami", "st", "t".repeat(41), "eyJhbGciOi"])("to %j is none", (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });
});

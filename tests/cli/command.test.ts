import { describe, expect, test } from "bun:test";
import type { Args } from "../../src/cli/arg.ts";
import { type Command, defineCommand } from "../../src/cli/command.ts";
import { createContext } from "../../src/cli/context.ts";
import type { Interruption } from "../../src/cli/interruption.ts";
import { createOutput, type Output } from "../../src/cli/output.ts";
import { redact } from "../../src/cli/safe-text.ts";

const SECRETS = ["correct-horse", "battery-staple"];

const interruption: Interruption = {
  signal: new AbortController().signal,
  cancelled: new Promise(() => {}),
  exit: undefined,
  hold: (work) => work(),
  stake() {},
  passOn() {},
  staked: false,
};

/** Runs a command with the values of its arguments. @returns its warnings */
async function run(command: Command, values: Record<string, string | boolean>): Promise<string[]> {
  const warnings: string[] = [];
  const out: Output = {
    ...createOutput({ json: false, quiet: true, verbose: false }),
    warn: (text) => void warnings.push(text),
  };
  await command.run(createContext(values, command.args, out, interruption));
  return warnings;
}

const args = {
  code: { type: "positional", required: false, secret: true, description: "" },
  email: { type: "string", valueHint: "EMAIL", description: "" },
  phrase: { type: "string", secret: true, valueHint: "TEXT", description: "" },
  force: { type: "boolean", description: "" },
} as const satisfies Args;

describe("a command", () => {
  test("reads its arguments by their kind: anything else does not compile", async () => {
    let read: unknown;
    const command = defineCommand({
      args,
      examples: [],
      run: async (context) => {
        // @ts-expect-error: there is no such argument
        context.text("emial");
        // @ts-expect-error: a flag has no text
        context.text("force");
        // @ts-expect-error: a secret is not read as text
        context.text("phrase");
        // @ts-expect-error: a positional secret neither
        context.text("code");
        // @ts-expect-error: a text is no flag
        context.flag("email");
        // @ts-expect-error: a text is no secret
        context.secret("email");
        // @ts-expect-error: there is no such argument
        context.given("forse");
        read = [
          context.text("email"),
          context.flag("force"),
          context.secret("phrase"),
          context.given("code"),
        ];
        return undefined;
      },
    });
    await run(command, { email: "a@b.c", force: true, phrase: "open sesame" });
    expect(read).toEqual(["a@b.c", true, "open sesame", false]);
  });

  test("has what it defines as a secret redacted and warned of, also when it never reads it", async () => {
    const [code = "", phrase = ""] = SECRETS;
    const command = defineCommand({ args, examples: [], run: async () => undefined });
    expect(redact(SECRETS.join())).toBe(SECRETS.join());
    expect(await run(command, { code, phrase, email: "open-to-all" })).toEqual([
      "CODE: other users of this machine can see it",
      "--phrase: other users of this machine can see it",
    ]);
    expect(redact(SECRETS.join())).toBe("***,***");
    expect(redact("open-to-all")).toBe("open-to-all");
  });

  test("reads only variables of the table, which says what is secret", async () => {
    const command = defineCommand({
      examples: [],
      run: async (context) => {
        // @ts-expect-error: there is no such variable
        context.env("PINNER_PASSWROD");
        expect(context.env("PINNER_OTP")).toBe("one-time-code");
        return undefined;
      },
    });
    process.env["PINNER_OTP"] = "one-time-code";
    try {
      await run(command, {});
    } finally {
      delete process.env["PINNER_OTP"];
    }
    expect(redact("one-time-code")).toBe("***");
  });
});

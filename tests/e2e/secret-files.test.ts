import { describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

async function fileIn(world: World, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(world.home, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

describe("a secret in a file", () => {
  test.each(["", "\n", "\r\n"])("logs in, whatever ends its line (%j)", async (end) => {
    await using world = await createWorld();
    const env = {
      PINNER_EMAIL_FILE: await fileIn(world, "email", `${OTP_EMAIL}${end}`),
      PINNER_PASSWORD_FILE: await fileIn(world, "password", `${PASSWORD}${end}`),
      PINNER_OTP_FILE: await fileIn(world, "otp", `${world.portal.otpCode(OTP_EMAIL)}${end}`),
    };
    const { exit, stderr } = await world.pinner(["auth"], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  test("keeps the white space that is part of it", async () => {
    await using world = await createWorld();
    const password = " spaced password \n";
    world.portal.get(EMAIL).password = password;
    const PINNER_PASSWORD_FILE = await fileIn(world, "password", `${password}\n`);
    expect((await world.pinner(["auth", "-e", EMAIL], { env: { PINNER_PASSWORD_FILE } })).exit).toBe(0);
  });

  test("is the token in force, and status, doctor and a refusal name its file", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const PINNER_AUTH_TOKEN_FILE = await fileIn(world, "token", `${token}\n`);
    const env = { PINNER_AUTH_TOKEN_FILE };
    const json = await world.pinner(["auth", "status", "--json"], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ status: "authenticated", source: "file" });
    for (const command of [["auth", "status"], ["doctor"]])
      expect((await world.pinner(command, { env })).stdout).toContain(
        `PINNER_AUTH_TOKEN_FILE (${PINNER_AUTH_TOKEN_FILE})`,
      );
    world.portal.get(EMAIL).keys = [];
    const refused = await world.pinner(["account"], { env });
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain(PINNER_AUTH_TOKEN_FILE);
    expect(refused.stderr).not.toContain("Run `pinner auth`");
  });

  test("is not read where the variable or the flag is given", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const missing = join(world.home, "missing");
    const viaVariable = { PINNER_AUTH_TOKEN_FILE: missing, PINNER_AUTH_TOKEN: token };
    expect((await world.pinner(["account"], { env: viaVariable })).exit).toBe(0);
    const viaFlag = { PINNER_AUTH_TOKEN_FILE: missing };
    expect((await world.pinner(["account", "--auth-token", token], { env: viaFlag })).exit).toBe(0);
  });

  test("may come through a pipe, once", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const pipe = join(world.home, "pipe");
    await must("mkfifo", pipe);
    const writing = run(["sh", "-c", 'printf %s "$0" > "$1"', token, pipe]);
    const { exit } = await world.pinner(["auth", "status"], { env: { PINNER_AUTH_TOKEN_FILE: pipe } });
    await writing;
    expect(exit).toBe(0);
  });

  const problems: Record<string, [make: (world: World) => Promise<string>, said: string]> = {
    "is missing": [async ({ home }) => join(home, "missing"), "could not be read: there is no such file"],
    "is a directory": [
      async ({ home }) => {
        await mkdir(join(home, "directory"));
        return join(home, "directory");
      },
      "it is a directory",
    ],
    "is empty": [(world) => fileIn(world, "empty", ""), "is empty"],
    "is blank": [(world) => fileIn(world, "blank", " \n"), "is empty"],
    "is too large": [(world) => fileIn(world, "large", "x".repeat(65 * 1024)), "larger than 64 KiB"],
    "is no text": [(world) => fileIn(world, "binary", new Uint8Array([0xff, 0xfe, 0x00])), "not UTF-8"],
    "never ends": [async () => "/dev/zero", "larger than 64 KiB"],
  };
  for (const [what, [make, said]] of Object.entries(problems))
    test(`that ${what} is exit 1 by variable and file, in every command that takes it`, async () => {
      await using world = await createWorld();
      const path = await make(world);
      for (const [variable, args] of [
        ["PINNER_AUTH_TOKEN", ["auth", "status"]],
        ["PINNER_AUTH_TOKEN", ["account"]],
        ["PINNER_PASSWORD", ["auth", "-e", EMAIL]],
        ["PINNER_EMAIL", ["auth"]],
        ["PINNER_OTP", ["auth", "-e", EMAIL]],
        ["PINNER_OTP_SECRET", ["auth", "-e", EMAIL]],
        ["PINNER_OTP_SECRET", ["auth", "exec", "-e", EMAIL, "--", "true"]],
        ["PINNER_NEW_PASSWORD", ["reset-password", "-e", EMAIL, "-t", "a1b2c3"]],
      ] as const) {
        const env = { [`${variable}_FILE`]: path };
        const { exit, stdout, stderr } = await world.pinner(["--json", "-q", ...args], { env });
        expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
        const { error } = JSON.parse(stderr);
        expect(error.code).toBe("file_unreadable");
        expect(error.message).toStartWith(`${variable}_FILE: ${path} `);
        expect(error.message).toContain(said);
      }
      expect(world.portal.requests).toEqual([]);
    });
});

import { describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** What the service refuses, as people read it: what was typed is named, and nothing is said twice. */
describe("a refusal is told", () => {
  const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
  const keyOf = async (world: World) => (await world.portal.createKey(EMAIL, "ci")).token;
  const deletion = async (world: World) => {
    const PINNER_AUTH_TOKEN = await keyOf(world);
    world.portal.get(EMAIL).pendingDeletion = true;
    return { PINNER_AUTH_TOKEN };
  };
  const deleted = async (world: World) => {
    const PINNER_AUTH_TOKEN = await keyOf(world);
    world.portal.get(EMAIL).keys = [];
    return { PINNER_AUTH_TOKEN };
  };
  const ENDS =
    "this account is to be deleted, and takes no login any more. It ends 48 hours after that was asked for; until then Pinner's support alone can keep it";
  const REFUSED =
    "the service at {url} refused the token from PINNER_AUTH_TOKEN, which pinner.xyz issued. Put a new one into PINNER_AUTH_TOKEN, such as `pinner auth --stdout` prints";

  test.each<
    [string, string[], exit: number, said: string, (world: World) => Promise<Record<string, string>>]
  >([
    [
      "for a field of the login",
      ["auth"],
      4,
      "the login was refused: password: string must contain at least 8 character(s). Check the email and the password. If the account has none: `pinner auth --web`, or `pinner reset-password`",
      async () => ({ ...login, PINNER_PASSWORD: "short" }),
    ],
    ["of a key that was deleted", ["account"], 4, REFUSED, deleted],
    ["of a key of an account that is to be deleted", ["account", "api-keys", "list"], 4, ENDS, deletion],
    [
      "of a registration, for an address that is taken",
      ["register", "-e", EMAIL, "-f", "A", "-l", "B"],
      1,
      "the service refused: The email is already in use.",
      async () => ({ PINNER_PASSWORD: PASSWORD }),
    ],
    [
      "of a wrong password, by `otp disable`",
      ["account", "otp", "disable"],
      4,
      "the password was refused. If the account has none: `pinner reset-password` sets one",
      async (world) => ({
        PINNER_AUTH_TOKEN: (await world.portal.createKey(OTP_EMAIL, "ci")).token,
        PINNER_PASSWORD: "wrong-password",
      }),
    ],
    [
      "of a password that the service cannot hash, before it is sent",
      ["register", "-e", "new@example.com", "-f", "A", "-l", "B"],
      2,
      "PINNER_PASSWORD: the password may take 72 bytes at most, and takes 96",
      async () => ({ PINNER_PASSWORD: "🔑".repeat(24) }),
    ],
  ])("%s", async (_, args, exit, said, env) => {
    await using world = await createWorld();
    const run = await world.pinner(args, { env: await env(world) });
    expect(run).toMatchObject({ exit, stdout: "", stderr: `error: ${said.replace("{url}", world.url)}\n` });
  });

  test("by `auth status` once, with where the token came from", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner(["auth", "status"], { env: await deleted(world) });
    expect(exit).toBe(4);
    expect(stdout.split("\n")[0]).toBe(
      `The service at ${world.url} refused the token from PINNER_AUTH_TOKEN, which pinner.xyz issued: put a new one into PINNER_AUTH_TOKEN, such as \`pinner auth --stdout\` prints`,
    );
  });

  test("with a path that holds what replaces text", async () => {
    await using world = await createWorld();
    const PINNER_HOME = `${world.home}/a$&b`;
    await mkdir(`${PINNER_HOME}/pinner`, { recursive: true });
    const { PINNER_AUTH_TOKEN } = await deleted(world);
    await writeFile(`${PINNER_HOME}/pinner/config.yaml`, `auth_token: ${PINNER_AUTH_TOKEN}\n`, {
      mode: 0o600,
    });
    const { stderr } = await world.pinner(["account"], { env: { PINNER_HOME } });
    expect(stderr).toContain(` refused the token from ${PINNER_HOME}/pinner/config.yaml`);
  });

  test("by `auth status` of an account that is to be deleted without a login that would be refused, too", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner(["auth", "status"], { env: await deletion(world) });
    expect(exit).toBe(4);
    expect(stdout).toContain("to be deleted");
    expect(stdout).not.toContain("pinner auth`");
  });

  test("with the older portals' cause in -v alone", async () => {
    await using world = await createWorld({ quirks: { generation: "2024" } });
    const env = { ...login, PINNER_PASSWORD: "wrong-password" };
    const plain = await world.pinner(["auth"], { env });
    expect(plain).toMatchObject({
      exit: 4,
      stderr:
        "error: the login was refused: The login credentials provided are invalid. Check the email and the password. If the account has none: `pinner auth --web`, or `pinner reset-password`\n",
    });
    expect((await world.pinner(["auth", "-v"], { env })).stderr).toContain("invalid login");
  });
});

test("2FA that is off already is told as that, and no password is sent", async () => {
  await using world = await createWorld();
  await world.logIn();
  const run = await world.pinner(["account", "otp", "disable"], { stdin: PASSWORD });
  expect(run).toMatchObject({ exit: 0, stdout: "2FA was off already: nothing was changed\n" });
  expect(world.portal.steps()).not.toContain("otpDisable");
});

describe("a portal of 2024", () => {
  test("is told to be too old by `auth`, and keeps no key that nobody holds", async () => {
    await using world = await createWorld({ quirks: { generation: "2024" } });
    for (const round of [1, 2]) {
      const { exit, stdout, stderr } = await world.pinner(["auth", "--json"], {
        env: { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD },
      });
      expect({ round, exit, stdout }).toEqual({ round, exit: 1, stdout: "" });
      const { error } = JSON.parse(stderr);
      expect(error).toMatchObject({ code: "bad_response", message: expect.stringContaining("too old") });
      expect(world.portal.liveKeys(EMAIL)).toEqual([]);
      expect(await world.config()).toBeUndefined();
    }
  });

  test("that refuses a registration with 401 is not told as one that refuses a token", async () => {
    await using world = await createWorld({ quirks: { generation: "2024" } });
    const { exit, stderr } = await world.pinner(["register", "-e", EMAIL, "-f", "A", "-l", "B"], {
      env: { PINNER_PASSWORD: PASSWORD },
    });
    expect({ exit, stderr }).toEqual({
      exit: 4,
      stderr: "error: the service refused: The email is already in use.\n",
    });
  });
});

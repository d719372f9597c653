import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD } from "../../tooling/world.ts";

const NEW = "another-horse-battery";

describe("pinner account email", () => {
  const change = ["account", "email"];

  test("is in force at once, also for the next login", async () => {
    await using world = await createWorld();
    await world.logIn();
    const run = await world.pinner([...change, "new@example.com"], { env: { PINNER_PASSWORD: PASSWORD } });
    expect(run).toMatchObject({ exit: 0, stdout: expect.stringContaining("also for the next login") });
    const env = { PINNER_EMAIL: "new@example.com", PINNER_PASSWORD: PASSWORD };
    expect((await world.pinner(["auth", "--force"], { env })).exit).toBe(0);
  });

  test.each<[string, string, password: string, exit: number, code: string]>([
    ["a wrong password", "new@example.com", "wrong-password", 4, "credentials_refused"],
    ["an address that is taken", OTP_EMAIL, PASSWORD, 1, "conflict"],
    ["the present address", EMAIL.toUpperCase(), PASSWORD, 1, "conflict"],
    ["an address without @", "nobody", PASSWORD, 2, "usage"],
    ["an address with a space", "no body@example.com", PASSWORD, 2, "usage"],
  ])("%s changes nothing", async (_, email, password, exit, code) => {
    await using world = await createWorld();
    await world.logIn();
    const env = { PINNER_PASSWORD: password };
    const run = await world.pinner([...change, email, "--json"], { env });
    expect({ exit: run.exit, code: JSON.parse(run.stderr).error.code }).toEqual({ exit, code });
    expect(run.stderr).not.toContain("login credentials");
    expect(world.portal.get(EMAIL).email).toBe(EMAIL);
  });
});

describe("pinner account password", () => {
  const change = ["account", "password"];
  const env = { PINNER_PASSWORD: PASSWORD, PINNER_NEW_PASSWORD: NEW };

  test("is changed, and keys are said to live on", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const { exit, stdout } = await world.pinner(change, { env });
    expect(exit).toBe(0);
    expect(stdout).toContain("keys and sessions go on working");
    expect(stdout).toContain("pinner account api-keys delete");
    expect(world.portal.get(EMAIL).password).toBe(NEW);
    expect(await world.portal.isLive(token)).toBe(true);
  });

  test.each<[string, Record<string, string>, exit: number, code: string]>([
    ["a wrong present password", { ...env, PINNER_PASSWORD: "wrong-password" }, 4, "credentials_refused"],
    ["the present password", { ...env, PINNER_NEW_PASSWORD: PASSWORD }, 2, "usage"],
    ["7 characters", { ...env, PINNER_NEW_PASSWORD: "1234567" }, 2, "usage"],
    ["73 bytes", { ...env, PINNER_NEW_PASSWORD: "x".repeat(73) }, 2, "usage"],
    ["24 emoji", { ...env, PINNER_NEW_PASSWORD: "🔑".repeat(24) }, 2, "usage"],
    ["no new one", { PINNER_PASSWORD: PASSWORD }, 2, "input_missing"],
    ["no present one", { PINNER_NEW_PASSWORD: NEW }, 2, "input_missing"],
  ])("%s changes nothing", async (_, given, exit, code) => {
    await using world = await createWorld();
    await world.logIn();
    const run = await world.pinner([...change, "--json"], { env: given });
    expect({ exit: run.exit, code: JSON.parse(run.stderr).error.code }).toEqual({ exit, code });
    expect(world.portal.get(EMAIL).password).toBe(PASSWORD);
  });

  test("asks for all of it at a terminal, for the new one twice", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(change);
    await terminal.shows("Present password");
    terminal.type(`${PASSWORD}\r`);
    await terminal.shows("New password");
    terminal.type(`${NEW}\r`);
    await terminal.shows("The new password again");
    terminal.type(`${NEW}\r`);
    expect(await terminal.exit()).toBe(0);
    expect(world.portal.get(EMAIL).password).toBe(NEW);
    expect(terminal.text()).not.toContain(NEW);
  });
});

describe("pinner account profile", () => {
  test("changes one name and leaves the other", async () => {
    await using world = await createWorld();
    await world.logIn();
    expect((await world.pinner(["account", "profile", "-f", "Alicia"])).exit).toBe(0);
    expect(world.portal.get(EMAIL)).toMatchObject({ firstName: "Alicia", lastName: "Person" });
  });

  test.each<[string, string[], exit: number]>([
    ["no name", [], 2],
    ["a blank name", ["-f", " "], 2],
  ])("%s is refused before anything is sent", async (_, args, exit) => {
    await using world = await createWorld();
    await world.logIn();
    expect((await world.pinner(["account", "profile", ...args])).exit).toBe(exit);
    expect(world.portal.requests).toEqual([]);
  });

  test("a portal that is too old for it says so", async () => {
    await using world = await createWorld({ quirks: { accountRoutes: "older" } });
    await world.logIn();
    const { exit, stderr } = await world.pinner(["account", "profile", "-f", "Alicia"]);
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: "error: this portal is too old: it does not have this call\n",
    });
  });
});

describe("pinner account delete", () => {
  test.each(["today", "older"] as const)("ends the account on portals of %s", async (accountRoutes) => {
    await using world = await createWorld({ quirks: { accountRoutes } });
    await world.logIn();
    const { exit, stdout, stderr } = await world.pinner(["account", "delete", "--force"]);
    expect(exit).toBe(0);
    expect(stdout).toContain("48 hours");
    expect(stderr).toContain("other services go on accepting");
    expect(world.portal.get(EMAIL).pendingDeletion).toBe(true);
    expect(await world.config()).not.toContain("auth_token");
  });

  test("is not done without a terminal and without --force", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { exit, stderr } = await world.pinner(["account", "delete"]);
    expect({ exit, force: stderr.includes("--force") }).toEqual({ exit: 2, force: true });
    expect(world.portal.requests).toEqual([]);
  });

  test.each<[string, exit: number, pending: boolean]>([
    [EMAIL, 0, true],
    ["alice@example.org", 130, false],
  ])("at a terminal its address is typed to confirm: %s", async (typed, exit, pending) => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(["account", "delete"]);
    await terminal.shows("Type its email to confirm");
    terminal.type(`${typed}\r`);
    expect(await terminal.exit()).toBe(exit);
    expect(world.portal.get(EMAIL).pendingDeletion).toBe(pending);
  });

  test("leaves a stored token that is not the one in force", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const session = await world.portal.issue("login", EMAIL);
    const { exit } = await world.pinner(["account", "delete", "-f"], { env: { PINNER_AUTH_TOKEN: session } });
    expect(exit).toBe(0);
    expect(await world.config()).toContain(token);
  });

  test("that has been asked for already is told as that", async () => {
    await using world = await createWorld();
    const session = await world.portal.issue("login", EMAIL);
    world.portal.get(EMAIL).pendingDeletion = true;
    const env = { PINNER_AUTH_TOKEN: session };
    const { exit, stderr } = await world.pinner(["account", "delete", "-f", "--json"], { env });
    expect({ exit, code: JSON.parse(stderr).error.code }).toEqual({ exit: 1, code: "conflict" });
  });
});

describe("pinner reset-password", () => {
  const reset = ["reset-password"];

  test("sends an email, and sets the password with the link in it", async () => {
    await using world = await createWorld();
    const sent = await world.pinner([...reset, "-e", EMAIL]);
    expect(sent).toMatchObject({ exit: 0, stdout: expect.stringContaining("--token CODE") });
    const link = world.portal.emails[0]?.link ?? "";
    const { exit, stdout } = await world.pinner([...reset, "-t", link], { stdin: `${NEW}\n` });
    expect(exit).toBe(0);
    expect(stdout).toContain("keys and sessions go on working");
    expect(world.portal.get(EMAIL).password).toBe(NEW);
  });

  test.each([400, 401, 404] as const)(
    "a refused code (%i) is exit 1, with what to do",
    async (resetFailure) => {
      await using world = await createWorld({ quirks: { resetFailure } });
      const args = [...reset, "-e", EMAIL, "-t", "wrong1", "--json"];
      const { exit, stderr } = await world.pinner(args, { env: { PINNER_NEW_PASSWORD: NEW } });
      expect({ exit, error: JSON.parse(stderr).error }).toMatchObject({
        exit: 1,
        error: { code: "refused", hint: expect.stringContaining("pinner reset-password") },
      });
    },
  );

  test("a link of the other email is refused before anything is sent", async () => {
    await using world = await createWorld();
    const verify = "https://pinner.xyz/verify?email=a%40example.com&token=a1b2c3";
    const resets = verify.replace("verify", "password-reset");
    for (const [command, link, right] of [
      ["reset-password", verify, "pinner confirm-email"],
      ["confirm-email", resets, "pinner reset-password"],
    ] as const) {
      const { exit, stderr } = await world.pinner([command, "-t", link]);
      expect({ exit, told: stderr.includes(right) }).toEqual({ exit: 2, told: true });
    }
    expect(world.portal.requests).toEqual([]);
  });
});

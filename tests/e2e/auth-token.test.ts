import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL } from "../../tooling/world.ts";

describe("pinner auth TOKEN", () => {
  test("stores an API key without asking the network", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.portal.createKey(EMAIL, "ci");
    const { exit, stdout } = await world.pinner(["auth", token, "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      status: "authenticated",
      configPath: world.configPath,
      portalURL: world.url,
      apiKeyUuid: uuid,
      expiresAt: expect.any(String),
      replaced: [],
      message: expect.any(String),
    });
    expect(await world.config()).toBe(`auth_token: ${token}\n`);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("takes it from stdin with --with-token", async () => {
    await using world = await createWorld();
    const token = await world.portal.issue("login", EMAIL);
    const { exit, stderr } = await world.pinner(["auth", "--with-token"], { stdin: ` ${token}\r\n` });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(await world.config()).toBe(`auth_token: ${token}\n`);
  });

  test("stores the same token again without --force", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    expect((await world.pinner(["auth", "--with-token"], { stdin: token })).exit).toBe(0);
  });

  test("refuses what the service could not accept, and stores nothing", async () => {
    await using world = await createWorld();
    const expired = await world.portal.issue("api", EMAIL, { exp: 1000 });
    const twoFactor = await world.portal.issue("2fa", EMAIL);
    const cases: [string, string, number][] = [
      ["hunter2-hunter2", "token_invalid", 2],
      ["a.b.c", "token_invalid", 2],
      [twoFactor, "token_invalid", 2],
      [expired, "token_expired", 4],
    ];
    for (const [token, code, exitCode] of cases) {
      const { exit, stdout, stderr } = await world.pinner(["auth", token, "--json"]);
      expect({ exit, stdout }).toEqual({ exit: exitCode, stdout: "" });
      expect(JSON.parse(stderr).error.code).toBe(code);
      expect(stderr).not.toContain(token);
    }
    expect(await world.config()).toBeUndefined();
  });

  test("says what is missing when stdin is empty", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(["auth", "--with-token"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("--with-token");
  });

  test("refuses to mix a token with a login", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    for (const args of [
      [token, "--with-token"],
      [token, "--email", EMAIL],
      [token, "--stdout"],
      ["--with-token", "--key-name", "x"],
    ])
      expect((await world.pinner(["auth", ...args], { stdin: token })).exit).toBe(2);
    expect(await world.config()).toBeUndefined();
  });
});

describe("pinner auth token", () => {
  test("prints the token in force, wherever it comes from", async () => {
    await using world = await createWorld();
    const stored = await world.logIn();
    const other = await world.portal.createKey(EMAIL, "other");
    const third = await world.portal.createKey(EMAIL, "third");
    const env = { PINNER_AUTH_TOKEN: other.token };
    expect((await world.pinner(["auth", "token"])).stdout).toBe(`${stored.token}\n`);
    expect((await world.pinner(["auth", "token"], { env })).stdout).toBe(`${other.token}\n`);
    const flagged = await world.pinner(["auth", "token", "--auth-token", third.token, "--json"], { env });
    expect(JSON.parse(flagged.stdout)).toEqual({ token: third.token, source: "flag" });
  });

  test("exits 4 when there is none", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner(["auth", "token", "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error.code).toBe("auth_required");
  });
});

import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, modeOf } from "../../tooling/world.ts";

const DAY = 24 * 3600;

describe("pinner auth status", () => {
  test("authenticated: whose token it is, which key, until when and from where", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn(EMAIL, "laptop");
    const { exit, stdout, stderr } = await world.pinner(["auth", "status"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    for (const part of [EMAIL, "laptop", uuid, world.configPath, world.url, "in 30 days"])
      expect(stdout).toContain(part);
    const json = await world.pinner(["auth", "status", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({
      status: "authenticated",
      portalURL: world.url,
      message: `Logged in to ${world.url} as ${EMAIL}`,
      source: "config",
      kind: "api_key",
      email: EMAIL,
      keyUuid: uuid,
      keyName: "laptop",
      expiresAt: expect.any(String),
      shadows: [],
    });
    expect(json.exit).toBe(0);
  });

  test("asks twice, one after the other", async () => {
    await using world = await createWorld();
    await world.logIn();
    for (const step of ["account", "listKeys"] as const)
      world.portal.fault(step, { kind: "delay", ms: 1000 });
    await world.pinner(["auth", "status"]);
    const [exchange, ...rest] = world.portal.requests;
    expect(exchange?.step).toBe("exchange");
    expect(rest.map(({ step }) => step).toSorted()).toEqual(["account", "listKeys"]);
    const firstEnd = Math.min(...rest.map(({ endedAt }) => endedAt ?? 0));
    expect(Math.max(...rest.map(({ startedAt }) => startedAt))).toBeLessThan(firstEnd);
  });

  test("not_authenticated, expired, rejected and unverifiable are told on stdout alone", async () => {
    await using world = await createWorld();
    const expired = await world.portal.issue("api", EMAIL, { exp: 1000 });
    const { token, uuid } = await world.portal.createKey(EMAIL, "gone");
    const cases: [token: string | undefined, status: string, exit: number][] = [
      [undefined, "not_authenticated", 4],
      [expired, "expired", 4],
      [await world.portal.issue("2fa", EMAIL), "rejected", 4],
      ["not-a-jwt", "rejected", 4],
    ];
    world.portal.get(EMAIL).keys = world.portal.get(EMAIL).keys.filter((key) => key.uuid !== uuid);
    cases.push([token, "rejected", 4]);
    for (const [given, status, exitCode] of cases) {
      const args = given === undefined ? [] : ["--auth-token", given];
      const { exit, stdout, stderr } = await world.pinner(["auth", "status", "--json", ...args]);
      expect({ exit, status: JSON.parse(stdout).status, stderr }).toEqual({
        exit: exitCode,
        status,
        stderr: "",
      });
      if (given) expect(stdout).not.toContain(given);
    }
  });

  for (const fault of [
    { kind: "status", status: 503 },
    { kind: "resetBefore" },
    { kind: "html" },
    { kind: "hang" },
  ] as const) {
    test(`unverifiable when the service answers with ${fault.kind}`, async () => {
      await using world = await createWorld();
      await world.logIn();
      world.portal.fault("any", fault);
      const { exit, stdout, stderr } = await world.pinner(["auth", "status", "--json", "--timeout", "0.5"]);
      expect({ exit, stderr }).toEqual({ exit: 3, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ status: "unverifiable", source: "config", kind: "api_key" });
    });
  }

  test("warns when a key has less than a week left, and of no session", async () => {
    await using world = await createWorld();
    const now = Math.floor(Date.now() / 1000);
    const { uuid } = await world.portal.createKey(EMAIL, "ci");
    for (const [use, days, warned] of [
      ["api", 6.9, true],
      ["api", 7.1, false],
      ["login", 0.5, false],
    ] as const) {
      const claims = { exp: now + Math.floor(days * DAY), ...(use === "api" ? { jti: uuid } : {}) };
      const token = await world.portal.issue(use, EMAIL, claims);
      const { exit, stderr } = await world.pinner(["auth", "status"], { env: { PINNER_AUTH_TOKEN: token } });
      expect(exit).toBe(0);
      expect(stderr.includes("warning: the token from PINNER_AUTH_TOKEN ends at")).toBe(warned);
      expect(stderr.includes("Put a new one into PINNER_AUTH_TOKEN")).toBe(warned);
    }
  });

  test("tells what a token hides", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { token } = await world.portal.createKey(EMAIL, "env");
    const { stdout } = await world.pinner(["auth", "status"], { env: { PINNER_AUTH_TOKEN: token } });
    expect(stdout).toContain(`PINNER_AUTH_TOKEN, which wins over ${world.configPath}`);
  });

  test("--offline reads claims only", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const { exit, stdout } = await world.pinner(["auth", "status", "--offline", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "authenticated", keyUuid: uuid });
    const opaque = await world.pinner(["auth", "status", "--offline"], {
      env: { PINNER_AUTH_TOKEN: "opaque" },
    });
    expect(opaque.exit).toBe(3);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("shows no part of a token's payload or signature, but for --unmask", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const masked = await world.pinner(["auth", "status", "-v"]);
    for (const part of token.split(".").slice(1))
      expect(`${masked.stdout}${masked.stderr}`).not.toContain(part.slice(-10));
    expect((await world.pinner(["auth", "status", "--unmask"])).stdout).toContain(token);
  });

  test("shows a name with escape sequences as visible text", async () => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "evil\u001b]0;x\u0007\u202etxt");
    const { stdout } = await world.pinner(["auth", "status"]);
    expect(stdout).toContain("evil\\u001b]0;x\\u0007\\u202etxt");
  });
});

describe("pinner auth logout", () => {
  test("deletes the key and removes the token, and keeps the rest of the file", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.logIn();
    await world.writeConfig(`# mine\nauth_token: ${token}\nother: 1\n`);
    const { exit, stdout } = await world.pinner(["auth", "logout", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      status: "logged_out",
      configPath: world.configPath,
      keyDeleted: true,
      acceptedUntil: expect.any(String),
      message: expect.stringContaining(uuid),
    });
    expect(await world.config()).toBe("# mine\nother: 1\n");
    expect(await modeOf(world.configPath)).toBe(0o600);
    expect(world.portal.liveKeys(EMAIL)).toEqual([]);
  });

  test("leaves the key with --keep-key, and asks nothing", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const { exit, stdout } = await world.pinner(["auth", "logout", "--keep-key", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).keyDeleted).toBe(false);
    expect(await world.portal.isLive(token)).toBe(true);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("is done already when no token is stored", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner(["auth", "logout", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "not_authenticated", keyDeleted: false });
    expect(await world.config()).toBeUndefined();
  });

  test("removes the token and warns when the service cannot be reached", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { exit, stdout, stderr } = await world.pinner(["auth", "logout", "--json"], {
      env: { PINNER_BASE_ENDPOINT: "http://127.0.0.1:1" },
    });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "logged_out", keyDeleted: false });
    expect(stderr).toContain("may still work");
    expect(await world.config()).not.toContain("auth_token");
  });

  test("removes the token also when the endpoint cannot be used", async () => {
    await using world = await createWorld();
    await world.logIn();
    const env = { PINNER_BASE_ENDPOINT: "http://example.com" };
    expect((await world.pinner(["auth", "logout"], { env })).exit).toBe(0);
    expect(await world.config()).not.toContain("auth_token");
  });
});

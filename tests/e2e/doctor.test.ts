import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

interface Check {
  name: string;
  status: "ok" | "note" | "warning" | "failed" | "skipped";
  message: string;
  advice?: string;
}
type Expected = Partial<Record<string, Partial<Check>>>;

/** Runs it for people and for scripts: both must tell the same, on stdout alone where something is not well. */
async function diagnose(world: World, env: Record<string, string> = {}, args: string[] = []) {
  const [json, plain] = await Promise.all([
    world.pinner(["doctor", "--json", ...args], { env }),
    world.pinner(["doctor", ...args], { env }),
  ]);
  const { ok, checks }: { ok: boolean; checks: Check[] } = JSON.parse(json.stdout);
  expect(plain.exit).toBe(json.exit);
  expect(ok).toBe(json.exit === 0);
  if (!ok) expect([json.stderr, plain.stderr]).toEqual(["", ""]);
  const lines = plain.stdout.split("\n");
  const marks = { ok: "ok", note: "note", warning: "warning", failed: "FAILED", skipped: "-" };
  for (const { name, status, message, advice } of checks) {
    const at = lines.findIndex((line) => line.includes(` ${name} `));
    expect(lines[at]).toStartWith(`${marks[status]} `);
    // How far a clock is off may differ by the second between the two.
    if (name !== "clock") expect(lines[at]).toEndWith(message);
    expect(lines[at + 1]?.trim() === advice).toBe(advice !== undefined);
  }
  return { exit: json.exit, checks, byName: Object.fromEntries(checks.map((check) => [check.name, check])) };
}

const statuses = (checks: Check[]) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));
const says = (text: string): string => expect.stringContaining(text);

describe("pinner doctor", () => {
  test("is exit 0 when all is well, and names everything that it looked at", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { exit, checks } = await diagnose(world);
    expect(exit).toBe(0);
    expect(statuses(checks)).toEqual({
      config: "ok",
      permissions: "ok",
      token: "ok",
      endpoint: "ok",
      key: "note",
      proxy: "ok",
      dns: "skipped",
      connection: "ok",
      tls: "skipped",
      clock: "ok",
      service: "ok",
    });
    for (const check of checks) expect(check.advice).toBeUndefined();
  });

  test("shows no token, and warns of one in a flag when all else is well", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const { exit, stdout, stderr } = await world.pinner(["doctor", "-v", "--auth-token", token]);
    expect(exit).toBe(0);
    expect(stderr).toContain("warning: --auth-token");
    expect(`${stdout}${stderr}`).not.toContain(token.slice(0, 20));
  });

  test("a file that others can read is exit 1, with the command that mends it", async () => {
    await using world = await createWorld();
    await world.logIn();
    await Bun.$`chmod 644 ${world.configPath}`.quiet();
    const { exit, byName } = await diagnose(world);
    expect(exit).toBe(1);
    expect(byName["permissions"]).toMatchObject({
      status: "warning",
      advice: `Run \`chmod 600 ${world.configPath}\``,
    });
    await Bun.$`sh -c ${byName["permissions"]?.advice?.match(/`(.*)`/)?.[1] ?? "false"}`.quiet();
    expect((await diagnose(world)).exit).toBe(0);
  });

  test("a malformed file is exit 1, by line and column, and nothing is sent", async () => {
    await using world = await createWorld();
    await world.writeConfig('a: 1\nauth_token: "hunter2\n');
    const { exit, checks } = await diagnose(world);
    expect({ exit, checks: statuses(checks) }).toEqual({ exit: 1, checks: { config: "failed" } });
    expect(checks[0]?.message).toMatch(/line \d+, column \d+/);
    expect(checks[0]?.message).not.toContain("hunter2");
    expect(world.portal.requests).toHaveLength(0);
  });
});

describe("the token, to pinner doctor,", () => {
  const inDays = (days: number) => Math.floor(Date.now() / 1000 + days * 24 * 3600);
  const keyEnding = async (portal: World["portal"], exp: number) =>
    portal.issue("api", EMAIL, { exp, jti: (await portal.createKey(EMAIL, "ci")).uuid });
  const cases: Record<string, [give: (world: World) => Promise<string>, exit: number, expected: Expected]> = {
    "is not there": [
      async () => "",
      4,
      { token: { status: "failed", advice: says("pinner auth") }, service: { status: "ok" } },
    ],
    "has expired": [
      ({ portal }) => portal.issue("api", EMAIL, { exp: 1000 }),
      4,
      { token: { status: "failed", message: says("expired at 1970-01-01T00:16:40.000Z") } },
    ],
    "expires within a week": [
      ({ portal }) => keyEnding(portal, inDays(6.9)),
      1,
      { token: { status: "warning", message: says("expires at") }, service: { status: "ok" } },
    ],
    "lasts longer than a week": [
      ({ portal }) => keyEnding(portal, inDays(7.1)),
      0,
      { token: { status: "ok", message: says("PINNER_AUTH_TOKEN works until") } },
    ],
    "is a session's": [
      ({ portal }) => portal.issue("login", EMAIL, { exp: inDays(0.5) }),
      0,
      { token: { status: "note", message: says("ends at") }, service: { status: "ok" } },
    ],
    "was deleted on the service": [
      async ({ portal }) => {
        const { token } = await portal.createKey(EMAIL, "gone");
        portal.get(EMAIL).keys = [];
        return token;
      },
      4,
      { token: { status: "ok" }, service: { status: "failed", advice: says("pinner auth") } },
    ],
    "is a 2FA token": [
      ({ portal }) => portal.issue("2fa", EMAIL),
      4,
      { token: { status: "failed", message: says("2FA token") }, service: { status: "ok" } },
    ],
    "is no token at all": [
      async () => "two words",
      1,
      { token: { status: "warning", message: says("form") }, service: { status: "ok" } },
    ],
    "is of another form": [
      async () => "opaque",
      4,
      { token: { status: "warning" }, service: { status: "failed", message: says("refuses the token") } },
    ],
  };
  for (const [what, [give, expectedExit, expected]] of Object.entries(cases)) {
    test(`${what}: exit ${expectedExit}`, async () => {
      await using world = await createWorld();
      const { exit, byName } = await diagnose(world, { PINNER_AUTH_TOKEN: await give(world) });
      expect(byName).toMatchObject(expected as object);
      expect(exit).toBe(expectedExit);
    });
  }
});

describe("the clock, to pinner doctor,", () => {
  for (const [skew, message] of [
    [300, /clock is (4\.9|5\.0) minutes behind the service's/],
    [-300, /clock is 5\.[01] minutes ahead of the service's/],
  ] as const) {
    test(`is wrong when the service's is ${skew} s off`, async () => {
      await using world = await createWorld({ quirks: { clockSkewSeconds: skew } });
      await world.logIn();
      const { exit, byName } = await diagnose(world);
      expect(exit).toBe(1);
      expect(byName["clock"]).toMatchObject({ status: "failed", message: expect.stringMatching(message) });
      expect(byName["clock"]?.advice).toContain("Set the clock");
      expect(byName["service"]?.status).toBe("ok");
    });
  }

  test("may be a few seconds off", async () => {
    await using world = await createWorld({ quirks: { clockSkewSeconds: 20 } });
    await world.logIn();
    expect((await diagnose(world)).exit).toBe(0);
  });
});

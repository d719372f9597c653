import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, modeOf, PASSWORD, type World } from "../../tooling/world.ts";

const rotate = ["account", "api-keys", "rotate"];
const tokenIn = (config: string | undefined) => /^auth_token: (\S+)$/m.exec(config ?? "")?.[1] ?? "";
const uuids = (world: World) => world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

describe("pinner account api-keys rotate", () => {
  test("replaces the stored key by a new one of the same name: create, prove, store, delete", async () => {
    await using world = await createWorld();
    const old = await world.logIn(EMAIL, "laptop");
    const { exit, stdout } = await world.pinner([...rotate, "--json"]);
    expect(exit).toBe(0);
    const { uuid, replaced } = JSON.parse(stdout);
    expect(replaced).toBe(old.uuid);
    expect(uuids(world)).toEqual([uuid]);
    expect(await world.portal.isLive(tokenIn(await world.config()))).toBe(true);
    expect(world.portal.steps()).toEqual(["exchange", "listKeys", "createKey", "exchange", "deleteKey"]);
    expect(await modeOf(world.configPath)).toBe(0o600);
  });

  test("prints the token of a key that is not stored, once, and leaves the stored one", async () => {
    await using world = await createWorld();
    const stored = await world.logIn();
    const [other] = world.portal.addKeys(EMAIL, ["ci"]);
    const quiet = await world.pinner([...rotate, "ci", "-q"]);
    expect(quiet.stdout).toMatch(/^\S+\n$/);
    expect(await world.portal.isLive(quiet.stdout.trim())).toBe(true);
    expect(tokenIn(await world.config())).toBe(stored.token);
    expect(uuids(world)).not.toContain(other?.uuid as string);
    const json = JSON.parse((await world.pinner([...rotate, "ci", "--json"])).stdout);
    expect(json).toEqual({
      rotated: true,
      key: "ci",
      uuid: expect.any(String),
      replaced: expect.any(String),
      acceptedUntil: expect.any(String),
      token: json.token,
    });
    expect(await world.portal.isLive(json.token)).toBe(true);
    expect(uuids(world)).toHaveLength(2);
  });

  test("prints the new token where the key in use comes from the environment, and never stores it", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const { exit, stdout, stderr } = await world.pinner(rotate, { env: { PINNER_AUTH_TOKEN: token } });
    expect(exit).toBe(0);
    expect(await world.portal.isLive(stdout.trimEnd().split("\n").at(-1) ?? "")).toBe(true);
    expect(stderr).toContain("PINNER_AUTH_TOKEN still holds the old key");
    expect(await world.config()).toBeUndefined();
  });

  test("stores the new key where the rotated one is stored, also behind another token", async () => {
    await using world = await createWorld();
    const stored = await world.logIn(EMAIL, "stored");
    const { token } = await world.portal.createKey(EMAIL, "env");
    const { exit } = await world.pinner([...rotate, stored.uuid], { env: { PINNER_AUTH_TOKEN: token } });
    expect(exit).toBe(0);
    expect(tokenIn(await world.config())).not.toBe(stored.token);
    expect(await world.portal.isLive(tokenIn(await world.config()))).toBe(true);
  });

  test("says what is wrong with what it cannot rotate", async () => {
    await using world = await createWorld();
    const session = await world.portal.issue("login", EMAIL);
    world.portal.addKeys(EMAIL, ["twin", "twin"]);
    const env = { PINNER_AUTH_TOKEN: session };
    for (const [args, code, exitCode] of [
      [[], "usage", 2],
      [["twin"], "ambiguous", 2],
      [["none"], "not_found", 1],
    ] as const) {
      const { exit, stderr } = await world.pinner([...rotate, ...args, "--json"], { env });
      expect(exit).toBe(exitCode);
      expect(JSON.parse(stderr).error.code).toBe(code);
    }
    expect(world.portal.liveKeys(EMAIL)).toHaveLength(2);
  });

  test("keeps the old key when the new one does not work, and deletes the new one", async () => {
    await using world = await createWorld();
    const old = await world.logIn();
    world.portal.onArrival = (step) => {
      if (step === "createKey") world.portal.fault("exchange", { kind: "status", status: 401 });
    };
    const { exit } = await world.pinner(rotate);
    expect(exit).toBe(4);
    expect(tokenIn(await world.config())).toBe(old.token);
    expect(uuids(world)).toEqual([old.uuid]);
  });

  test("gives way to another process that has stored another token meanwhile", async () => {
    await using world = await createWorld();
    const old = await world.logIn();
    const other = await world.portal.createKey(EMAIL, "other");
    let exchanges = 0;
    world.portal.onArrival = (step) => {
      if (step === "exchange" && ++exchanges === 2)
        Bun.spawnSync(["sed", "-i", `s/: .*/: ${other.token}/`, world.configPath]);
    };
    const { exit, stderr } = await world.pinner([...rotate, "--json"]);
    expect(exit).toBe(1);
    expect(JSON.parse(stderr).error.code).toBe("conflict");
    expect(tokenIn(await world.config())).toBe(other.token);
    expect(uuids(world).toSorted()).toEqual([old.uuid, other.uuid].toSorted());
  });

  test("warns when the old key cannot be deleted", async () => {
    await using world = await createWorld();
    const old = await world.logIn();
    world.portal.fault("deleteKey", { kind: "status", status: 400 });
    const { exit, stderr } = await world.pinner(rotate);
    expect(exit).toBe(0);
    expect(stderr).toContain(old.uuid);
    expect(tokenIn(await world.config())).not.toBe(old.token);
  });
});

describe("killed at any moment, a working token is stored", () => {
  for (const [name, args, options] of [
    ["rotate", rotate, {}],
    ["auth --force", ["auth", "-e", EMAIL, "--force"], { stdin: PASSWORD }],
  ] as const) {
    for (const step of ["login", "exchange", "listKeys", "createKey", "deleteKey"] as const) {
      test(`${name}, when ${step} has been asked for or answered`, async () => {
        await using world = await createWorld();
        await world.logIn();
        for (const moment of ["onArrival", "onRequest"] as const) {
          let killed = false;
          await world.pinner([...args], {
            ...options,
            onStart(child) {
              world.portal.onArrival = undefined;
              world.portal.onRequest = undefined;
              const kill = (at: string | undefined) => {
                if (at === step && !killed) child.kill("SIGKILL");
                if (at === step) killed = true;
              };
              if (moment === "onArrival") world.portal.onArrival = kill;
              else world.portal.onRequest = (request) => kill(request.step);
            },
          });
          expect(await world.portal.isLive(tokenIn(await world.config()))).toBe(true);
          expect(await modeOf(world.configPath)).toBe(0o600);
        }
      });
    }
  }
});

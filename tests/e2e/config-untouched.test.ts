import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

const env = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };

describe("a config file in which one key cannot be changed alone", () => {
  test.each([
    ["auth", ["auth", "--force"]],
    ["auth --no-create-key", ["auth", "--force", "--no-create-key"]],
    ["auth logout", ["auth", "logout"]],
    ["api-keys rotate", ["account", "api-keys", "rotate"]],
    ["api-keys delete", ["account", "api-keys", "delete", "ci", "--force"]],
  ])("is told of by `%s` before anything is done on the service", async (_, args) => {
    await using world = await createWorld();
    const { token, uuid } = await world.portal.createKey(EMAIL, "ci");
    const text = `name: &name auth_token\n*name : ${token}\n`;
    await world.writeConfig(text);
    const { exit, stdout, stderr } = await world.pinner([...args, "--json"], { env });
    expect({ exit, stdout, code: JSON.parse(stderr).error.code }).toEqual({
      exit: 1,
      stdout: "",
      code: "config_invalid",
    });
    expect(stderr).toContain("edit it by hand");
    expect(await world.config()).toBe(text);
    expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).toEqual([uuid]);
    const steps = world.portal.steps().filter((step) => /login|createKey|deleteKey|logout/.test(`${step}`));
    expect(steps).toEqual([]);
  });
});

describe("a token that another login stores in mid-command", () => {
  test.each([
    ["auth logout", ["auth", "logout"], 0],
    ["api-keys delete --force", ["account", "api-keys", "delete", "ci", "--force"], 0],
    ["api-keys rotate", ["account", "api-keys", "rotate"], 1],
  ])("is left by `%s`, and so is its key", async (_, args, expected) => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "ci");
    const other = await world.portal.createKey(EMAIL, "other");
    world.portal.onRequest = ({ step }) => {
      if (step === "deleteKey" || step === "createKey")
        writeFileSync(world.configPath, `auth_token: ${other.token}\n`, { mode: 0o600 });
    };
    const { exit } = await world.pinner(args);
    expect({ exit, config: await world.config() }).toEqual({
      exit: expected,
      config: `auth_token: ${other.token}\n`,
    });
    expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toContain(other.uuid);
  });

  test.each([
    ["auth", ["auth"], "createKey"],
    ["auth --key-name", ["auth", "--key-name", "laptop"], "createKey"],
    ["auth --no-create-key", ["auth", "--no-create-key"], "login"],
  ])("is not overwritten by `%s` without --force, which was never asked about it", async (_, args, at) => {
    for (const hasExpired of [false, true]) {
      await using world = await createWorld();
      if (hasExpired)
        await world.writeConfig(`auth_token: ${await world.portal.issue("api", EMAIL, { exp: 1000 })}\n`);
      const other = await world.portal.createKey(EMAIL, "other");
      world.portal.onRequest = ({ step }) => {
        if (step !== at) return;
        mkdirSync(dirname(world.configPath), { recursive: true, mode: 0o700 });
        writeFileSync(world.configPath, `auth_token: ${other.token}\n`, { mode: 0o600 });
      };
      const { exit, stdout, stderr } = await world.pinner([...args, "--json"], { env });
      expect({ exit, stdout, code: JSON.parse(stderr).error.code }).toEqual({
        exit: 1,
        stdout: "",
        code: "conflict",
      });
      expect(await world.config()).toBe(`auth_token: ${other.token}\n`);
      expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([other.uuid]);
    }
  });
});

describe("the key of a token that a login overwrites, and does not delete", () => {
  const replacement = (world: World) => world.portal.issue("login", EMAIL);
  test.each<[string, (world: World) => string[] | Promise<string[]>]>([
    ["auth --no-create-key", () => ["auth", "--force", "--no-create-key"]],
    ["auth TOKEN", async (world) => ["auth", "--force", await replacement(world)]],
    ["auth as another account", () => ["auth", "--force"]],
    ["auth with another name", () => ["auth", "--force", "-k", "laptop"]],
  ])("is named by `%s`, with how to delete it", async (label, argsIn) => {
    await using world = await createWorld();
    const { uuid, token } = await world.logIn(label.includes("account") ? OTP_EMAIL : EMAIL, "ci");
    const { exit, stderr } = await world.pinner(await argsIn(world), { env });
    expect({ exit, stderr }).toEqual({
      exit: 0,
      stderr: expect.stringContaining(`\`pinner account api-keys delete ${uuid}\``),
    });
    expect(await world.portal.isLive(token)).toBe(true);
  });

  test("is not told of where the same token is stored again, or where it was a session's", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn(EMAIL, "ci");
    expect((await world.pinner(["auth", "--with-token"], { stdin: token })).stderr).toBe("");
    await world.writeConfig(`auth_token: ${await replacement(world)}\n`);
    expect((await world.pinner(["auth", "--force", "--with-token"], { stdin: token })).stderr).toBe("");
  });

  test.each([[["auth", "-k", "ci"]], [["auth", "-k", "ci", "--stdout"]]])(
    "is no part of `replaced` where its deletion failed (%p)",
    async (args) => {
      await using world = await createWorld();
      const keys = world.portal.addKeys(EMAIL, ["ci", "ci"]).map(({ uuid }) => uuid);
      world.portal.fault("deleteKey", { kind: "status", status: 400 }, 1);
      const { exit, stdout, stderr } = await world.pinner([...args, "--json"], { env });
      const { replaced, token } = JSON.parse(stdout);
      const left = world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
      expect({ exit, replaced }).toEqual({ exit: 0, replaced: keys.filter((uuid) => !left.includes(uuid)) });
      expect(replaced).toHaveLength(1);
      expect(stderr).toContain(keys.find((uuid) => left.includes(uuid)) ?? "none is left");
      if (args.includes("--stdout")) expect(await world.portal.isLive(token)).toBe(true);
    },
  );
});

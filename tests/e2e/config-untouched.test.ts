import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

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
});

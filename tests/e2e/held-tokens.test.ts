import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

/** A world in which a file holds a key's token, beside another that is stored. */
async function withFile(world: World) {
  await world.logIn(EMAIL, "stored");
  const { uuid, token } = await world.portal.createKey(EMAIL, "filed");
  const PINNER_AUTH_TOKEN_FILE = `${world.home}/token`;
  await writeFile(PINNER_AUTH_TOKEN_FILE, token);
  return { uuid, env: { PINNER_AUTH_TOKEN_FILE } };
}

describe("the key in a file that PINNER_AUTH_TOKEN_FILE names is in use", () => {
  test("to `delete`", async () => {
    await using world = await createWorld();
    const { uuid, env } = await withFile(world);
    const { exit, stderr } = await world.pinner(["account", "api-keys", "delete", "filed"], { env });
    expect({ exit, told: stderr.includes("PINNER_AUTH_TOKEN_FILE") }).toEqual({ exit: 1, told: true });
    expect(uuids(world)).toContain(uuid);
  });

  test("to `auth --key-name`", async () => {
    await using world = await createWorld();
    const { uuid, env } = await withFile(world);
    const args = ["auth", "--force", "-e", EMAIL, "-k", "filed"];
    expect((await world.pinner(args, { env, stdin: PASSWORD })).exit).toBe(0);
    expect(uuids(world)).toContain(uuid);
  });

  test("to `prune`, also where another token is in force", async () => {
    await using world = await createWorld();
    const { uuid, env } = await withFile(world);
    const session = await world.portal.issue("login", EMAIL);
    const args = ["account", "api-keys", "prune", "--older-than", "0", "--force", "--auth-token", session];
    await Bun.sleep(20);
    expect((await world.pinner(args, { env })).exit).toBe(0);
    expect(uuids(world)).toContain(uuid);
  });

  test("to `rotate`, which says that the file has the old one still", async () => {
    await using world = await createWorld();
    const { env } = await withFile(world);
    const { exit, stderr } = await world.pinner(["account", "api-keys", "rotate"], { env });
    expect({ exit, told: /_FILE \(.*\) still holds the old key/.test(stderr) }).toEqual({
      exit: 0,
      told: true,
    });
  });

  test("to `logout`, where nothing is stored", async () => {
    await using world = await createWorld();
    const { uuid, env } = await withFile(world);
    await world.pinner(["auth", "logout"]);
    const { stderr } = await world.pinner(["auth", "logout"], { env });
    expect(stderr).toContain(`pinner account api-keys delete ${uuid} --force`);
  });
});

test("a stored key that the service refuses is overwritten without a question, and one that it takes is not", async () => {
  await using world = await createWorld();
  await world.logIn();
  const args = ["auth", "-e", EMAIL];
  expect((await world.pinner(args, { stdin: PASSWORD })).exit).toBe(2);
  world.portal.get(EMAIL).keys = [];
  const { exit, stderr } = await world.pinner(args, { stdin: PASSWORD });
  // It is not in this account; whether another has it, this one cannot tell.
  expect({ exit, told: stderr.includes("may still work") }).toEqual({ exit: 0, told: true });
});

test("a key that was handed over lives where it cannot be stored, and so does the old one", async () => {
  await using world = await createWorld();
  const { uuid } = await world.logIn();
  const other = await world.portal.createKey(EMAIL, "other");
  const script = `cat > '${world.home}/handed'; printf 'auth_token: %s\\n' '${other.token}' > '${world.configPath}'`;
  const run = await world.pinner(["account", "api-keys", "rotate", "--json", "--", "sh", "-c", script]);
  expect(run).toMatchObject({ exit: 1, stdout: "" });
  const { error } = JSON.parse(run.stderr);
  expect(error.message).toContain("the command has the new API key");
  const handed = await Bun.file(`${world.home}/handed`).text();
  expect(await world.portal.isLive(handed)).toBe(true);
  expect(uuids(world)).toContain(uuid);
});

test("a rotation whose old key could not be deleted claims no replacement", async () => {
  await using world = await createWorld();
  const { uuid } = await world.logIn();
  world.portal.fault("deleteKey", { kind: "status", status: 403 });
  const { exit, stdout, stderr } = await world.pinner(["account", "api-keys", "rotate", "--json"]);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).not.toHaveProperty("replaced");
  expect(stderr).toContain(uuid);
});

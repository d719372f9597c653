import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

const prune = ["account", "api-keys", "prune"];
const DAY_MS = 24 * 3600 * 1000;

/** Keys of one name, so many days old. */
function addAged(world: World, name: string, ...days: number[]): string[] {
  const keys = world.portal.addKeys(
    EMAIL,
    days.map(() => name),
  );
  for (const [at, key] of keys.entries())
    key.createdAt = new Date(Date.now() - (days[at] ?? 0) * DAY_MS).toISOString();
  return keys.map(({ uuid }) => uuid);
}
const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

describe("pinner account api-keys prune", () => {
  test("deletes what has ended and nothing else, never the key in use", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    for (const key of world.portal.get(EMAIL).keys) key.createdAt = "2020-01-01T00:00:00.000Z";
    const [young = "", ended = ""] = addAged(world, "ci", 29, 31);
    const { exit, stdout } = await world.pinner([...prune, "--force", "--json"]);
    expect({ exit, document: JSON.parse(stdout) }).toEqual({
      exit: 0,
      document: { deleted: [ended], kept: 2, failed: [] },
    });
    expect(uuids(world).toSorted()).toEqual([uuid, young].toSorted());
  });

  test.each<[string, string[], number[]]>([
    ["by age", ["--older-than", "10"], [1, 3]],
    ["by age and name", ["--older-than", "10", "--name", "ci"], [1]],
    ["by name alone, of what has ended", ["--name", "other"], []],
  ])("limits what goes %s", async (_, args, expected) => {
    await using world = await createWorld();
    await world.logIn();
    const keys = [...addAged(world, "ci", 5, 15), ...addAged(world, "other", 5, 15)];
    const { exit, stdout } = await world.pinner([...prune, ...args, "--force", "--json"]);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).deleted.toSorted()).toEqual(expected.map((at) => keys[at]).toSorted());
  });

  test("tells until when other services accept what was deleted", async () => {
    await using world = await createWorld();
    await world.logIn();
    addAged(world, "ci", 5, 15);
    const { stdout } = await world.pinner([...prune, "--older-than", "1", "--force", "--json"]);
    const end = Date.parse(JSON.parse(stdout).acceptedUntil);
    expect(Math.abs(end - (Date.now() + 25 * DAY_MS))).toBeLessThan(60_000);
  });

  test("believes the service's clock rather than one that is a month ahead", async () => {
    await using world = await createWorld({ quirks: { clockSkewSeconds: -31 * 24 * 3600 } });
    await world.logIn();
    const [key = ""] = world.portal.addKeys(EMAIL, ["ci"]).map(({ uuid }) => uuid);
    const { exit } = await world.pinner([...prune, "--force"], {
      env: { PINNER_AUTH_TOKEN: await world.portal.issue("login", EMAIL, { exp: 4_000_000_000 }) },
    });
    expect(exit).toBe(0);
    expect(uuids(world)).toContain(key);
  });

  test("deletes nothing with --dry-run, nor without a terminal and --force", async () => {
    await using world = await createWorld();
    await world.logIn();
    const [ended] = addAged(world, "ci", 31);
    const dry = await world.pinner([...prune, "--dry-run", "--json"]);
    expect(JSON.parse(dry.stdout)).toEqual({ deleted: [ended], kept: 2, failed: [], dryRun: true });
    const asked = await world.pinner(prune);
    expect(asked).toMatchObject({ exit: 2, stdout: "" });
    expect(asked.stderr).toContain("--force");
    expect(world.portal.steps()).not.toContain("deleteKey");
    world.portal.get(EMAIL).keys.pop();
    expect((await world.pinner(prune)).exit).toBe(0);
  });

  test("says how many went and are left, and where there is nothing to do", async () => {
    await using world = await createWorld();
    await world.logIn();
    addAged(world, "ci", 31, 32);
    const run = () => world.pinner([...prune, "--force"]);
    expect((await run()).stdout).toBe("Deleted 2 API keys: 1 API key left\n");
    expect((await run()).stdout).toBe("No API key is to be deleted\n");
  });

  test("shows them and asks at a terminal", async () => {
    await using world = await createWorld();
    await world.logIn();
    const [ended = ""] = addAged(world, "ci", 31);
    const terminal = world.terminal(prune);
    await terminal.shows(ended);
    await terminal.shows("Delete this key?");
    terminal.type("y\r");
    expect(await terminal.exit()).toBe(0);
    expect(uuids(world)).not.toContain(ended);
  });

  test("names what could not be deleted, exit 1, with the document all the same", async () => {
    await using world = await createWorld();
    await world.logIn();
    const aged = addAged(world, "ci", 31, 32, 33);
    world.portal.fault("deleteKey", { kind: "status", status: 403 }, 1);
    const { exit, stdout } = await world.pinner([...prune, "--force", "--json"]);
    const { deleted, kept, failed } = JSON.parse(stdout);
    expect({ exit, kept, sizes: [deleted.length, failed.length] }).toEqual({
      exit: 1,
      kept: 2,
      sizes: [2, 1],
    });
    expect(uuids(world)).toContain(failed[0]);
    expect([...deleted, ...failed].toSorted()).toEqual(aged.toSorted());
  });

  test("counts truly after Ctrl-C among a thousand", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    addAged(world, "ci", ...Array.from({ length: 1000 }, () => 31));
    const { exit, stdout } = await world.pinner([...prune, "--force", "--json"], {
      onStart(child) {
        world.portal.onRequest = () => {
          if (world.portal.liveKeys(EMAIL).length > 900) return;
          world.portal.onRequest = undefined;
          child.kill("SIGINT");
        };
      },
    });
    const { deleted, kept, failed } = JSON.parse(stdout);
    expect(exit).toBe(130);
    expect(deleted.length).toBeGreaterThan(90);
    expect(failed.length).toBeGreaterThan(0);
    expect(kept).toBe(world.portal.liveKeys(EMAIL).length);
    expect(uuids(world)).toEqual(expect.arrayContaining([uuid, ...failed]));
  });

  test.each(["-1", "1.5", "x", "999999"])("refuses --older-than=%s", async (days) => {
    await using world = await createWorld();
    await world.logIn();
    expect((await world.pinner([...prune, `--older-than=${days}`])).exit).toBe(2);
    expect(world.portal.requests).toEqual([]);
  });
});

import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { count, printCounts } from "../../tooling/counts.ts";
import { debris, inspectConfig, login, sideBySide, uuidOf } from "../../tooling/faults/support.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import type { Stumble } from "./fixtures/stumble.ts";

const root = join(import.meta.dir, "../..");
const hook = join(import.meta.dir, "fixtures", "stumble.ts");
const commands = {
  "auth --force": ["auth", "--force"],
  rotate: ["account", "api-keys", "rotate"],
  "auth logout": ["auth", "logout"],
};
const PROGRAM = [process.execPath, "--preload", hook, join(root, "dist", "pinner.mjs")];

afterAll(printCounts);

const sandbox = () => createWorld({ command: PROGRAM });
const stumble = (world: World, args: string[], how: Stumble) =>
  world.pinner(args, { env: { ...login, STUMBLE: JSON.stringify(how) } });

const traces = new Map<string, Promise<string[]>>();
/** The changes that a command makes to the file system, in their order. */
function changesOf(args: string[]): Promise<string[]> {
  const known = traces.get(args.join(" ")) ?? traceChanges(args);
  traces.set(args.join(" "), known);
  return known;
}

async function traceChanges(args: string[]): Promise<string[]> {
  await using world = await sandbox();
  await world.logIn();
  const trace = join(world.home, "trace");
  const { exit, stderr } = await stumble(world, args, { trace });
  if (exit !== 0) throw new Error(stderr);
  return (await readFile(trace, "utf8")).trimEnd().split("\n");
}

/** A process that was killed cannot take its lock away: here it does not have to be waited for. */
async function ageLock(world: World): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${world.configPath}.lock`, longAgo, longAgo).catch(() => {});
}

describe.each(Object.entries(commands))("pinner %s", (name, args) => {
  const isLogout = name === "auth logout";

  test("killed between any two changes of the file system leaves a whole file and no debris", async () => {
    const changes = await changesOf(args);
    expect(changes.filter((change) => change === "rename")).toHaveLength(1);
    expect(changes.length).toBeGreaterThan(8);
    // After one change is before the next.
    const all = changes.flatMap((change, at) => [
      { at, how: "before", change },
      ...(change === "write" ? [{ at, how: "half", change }] : []),
      ...(at === changes.length - 1 ? [{ at, how: "after", change }] : []),
    ]);
    await sideBySide(all, async ({ at, how, change }) => {
      await using world = await sandbox();
      const { token: old } = await world.logIn();
      const label = `killed ${how} ${change} (${at})`;
      const { exit } = await stumble(world, args, { at, how });
      count("kills at file system steps");
      expect({ label, exit }).toEqual({ label, exit: 137 });
      const { token, problem } = await inspectConfig(world);
      const whole = isLogout ? token === undefined || token === old : await world.portal.isLive(token ?? "");
      expect({ label, whole, problem }).toEqual({ label, whole: true, problem: undefined });

      // The next one cleans up after it.
      await ageLock(world);
      const next = await world.pinner(["auth", "--force"], { env: login });
      expect({ label, exit: next.exit, debris: await debris(world) }).toEqual({ label, exit: 0, debris: [] });
    });
  }, 60_000);

  test("met by an error at each change, says so, keeps a working token and no key that nobody holds", async () => {
    const changes = await changesOf(args);
    const codes = ["ENOSPC", "EROFS", "EIO"];
    const all = changes.map((change, at) => ({ change, at, how: codes[at % codes.length] ?? "EIO" }));
    await sideBySide(all, async ({ change, at, how }) => {
      await using world = await sandbox();
      const { token: old, uuid } = await world.logIn();
      const { exit, stderr } = await stumble(world, [...args, "--json"], { at, how });
      count("errors at file system steps");
      const label = `${how} at ${change} (${at})`;
      const { token, problem } = await inspectConfig(world);
      const live = world.portal.liveKeys(EMAIL).map((key) => key.uuid);
      const seen = {
        label,
        problem,
        // What cannot be removed stays: the next write removes it.
        debris: change === "rm" ? [] : (await debris(world)).filter((file) => !file.endsWith(".lock")),
      };
      expect(seen).toEqual({ label, problem: undefined, debris: [] });
      if (exit === 0) {
        expect({ label, live }).toEqual({ label, live: isLogout ? [] : [uuidOf(token) ?? ""] });
      } else {
        const { error } = JSON.parse(stderr);
        expect({ label, exit, code: error.code }).toEqual({ label, exit: 1, code: "config_unwritable" });
        expect({ label, token }).toEqual({ label, token: old });
        // Logging out deletes the key first; whoever logs in or rotates keeps the one that works.
        expect({ label, live }).toEqual({ label, live: isLogout && live.length === 0 ? [] : [uuid] });
      }
    });
  }, 60_000);
});

describe.each(Object.entries(commands).filter(([name]) => name !== "auth logout"))("pinner %s", (_, args) => {
  test("whose directory vanishes before any change stores a working key or says that it did not", async () => {
    const changes = await changesOf(args);
    await sideBySide(changes.entries(), async ([at, change]) => {
      await using world = await sandbox();
      await world.logIn();
      const directory = join(world.home, "pinner");
      const { exit, stderr } = await stumble(world, [...args, "--json"], { at, how: "vanish", directory });
      count("errors at file system steps");
      const label = `vanished before ${change} (${at}): ${stderr}`;
      const stored = await world.config();
      const live = world.portal.liveKeys(EMAIL).map((key) => key.uuid);
      if (stored === undefined) {
        // What vanished with the file was the old key's token; no new one may be left that nobody holds.
        expect({ label, known: live.length <= 1 }).toEqual({ label, known: true });
        if (exit !== 0) expect(JSON.parse(stderr).error.code).toMatch(/config_unwritable|conflict/);
      } else {
        const { token, problem } = await inspectConfig(world);
        expect({ label, problem, works: live.includes(uuidOf(token) ?? "") }).toEqual({
          label,
          problem: undefined,
          works: true,
        });
      }
    });
  }, 60_000);
});

test("a writer that was stopped while another took its lock over does not undo what that one wrote", async () => {
  await using world = await sandbox();
  await world.logIn();
  const changes = await changesOf(commands["auth --force"]);
  // The last moment at which it can still learn of it.
  const at = changes.indexOf("rename") - 1;
  let pid = 0;
  const stopped = world.pinner(commands["auth --force"], {
    env: { ...login, STUMBLE: JSON.stringify({ at, how: "stop" }) },
    onStart: (child) => {
      pid = child.pid;
    },
  });
  await isStopped(() => pid);
  // Waits until the lock counts as a dead one's.
  const other = await world.pinner(["config", "set", "secure", "false"]);
  expect(other.exit).toBe(0);
  process.kill(pid, "SIGCONT");
  const { exit, stderr } = await stopped;
  expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringContaining("taken over") });
  expect(await world.config()).toContain("secure: false");
  const { token } = await inspectConfig(world);
  expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([uuidOf(token) ?? ""]);
}, 30_000);

test("a writer that was suspended for long goes on where nobody has taken its lock meanwhile", async () => {
  await using world = await sandbox();
  await world.logIn();
  const changes = await changesOf(commands["auth --force"]);
  let pid = 0;
  const suspended = world.pinner(commands["auth --force"], {
    env: { ...login, STUMBLE: JSON.stringify({ at: changes.indexOf("rename") - 1, how: "stop" }) },
    onStart: (child) => {
      pid = child.pid;
    },
  });
  await isStopped(() => pid);
  // Longer than a lock lasts that is not renewed.
  await Bun.sleep(5500);
  process.kill(pid, "SIGCONT");
  const { exit, stderr } = await suspended;
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.not.stringContaining("lock") });
  const { token } = await inspectConfig(world);
  expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([uuidOf(token) ?? ""]);
  expect(await debris(world)).toEqual([]);
}, 30_000);

async function isStopped(pid: () => number): Promise<void> {
  for (;;) {
    const state = await readFile(`/proc/${pid()}/stat`, "utf8").catch(() => "");
    if (/\) T /.test(state)) return;
    await Bun.sleep(10);
  }
}

test("a foreign file and a staging file of somebody who died are left, and cleaned up, in that order", async () => {
  await using world = await createWorld();
  await world.logIn();
  const directory = join(world.home, "pinner");
  await writeFile(join(directory, ".config.yaml.swp"), "an editor's");
  await writeFile(join(directory, ".config.yaml.0123456789ab.tmp"), "auth_token: half");
  await mkdir(`${world.configPath}.lock`);
  const future = new Date(Date.now() + 3600_000);
  await utimes(`${world.configPath}.lock`, future, future);
  const { exit } = await world.pinner(["auth", "--force"], { env: login });
  expect(exit).toBe(0);
  expect(await debris(world)).toEqual([".config.yaml.swp"]);
});

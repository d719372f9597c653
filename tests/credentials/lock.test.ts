import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { changeConfig } from "../../src/credentials/config-change.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { lockFile } from "../../src/credentials/lock.ts";
import { spawnFixture } from "./child.ts";
import { modeOf, temporaryDirectory } from "./temporary.ts";

/** The age at which a lock that nobody renews counts as left behind, and a margin for a busy machine. */
const STALE_MS = 5000;
const MARGIN_MS = 3000;

const setKey = (path: string) => changeConfig(path, (document) => document.set("mine", true));

describe.concurrent("a lock", () => {
  test("of a live process is waited for, also when it is held longer than a dead one's lasts", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const holder = spawnFixture("hold-lock.ts", path);
    await holder.prints("held");
    let finished = false;
    const change = setKey(path).then(() => {
      finished = true;
    });
    await Bun.sleep(STALE_MS + 1500);
    expect(finished).toBe(false);
    expect((await readConfig(path)).exists).toBe(false);
    holder.endInput();
    await holder.prints("still held");
    await change;
    expect((await readConfig(path)).content.values.get("mine")).toBe(true);
    expect(await holder.exited).toBe(0);
  }, 20_000);

  test("of a killed process is taken over, after a few seconds and no earlier", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const holder = spawnFixture("hold-lock.ts", path);
    await holder.prints("held");
    holder.kill("SIGKILL");
    await holder.exited;
    const renewed = (await stat(`${path}.lock`)).mtimeMs;
    await setKey(path);
    const waited = Date.now() - renewed;
    expect(waited).toBeGreaterThanOrEqual(STALE_MS);
    expect(waited).toBeLessThan(STALE_MS + MARGIN_MS);
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
  }, 20_000);

  test("is taken over at once when its owner died long ago, by one of many at a time", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    await mkdir(`${file}.lock`);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, longAgo, longAgo);
    const started = Date.now();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await lockFile(file);
        most = Math.max(most, ++inside);
        await Bun.sleep(5);
        inside--;
        lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(Date.now() - started).toBeLessThan(MARGIN_MS);
    expect(await readdir(home.path)).toEqual([]);
  });

  test("that was left together with a half-done take-over is taken over as well", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    const longAgo = new Date(Date.now() - 60_000);
    for (const left of [`${file}.lock`, `${file}.lock.steal`]) {
      await mkdir(left);
      await utimes(left, longAgo, longAgo);
    }
    (await lockFile(file)).release();
    expect(await readdir(home.path)).toEqual([]);
  });

  test("clears away what was left of a take-over whose lock is gone, and nothing that another is at", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    await mkdir(`${file}.lock.steal`);
    (await lockFile(file)).release();
    expect(await readdir(home.path)).toEqual(["file.lock.steal"]);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock.steal`, longAgo, longAgo);
    (await lockFile(file)).release();
    expect(await readdir(home.path)).toEqual([]);
  });

  test("is known to be lost once another process has taken it over", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const lock = await lockFile(path);
    lock.assertHeld();
    await rm(`${path}.lock`, { recursive: true });
    const message = await until(() => messageOf(() => lock.assertHeld()));
    expect(message).toContain("taken over");
    expect(message).toContain(`${path}.lock`);
  });

  test.each(["goes on", "is ended"])(
    "of a stopped process is taken over, and left alone when that one %s",
    async (then) => {
      await using home = await temporaryDirectory();
      const path = home.at("config.yaml");
      const stopped = spawnFixture("hold-lock.ts", path);
      await stopped.prints("held");
      stopped.kill("SIGSTOP");
      const lock = await lockFile(path);
      if (then === "is ended") stopped.kill("SIGTERM");
      stopped.kill("SIGCONT");
      if (then === "goes on") {
        stopped.endInput();
        await stopped.prints("taken over");
      }
      expect(await stopped.exited).toBe(then === "goes on" ? 0 : 143);
      lock.assertHeld();
      lock.release();
      expect(await readdir(home.path)).toEqual([]);
    },
    20_000,
  );

  test("is lost at once, not at its next renewal, when another stands in its place", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    const lock = await lockFile(file);
    await rm(`${file}.lock`, { recursive: true });
    const next = await lockFile(file);
    expect(() => lock.assertHeld()).toThrow("taken over");
    lock.release();
    next.assertHeld();
    next.release();
    expect(await readdir(home.path)).toEqual([]);
  });

  test("from before the clock was set back is taken over at once", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    await mkdir(`${file}.lock`);
    const tomorrow = new Date(Date.now() + 86_400_000);
    await utimes(`${file}.lock`, tomorrow, tomorrow);
    const started = Date.now();
    (await lockFile(file)).release();
    expect(Date.now() - started).toBeLessThan(MARGIN_MS);
    expect(await readdir(home.path)).toEqual([]);
  });

  test("whose directory vanishes is lost to its holder, and made anew for who waits", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("new", "file");
    const lock = await lockFile(file);
    const waiting = lockFile(file);
    await Bun.sleep(200);
    // At once: what removes it step by step would meet the lock that is made anew meanwhile.
    rmSync(home.at("new"), { recursive: true });
    expect(() => lock.assertHeld()).toThrow("taken over");
    const next = await waiting;
    lock.release();
    next.assertHeld();
    next.release();
    expect(await readdir(home.at("new"))).toEqual([]);
  });

  test("that others hold for too long is given up on, with what to do", async () => {
    await using home = await temporaryDirectory();
    const file = home.at("file");
    const lock = await lockFile(file);
    await expect(lockFile(file, { patienceMs: 200 })).rejects.toThrow(`remove ${file}.lock`);
    lock.assertHeld();
    lock.release();
  });

  test("is released on success and on failure", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await setKey(path);
    const failing = changeConfig(path, () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow();
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
    await setKey(path);
  });

  test("goes with a process that ends by SIGTERM, so that the next need not wait", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const holder = spawnFixture("hold-lock.ts", path);
    await holder.prints("held");
    holder.kill("SIGTERM");
    await holder.exited;
    expect(await readdir(home.path)).toEqual([]);
  });

  test("creates its directory for the owner only", async () => {
    await using home = await temporaryDirectory();
    (await lockFile(home.at("new", "deep", "file"))).release();
    expect(await modeOf(home.at("new"))).toBe(0o700);
    expect(await modeOf(home.at("new", "deep"))).toBe(0o700);
  });

  test("in a place where none can be fails at once instead of waiting", async () => {
    await using home = await temporaryDirectory();
    await writeFile(home.at("file"), "");
    const started = Date.now();
    await expect(lockFile(home.at("file", "config.yaml"))).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(MARGIN_MS);
  });
});

function messageOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

async function until<Value>(ask: () => Value | undefined): Promise<Value> {
  for (let turn = 0; turn < 500; turn++) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await Bun.sleep(10);
  }
  throw new Error("it never happened");
}

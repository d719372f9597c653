import { describe, expect, test } from "bun:test";
import { mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { storeToken } from "../../src/auth/store.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { randomFrom, seed } from "../../tooling/counts.ts";
import { spawnFixture } from "./child.ts";
import { modeOf, type TemporaryDirectory, temporaryDirectory } from "./temporary.ts";

const WRITERS = 20;
const TURNS = 3;
const LANES = 4;
const KILLS_PER_LANE = 10;
const LONGEST_LIFE_MS = 25;
const OLD = "eyJold.old.old";
const NEW = "eyJnewer.newer.newer";
/** A longer file takes longer to write, so more falls into the middle of a write. */
const PADDING = `# ${"x".repeat(300_000)}\n`;
const WHOLE = `${PADDING}auth_token: ${OLD}\nlast: end\n`;
/** Reading is so much faster than understanding what was read that it catches more. */
const GLANCES = 50;

/** Lets the lock of a dead process grow old without waiting for it. */
async function age(lock: string): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo).catch(() => {});
}

describe("the config file", () => {
  test("loses no change of many processes, and is never seen half-written", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await writeFile(path, WHOLE, { mode: 0o600 });
    // The race for the lock of a dead process is part of it.
    await mkdir(`${path}.lock`);
    await age(`${path}.lock`);
    const keys = Array.from({ length: WRITERS }, (_, index) => `tool_${index}`);
    const writers = keys.map((key) => spawnFixture("set-key.ts", path, key, `${TURNS}`));
    let running = true;
    const seen = new Set<number>();
    const reader = (async () => {
      while (running) {
        const { exists, content, readableByOthers } = await readConfig(path);
        expect([exists, readableByOthers]).toEqual([true, false]);
        expect([content.authToken, content.values.get("last")]).toEqual([OLD, "end"]);
        seen.add(content.values.size);
        for (let turn = 0; turn < GLANCES; turn++) {
          const text = await readFile(path, "utf8");
          if (!text.startsWith(WHOLE)) throw new Error(`${text.length} characters of the file were there`);
        }
      }
    })();
    const exits = await Promise.all(writers.map(({ exited }) => exited));
    running = false;
    await reader;
    expect(exits).toEqual(keys.map(() => 0));
    const { content } = await readConfig(path);
    expect(Object.fromEntries(content.values)).toEqual({
      auth_token: OLD,
      last: "end",
      ...Object.fromEntries(keys.map((key) => [key, `turn ${TURNS}`])),
    });
    expect(await readFile(path, "utf8")).toStartWith(PADDING);
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
    // It did watch the file change, rather than only its beginning and end.
    expect(seen.size).toBeGreaterThan(3);
  }, 30_000);

  test("survives writers that are killed at any moment: it holds the old token or the new", async () => {
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => killWriters(seed + lane)));
    const cut = lanes.reduce((sum, count) => sum + count, 0);
    // Some died in the middle of a write, or this would have shown nothing.
    expect(cut).toBeGreaterThan(0);
  }, 30_000);
});

/** @returns how many of the killed writers held the lock */
async function killWriters(start: number): Promise<number> {
  const random = randomFrom(start);
  await using home = await temporaryDirectory();
  const path = home.at("config.yaml");
  await writeFile(path, `${PADDING}auth_token: ${OLD}\nother: 0600 # kept\n`, { mode: 0o600 });
  let cut = 0;
  for (let kill = 0; kill < KILLS_PER_LANE; kill++) {
    const writer = spawnFixture("write-forever.ts", path, NEW, OLD);
    await writer.prints("writing");
    await Bun.sleep(random() * LONGEST_LIFE_MS);
    writer.kill("SIGKILL");
    await writer.exited;
    const { content } = await readConfig(path);
    expect([OLD, NEW]).toContain(content.authToken ?? "");
    const rest = (await readFile(path, "utf8")).slice(PADDING.length).replace(content.authToken ?? "", "T");
    expect(rest).toBe("auth_token: T\nother: 0600 # kept\n");
    expect(await modeOf(path)).toBe(0o600);
    await expectNoDebris(home);
    if (await isThere(`${path}.lock`)) cut++;
    await age(`${path}.lock`);
    await age(`${path}.lock.steal`);
  }
  await storeToken(path, "eyJlast.a.b");
  expect(await readdir(home.path)).toEqual(["config.yaml"]);
  return cut;
}

/** The last of the killed may have left one staging file and its lock; those before it, nothing. */
async function expectNoDebris(home: TemporaryDirectory): Promise<void> {
  const names = await readdir(home.path);
  const staging = names.filter((name) => name.endsWith(".tmp"));
  expect(staging.length).toBeLessThanOrEqual(1);
  for (const name of staging) expect(await modeOf(home.at(name))).toBe(0o600);
  const rest = names.filter((name) => !staging.includes(name));
  expect(["config.yaml", "config.yaml.lock", "config.yaml.lock.steal"]).toEqual(expect.arrayContaining(rest));
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

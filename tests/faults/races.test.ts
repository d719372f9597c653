import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { servePortal } from "../portal/serve.ts";
import { count, printCounts, seed } from "../support/counts.ts";
import { createWorld, EMAIL, PASSWORD } from "../support/world.ts";
import { type RaceCounts, race } from "./races.ts";
import { debris, seeded, tokenIn } from "./support.ts";

const PROCESSES = 50;
afterAll(printCounts);

const counted = (counts: RaceCounts) => {
  count("processes in races", counts.processes);
  return counts;
};

describe("fifty processes at once lose no change, read nothing torn, and leave exactly the stored key", () => {
  test("where they log in, change settings and read", async () => {
    await seeded(async () => {
      const { logins, reads } = counted(await race(seed, PROCESSES, { logouts: false }));
      expect(logins).toBeGreaterThan(20);
      expect(reads).toBeGreaterThan(20);
    });
  }, 60_000);

  test("where some log out as well", async () => {
    await seeded(async () => void counted(await race(seed + 1, PROCESSES, { logouts: true })));
  }, 60_000);

  test("where each login replaces all keys of one name", async () => {
    await seeded(
      async () => void counted(await race(seed + 3, PROCESSES / 2, { logouts: false, named: true })),
    );
  }, 60_000);

  test("where there is no directory before", async () => {
    await seeded(async () => void counted(await race(seed + 2, PROCESSES, { logouts: true, fresh: true })));
  }, 60_000);
});

test("of machines that replace each other's key of one name at once, the last keeps a key that works", async () => {
  await using world = await createWorld();
  // So late that each machine's list has the keys of all.
  const served = await servePortal({
    async fetch(request) {
      if (request.method === "GET") await Bun.sleep(300);
      return world.portal.fetch(request);
    },
  });
  const env = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD, PINNER_BASE_ENDPOINT: served.url };
  for (let round = 0; round < 5; round++) {
    const homes = Array.from({ length: 6 }, (_, index) => join(world.home, `machine-${index}`));
    count("processes in races", homes.length);
    const runs = await Promise.all(
      homes.map((home) =>
        world.pinner(["auth", "--force", "--key-name", "ci"], { env: { ...env, PINNER_HOME: home } }),
      ),
    );
    expect(runs.map(({ exit }) => exit)).toEqual(homes.map(() => 0));
    const stored = await Promise.all(
      homes.map((home) => readFile(join(home, "pinner", "config.yaml"), "utf8").then(tokenIn)),
    );
    const working = await Promise.all(stored.map((token) => world.portal.isLive(token ?? "")));
    expect(working).toContain(true);
    // Every key that is left is one that some machine holds.
    expect(working.filter(Boolean)).toHaveLength(world.portal.liveKeys(EMAIL).length);
  }
  await served.close();
}, 60_000);

test("the lock of a process that died is taken over by those who wait for it, after some seconds", async () => {
  await using world = await createWorld();
  await world.logIn();
  await mkdir(`${world.configPath}.lock`);
  const started = Date.now();
  const args = ["auth", "--force"];
  const env = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
  const waiting = Array.from({ length: 6 }, () => world.pinner(args, { env }));
  count("processes in races", waiting.length);
  expect((await Promise.all(waiting)).map(({ exit }) => exit)).toEqual(Array(6).fill(0));
  expect(Date.now() - started).toBeGreaterThan(4500);
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(world.portal.liveKeys(EMAIL)).toHaveLength(1);
  expect(await debris(world)).toEqual([]);
}, 30_000);

import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
import { servePortal } from "../../src/testing/serve.ts";
import { count, printCounts, seed } from "../../tooling/counts.ts";
import { type RaceCounts, race } from "../../tooling/faults/races.ts";
import { debris, inspectConfig, login, seeded, tokenIn, uuidOf } from "../../tooling/faults/support.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";

const PROCESSES = 50;
const replace = ["auth", "--force", "--key-name", "ci"];
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

test("a login that was asleep while another took its turn deletes its own new key, and no other", async () => {
  await using world = await createWorld();
  await world.logIn(EMAIL, "ci");
  const asleep = Promise.withResolvers<void>();
  const sleeper = world.pinner(replace, {
    env: login,
    onStart(child) {
      world.portal.onRequest = ({ step }) => {
        if (step !== "createKey") return;
        world.portal.onRequest = undefined;
        child.kill("SIGSTOP");
        asleep.resolve();
      };
      // By then its turn has been taken over: nobody waits for a login that seems dead.
      void asleep.promise.then(() => world.pinner(replace, { env: login })).then(() => child.kill("SIGCONT"));
    },
  });
  const { exit, stderr } = await sleeper;
  expect(exit).toBe(1);
  expect(stderr).toContain("taken over or removed");
  const { token } = await inspectConfig(world);
  expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toEqual([uuidOf(token) ?? ""]);
}, 30_000);

test("a login that waits for another says so, and ends at Ctrl-C with nothing created", async () => {
  await using world = await createWorld();
  await world.logIn(EMAIL, "ci");
  const turn = `${world.configPath}.turn.lock`;
  await mkdir(turn);
  // As its holder does.
  const renewal = setInterval(() => void utimes(turn, new Date(), new Date()), 500);
  try {
    const { exit, stderr } = await world.pinner(replace, {
      env: login,
      onStart: (child) => void setTimeout(() => child.kill("SIGINT"), 4000),
    });
    expect({ exit, stderr }).toEqual({
      exit: 130,
      stderr: "Waiting for another login to finish\nerror: cancelled\n",
    });
    expect(world.portal.steps()).toEqual(["login"]);
  } finally {
    clearInterval(renewal);
  }
}, 20_000);

test.each(["milliseconds", "seconds"] as const)(
  "of machines that replace each other's key of one name at once, the last keeps one that works, told apart by %s",
  async (createdAt) => {
    await using world = await createWorld({ quirks: { createdAt } });
    // So late that each machine's list has the keys of all.
    const served = await servePortal({
      async fetch(request) {
        if (request.method === "GET") await Bun.sleep(300);
        return world.portal.fetch(request);
      },
    });
    try {
      const homes = Array.from({ length: 6 }, (_, index) => join(world.home, `machine-${index}`));
      for (let round = 0; round < 5; round++) {
        count("processes in races", homes.length);
        const runs = await Promise.all(
          homes.map((home) =>
            world.pinner(replace, {
              env: { ...login, PINNER_HOME: home, PINNER_BASE_ENDPOINT: served.url },
            }),
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
    } finally {
      await served.close();
    }
  },
  60_000,
);

test("a login that prints its key spares the one that another login has stored meanwhile", async () => {
  await using world = await createWorld();
  await world.logIn(EMAIL, "ci");
  const other = Promise.withResolvers<number>();
  const served = await servePortal({
    async fetch(request) {
      // Before the login of the one is answered, the other has run to its end.
      if (request.url.endsWith("/login")) other.resolve(store());
      await other.promise;
      return world.portal.fetch(request);
    },
  });
  const store = async () => (await world.pinner(replace, { env: login })).exit;
  const env = { ...login, PINNER_BASE_ENDPOINT: served.url };
  const printed = await world.pinner(["auth", "--stdout", "--key-name", "ci"], { env });
  await served.close();
  expect([printed.exit, await other.promise]).toEqual([0, 0]);
  expect(await world.portal.isLive(tokenIn(await world.config()) ?? "")).toBe(true);
  expect(await world.portal.isLive(printed.stdout.trim())).toBe(true);
});

test("the lock of a process that died is taken over by those who wait for it, after some seconds", async () => {
  await using world = await createWorld();
  await world.logIn();
  await mkdir(`${world.configPath}.lock`);
  const started = Date.now();
  const waiting = Array.from({ length: 6 }, () => world.pinner(["auth", "--force"], { env: login }));
  count("processes in races", waiting.length);
  expect((await Promise.all(waiting)).map(({ exit }) => exit)).toEqual(Array(6).fill(0));
  expect(Date.now() - started).toBeGreaterThan(4500);
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(world.portal.liveKeys(EMAIL)).toHaveLength(1);
  expect(await debris(world)).toEqual([]);
}, 30_000);

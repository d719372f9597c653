import { afterAll, describe, expect, test } from "bun:test";
import { count, printCounts } from "../../tooling/counts.ts";
import { killWithCommand } from "../../tooling/faults/handed.ts";
import { type KillCounts, killAtRandom } from "../../tooling/faults/kills.ts";
import { seeded, sideBySide } from "../../tooling/faults/support.ts";

const HOMES = 8;
const KILLS_PER_HOME = 30;

afterAll(printCounts);

describe("SIGKILL, SIGTERM and Ctrl-C at random moments of auth --force and rotate", () => {
  test("leave a working token stored, no debris, and no key that nobody holds where they can be caught", async () => {
    await seeded(async (seed) => {
      const total: KillCounts = { kills: 0, cut: 0, strays: 0 };
      await sideBySide(Array(HOMES).keys(), async (home) => {
        const { kills, cut, strays } = await killAtRandom(seed + home, KILLS_PER_HOME);
        total.kills += kills;
        total.cut += cut;
        total.strays += strays;
      });
      count("kills at random moments", total.kills);
      count("of them before the end", total.cut);
      expect(total.kills).toBe(HOMES * KILLS_PER_HOME);
      // Most came in time, or this would have shown little.
      expect(total.cut).toBeGreaterThan(total.kills / 4);
    });
  }, 180_000);
});

test("the same of rotate -- COMMAND and auth exec leave what was handed over last working", async () => {
  await seeded(async (seed) => {
    let cut = 0;
    await sideBySide(Array(HOMES).keys(), async (home) => {
      cut += await killWithCommand(seed + home, KILLS_PER_HOME);
    });
    count("kills with a COMMAND", HOMES * KILLS_PER_HOME);
    count("of these before the end", cut);
    // Most signals are passed on, or waited with: what was begun is then done.
    expect(cut).toBeGreaterThan(0);
  });
}, 180_000);

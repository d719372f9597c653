import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

setDefaultTimeout(20_000);

/** A login at a service whose clock is off. */
async function logIn(seconds: number, ...args: string[]) {
  await using world = await createWorld({ quirks: { clockSkewSeconds: seconds } });
  return await world.pinner(["auth", "-e", EMAIL, ...args], { env: { PINNER_PASSWORD: PASSWORD } });
}

describe("a login warns at once of this machine's clock", () => {
  test.each([
    // Longer than a key lives: everything after it would call it expired.
    [-40 * 86_400, "40.0 days ahead of"],
    [-300, "5.0 minutes ahead of"],
    [300, "minutes behind"],
  ])("when the service's is %p s off", async (seconds, says) => {
    for (const args of [[], ["--json"], ["--stdout"], ["--no-create-key"]]) {
      const { exit, stderr } = await logIn(seconds, ...args);
      expect(exit).toBe(0);
      expect(stderr.match(/^warning: this machine's clock is .*Set the clock/gm)).toHaveLength(1);
      expect(stderr.replace("5.1", "5.0")).toContain(says);
    }
  });

  test("not when it is a few seconds off, nor with --quiet", async () => {
    expect(await logIn(20)).toMatchObject({ exit: 0, stderr: "" });
    expect(await logIn(-3600, "--quiet")).toMatchObject({ exit: 0, stderr: "" });
  });
});

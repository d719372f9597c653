import { afterAll, describe, expect, test } from "bun:test";
import { count, printCounts } from "../../tooling/counts.ts";
import { debris, login, tokenIn, uuidOf } from "../../tooling/faults/support.ts";
import type { Run } from "../../tooling/process.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import { runtimes } from "./runtimes.ts";

const auth = ["auth", "--force"];
const named = [...auth, "--key-name", "laptop"];
const create = ["account", "api-keys", "create", "laptop"];
const rotate = ["account", "api-keys", "rotate"];
type Step = "createKey" | "exchange" | "deleteKey";

afterAll(printCounts);

/** Runs a command that gets signals, a while apart, once the service has been asked for something. */
async function interrupted(
  world: World,
  args: string[],
  at: Step,
  signals: NodeJS.Signals[],
  nth = 1,
): Promise<Run> {
  let asked = 0;
  return world.pinner(args, {
    env: login,
    onStart(child) {
      world.portal.onArrival = async (step) => {
        if (step !== at || ++asked !== nth) return;
        for (const signal of signals) {
          await Bun.sleep(150);
          child.kill(signal);
        }
      };
    },
  });
}

describe.each(runtimes)("on %s, a second Ctrl-C", (_, command) => {
  test.each<[string, string[], Step, number]>([
    ["auth", auth, "createKey", 1],
    ["auth --key-name", named, "createKey", 1],
    ["create", create, "createKey", 1],
    ["rotate", rotate, "createKey", 1],
    ["rotate, which proves the new key", rotate, "exchange", 2],
    ["rotate, which deletes the old key", rotate, "deleteKey", 1],
    ["auth --key-name, which deletes the old key", named, "deleteKey", 1],
  ])("to %s leaves no lock, and no key untold", async (_name, args, at, nth) => {
    await using world = await createWorld({ command });
    const { uuid: own } = await world.logIn(EMAIL, "laptop");
    const asksBefore = at === "exchange" ? 1 : 0;
    world.portal.fault(at, { kind: "delay", ms: asksBefore ? 700 : 5000 });
    const { exit, stdout, stderr } = await interrupted(world, args, at, ["SIGINT", "SIGINT"], nth);
    count("second signals");
    expect({ exit, stdout, left: await debris(world) }).toEqual({ exit: 130, stdout: "", left: [] });
    const stored = uuidOf(tokenIn(await world.config()));
    expect(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid)).toContain(stored ?? "");
    if (at === "createKey") expect(stderr).toMatch(/"(?:laptop|cli-generated)" may exist/);
    for (const { uuid } of world.portal.liveKeys(EMAIL))
      if (uuid !== stored && at !== "createKey") expect(stderr).toContain(uuid);
    if (at === "deleteKey") expect(stderr).toContain(own);
  });
});

describe.each(runtimes)("on %s, one signal", (_, command) => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "(%s) while a token is stored leaves no staging file, no lock and no key untold",
    async (signal) => {
      await using world = await createWorld({ command });
      const { uuid: own } = await world.logIn();
      for (let delay = 0; delay < 12; delay += 2) {
        world.portal.onAnswer = undefined;
        const { stderr } = await world.pinner([...auth], {
          env: login,
          onStart(child) {
            world.portal.onAnswer = (request) => {
              if (request.method === "POST" && /api-?keys/.test(request.url))
                setTimeout(() => child.kill(signal), delay);
            };
          },
        });
        count("signals while a token is stored");
        expect({ delay, left: await debris(world) }).toEqual({ delay, left: [] });
        const stored = uuidOf(tokenIn(await world.config()));
        for (const { uuid } of world.portal.liveKeys(EMAIL))
          if (uuid !== stored)
            expect({ delay, stderr }).toEqual({ delay, stderr: expect.stringContaining(uuid) });
        expect(stored ?? own).toBeString();
      }
    },
  );
});

// Node has undone it before it could be seen.
describe.each(runtimes.filter(([name]) => name !== "Node"))(
  "on %s, a signal that was ignored",
  (_, command) => {
    test.each(["SIGINT", "SIGHUP", "SIGTERM"] as const)("(%s) stays ignored", async (signal) => {
      const ignoring = ["sh", "-c", `trap '' ${signal.slice(3)}; exec "$@"`, "sh", ...command];
      await using world = await createWorld({ command: ignoring });
      await world.logIn();
      world.portal.fault("createKey", { kind: "delay", ms: 500 });
      const { exit } = await interrupted(world, auth, "createKey", [signal, signal]);
      count("ignored signals");
      expect({ exit, live: await world.portal.isLive(tokenIn(await world.config()) ?? "") }).toEqual({
        exit: 0,
        live: true,
      });
    });
  },
);

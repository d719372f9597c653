import { utimes } from "node:fs/promises";
import { randomFrom } from "../counts.ts";
import { createWorld, EMAIL, type World } from "../world.ts";
import { debris, inspectConfig, login, pick, uuidOf } from "./support.ts";

export const signals = ["SIGKILL", "SIGTERM", "SIGINT"] as const;
const exits = { SIGKILL: [137], SIGTERM: [143], SIGINT: [130] };
/** Under this name all keys are, so that it replaces them. */
const named = ["auth", "--force", "--key-name", "cli-generated"];
const commands = [["auth", "--force"], named, ["account", "api-keys", "rotate"]];
/** One run in so many waits for the lock that a killed one left; for the others it is made old. */
const PATIENT = 20;

/** What became of the killed. `cut`: before their end. `strays`: keys that a killed process could not tell of. */
export interface KillCounts {
  kills: number;
  cut: number;
  strays: number;
}

/**
 * Ends `auth --force` and `rotate` at random moments, in one home, and checks after each that a working token is
 * stored, and after a signal that can be caught that no key is left that nobody holds.
 */
export async function killAtRandom(seed: number, times: number): Promise<KillCounts> {
  const random = randomFrom(seed);
  const counts: KillCounts = { kills: 0, cut: 0, strays: 0 };
  await using world = await createWorld({ latencyMs: 2 });
  await world.logIn();
  for (let kill = 1; kill <= times; kill++) {
    const signal = pick(random, signals);
    const args = pick(random, commands);
    const label = `kill ${kill} of seed ${seed} (${signal} to ${args.at(-1)})`;
    const before = new Set(world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid));
    const { exit, stderr } = await killed(world, args, signal, random);
    counts.kills++;
    if (exit !== 0) counts.cut++;
    if (exit !== 0 && !(exits[signal] as number[]).includes(exit))
      throw new Error(`${label}: exit ${exit}: ${stderr}`);
    const { token, problem } = await inspectConfig(world);
    if (problem) throw new Error(`${label}: ${problem}`);
    if (!(await world.portal.isLive(token ?? ""))) throw new Error(`${label}: no working token is stored`);
    for (const { uuid } of world.portal.liveKeys(EMAIL)) {
      if (uuid === uuidOf(token)) continue;
      counts.strays++;
      if (signal !== "SIGKILL" && !before.has(uuid))
        throw new Error(`${label}: the key ${uuid} is left, exit ${exit}: ${stderr}`);
    }
    // What only a killed one could leave does not count against the next.
    world.portal.get(EMAIL).keys = world.portal.get(EMAIL).keys.filter(({ uuid }) => uuid === uuidOf(token));
    if (random() > 1 / PATIENT) await ageLocks(world);
    const left = (await debris(world)).filter((name) => name.endsWith(".tmp"));
    // Each that was killed before anything was written may have left its proof that it could write: for a minute.
    if (left.length > 4) throw new Error(`${label}: debris grows: ${left}`);
  }
  await ageLocks(world);
  const { exit, stderr } = await world.pinner(named, { env: login });
  if (exit !== 0) throw new Error(`after ${times} kills of seed ${seed}: ${stderr}`);
  const left = await debris(world);
  if (left.length > 0) throw new Error(`after ${times} kills of seed ${seed}, left behind: ${left}`);
  return counts;
}

/** Runs a command that gets a signal: some time after its start, or after one of its requests came or was answered. */
export async function killed(
  world: World,
  args: string[],
  signal: NodeJS.Signals,
  random: () => number,
  env: Record<string, string> = login,
): Promise<{ exit: number; stderr: string }> {
  const event = pick(random, ["start", "onArrival", "onRequest", "onRequest"] as const);
  const nth = Math.floor(random() * 5);
  const delay = random() * (event === "start" ? 150 : 8);
  let met = 0;
  const run = await world.pinner(args, {
    env,
    onStart(child) {
      const kill = () => void setTimeout(() => child.kill(signal), delay);
      if (event === "start") return kill();
      world.portal[event] = () => {
        if (met++ === nth) kill();
      };
    },
  });
  world.portal.onArrival = undefined;
  world.portal.onRequest = undefined;
  return run;
}

async function ageLocks(world: World): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  for (const lock of ["lock", "turn.lock", "lock.steal", "turn.lock.steal"])
    await utimes(`${world.configPath}.${lock}`, longAgo, longAgo).catch(() => {});
}

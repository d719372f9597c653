import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomFrom } from "../counts.ts";
import { createWorld, EMAIL } from "../world.ts";
import { killed, signals } from "./kills.ts";
import { login, pick, uuidOf } from "./support.ts";

/** How long what a killed one has started may go on by itself. */
const SETTLED_MS = 150;

/**
 * Ends `rotate -- COMMAND` and `auth exec -- COMMAND` at random moments, and checks after each that the token which
 * somebody was handed last works, and after a signal that can be caught that no key is left that nobody holds.
 * @returns how many were ended before their end
 */
export async function killWithCommand(seed: number, times: number): Promise<number> {
  const random = randomFrom(seed);
  let cut = 0;
  await using world = await createWorld({ latencyMs: 2 });
  const kept = join(world.home, "kept");
  const { token } = await world.portal.createKey(EMAIL, "ci");
  await writeFile(kept, token);
  // What is handed over is kept whole, or not at all, as docs/limits.md wants it: where pinner is killed before it has
  // handed anything over, stdin is empty, and what ends by a signal has failed.
  const script = `trap '' INT TERM; cat > '${kept}'.$$ && test -s '${kept}'.$$ && mv '${kept}'.$$ '${kept}'`;
  const keep = ["sh", "-c", script];
  const rotate = ["account", "api-keys", "rotate", "--", ...keep];
  const exec = ["auth", "exec", "--", "sleep", "0.02"];
  for (let kill = 1; kill <= times; kill++) {
    const args = pick(random, [rotate, exec]);
    const signal = pick(random, signals);
    const label = `kill ${kill} of seed ${seed} (${signal} to ${args === rotate ? "rotate" : "exec"})`;
    const before = await readFile(kept, "utf8");
    const env = args === rotate ? { PINNER_AUTH_TOKEN: before } : login;
    const { exit, stderr } = await killed(world, args, signal, random, env);
    if (exit !== 0) cut++;
    await Bun.sleep(SETTLED_MS);
    const now = await readFile(kept, "utf8");
    if (!(await world.portal.isLive(now))) throw new Error(`${label}: what was handed over does not work`);
    const strays = world.portal.liveKeys(EMAIL).filter(({ uuid }) => uuid !== uuidOf(now));
    const isTold = strays.every(({ uuid }) => stderr.includes(uuid));
    if (signal !== "SIGKILL" && !isTold) throw new Error(`${label}: a key is left, exit ${exit}: ${stderr}`);
    world.portal.get(EMAIL).keys = world.portal.get(EMAIL).keys.filter(({ uuid }) => uuid === uuidOf(now));
  }
  return cut;
}

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseConfig } from "../../src/credentials/config-content.ts";
import { readClaims } from "../../src/sdk/token.ts";
import { seed } from "../counts.ts";
import { EMAIL, modeOf, PASSWORD, type World } from "../world.ts";

/** What logs in without a question. */
export const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };

/** As many as a small machine can start side by side. */
const LANES = 4;

/** Runs cases side by side, a few at a time; more where they mostly wait. @throws what the first failed one threw, once all have ended */
export async function sideBySide<Case>(
  cases: Iterable<Case>,
  run: (one: Case) => Promise<void>,
  lanes = LANES,
): Promise<void> {
  const waiting = cases[Symbol.iterator]();
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      await run(next.value).catch((error: unknown) => failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: lanes }, work));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 0)
    throw new Error(`${failures.length} failed:\n${failures.map(String).slice(0, 40).join("\n")}`);
}

export const pick = <Item>(random: () => number, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

/** Runs a random test; a failure says how to repeat it. */
export async function seeded(run: (seed: number) => Promise<void>): Promise<void> {
  try {
    await run(seed);
  } catch (error) {
    throw new Error(`repeat it with SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

export const tokenIn = (config: string | undefined): string | undefined =>
  /^auth_token: (\S+)$/m.exec(config ?? "")?.[1];

export const uuidOf = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : readClaims(token)?.keyUuid;

/** What the config file is after whatever happened, or a reason why it is not what it should be. */
export async function inspectConfig(world: World): Promise<{ token: string | undefined; problem?: string }> {
  const text = await world.config();
  if (text === undefined) return { token: undefined, problem: "the config file is gone" };
  const mode = await modeOf(world.configPath);
  if (mode !== 0o600) return { token: undefined, problem: `its mode is ${mode.toString(8)}` };
  try {
    const { authToken } = await parseConfig(text, "config.yaml");
    return { token: authToken };
  } catch (error) {
    return { token: undefined, problem: `it does not parse: ${error}` };
  }
}

/** Everything in the directory of the config file besides the file itself. */
export async function debris(world: World): Promise<string[]> {
  const names = await readdir(join(world.home, "pinner")).catch(() => []);
  return names.filter((name) => name !== "config.yaml").sort();
}

import { randomFrom } from "../counts.ts";
import type { Run } from "../process.ts";
import { createWorld, EMAIL, type World } from "../world.ts";
import { debris, inspectConfig, login, pick, uuidOf } from "./support.ts";

const FOREIGN = "# another tool's\nport: 0600\nname: 'kept'\n";
/** As a file may be while others write it: whole, with or without a token. */
const WHOLE = /^# another tool's\nport: 0600\nname: 'kept'\n(?:(?:auth_token|secure|base_endpoint): \S+\n)*$/;

const kinds = {
  login: ["auth", "--force", "--json"],
  named: ["auth", "--force", "--json", "--key-name", "cli-generated"],
  logout: ["auth", "logout", "--json"],
  secure: ["config", "set", "secure", "false"],
  endpoint: ["config", "set", "base_endpoint"],
  token: ["auth", "token"],
  config: ["config", "--json"],
} as const;
type Kind = keyof typeof kinds;

export interface RaceCounts {
  processes: number;
  logins: number;
  reads: number;
}

/**
 * Many processes at once in one home: logins, logouts, settings and readers. No change is lost, no half-written
 * file is seen, none waits for ever, and at the end exactly the stored key is alive.
 * @param options.logouts whether some log out; without them, a token is stored at the end
 * @param options.fresh there is no directory and no file before
 * @param options.named every login replaces all keys of the name
 */
export async function race(seed: number, processes: number, options: RaceOptions): Promise<RaceCounts> {
  const random = randomFrom(seed);
  const kindsInRace = [...(options.logouts ? (["logout"] as const) : [])];
  await using world = await createWorld();
  if (!options.fresh) {
    const { token } = await world.logIn();
    await world.writeConfig(`${FOREIGN}auth_token: ${token}\n`);
  }
  const runs = Array.from({ length: processes }, (_, index): Kind => {
    const login = options.named ? "named" : "login";
    if (index % 2 === 0) return login;
    return pick(random, ["secure", "endpoint", "token", "config", login, ...kindsInRace] as const);
  });
  // What is set last differs from what is set now, so that a lost change shows.
  const endpoint = `https://example.com:${1000 + Math.floor(random() * 9000)}`;
  let running = true;
  const reader = options.fresh ? Promise.resolve(0) : watch(world, () => running);
  // Awaited last: until then a failure of it has nobody to be told to.
  reader.catch(() => {});
  const results = await Promise.all(
    runs.map(async (kind) => {
      await Bun.sleep(random() * 300);
      const args = kind === "endpoint" ? [...kinds.endpoint, endpoint] : [...kinds[kind]];
      return { kind, ...(await world.pinner(args, { env: login })) };
    }),
  ).finally(() => {
    running = false;
  });
  const reads = await reader;
  for (const result of results) judge(result, options);

  const text = (await world.config()) ?? "";
  const { token, problem } = await inspectConfig(world);
  if (problem) throw new Error(problem);
  if (!options.fresh && !WHOLE.test(text)) throw new Error(`the file lost what was in it:\n${text}`);
  if (runs.includes("secure") && !/^secure: false$/m.test(text)) throw new Error("`secure` was lost");
  if (runs.includes("endpoint") && !text.includes(`base_endpoint: ${endpoint}\n`))
    throw new Error("`base_endpoint` was lost");
  if (!options.logouts && token === undefined) throw new Error("no token is stored");
  const live = world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
  const expected = [uuidOf(token)].filter((uuid) => uuid !== undefined);
  if (live.join() !== expected.join())
    throw new Error(
      `${live.length} keys are alive, of which ${expected.length} should be: ${notes(results)}`,
    );
  const left = await debris(world);
  if (left.length > 0) throw new Error(`left behind: ${left}`);
  return {
    processes,
    logins: runs.filter((kind) => kind === "login" || kind === "named").length,
    reads,
  };
}

function judge({ kind, exit, stdout, stderr }: Run & { kind: Kind }, { logouts, fresh }: RaceOptions): void {
  const loggedOut = logouts || fresh;
  const allowed = kind === "token" && loggedOut ? [0, 4] : [0];
  if (!allowed.includes(exit)) throw new Error(`${kind} exited with ${exit}: ${stderr}`);
  if (kind === "token" && exit === 0 && !/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/.test(stdout))
    throw new Error(`a torn token: ${stdout}`);
  if (["config", "login", "named", "logout"].includes(kind)) JSON.parse(stdout);
}

interface RaceOptions {
  logouts: boolean;
  fresh?: boolean;
  named?: boolean;
}

/** What the logins warned of: it explains a key that is left. */
const notes = (results: (Run & { kind: Kind })[]): string =>
  [...new Set(results.map(({ stderr }) => stderr.trim()))].filter(Boolean).slice(0, 5).join("; ");

/** Reads the file again and again. @returns how often */
async function watch(world: World, running: () => boolean): Promise<number> {
  let reads = 0;
  for (; running(); reads++) {
    const text = (await world.config()) ?? "";
    if (!WHOLE.test(text)) throw new Error(`a torn file was read: ${JSON.stringify(text)}`);
    await Bun.sleep(1);
  }
  return reads;
}

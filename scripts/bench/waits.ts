import { stepOf } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { run } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { atMost, compileScript, count, median, type Row } from "./measure.ts";

const PAGE = 100;
const CONCURRENT = 6;

interface Scenario {
  name: string;
  keys?: number;
  args: string[];
  env?: (world: World) => Record<string, string>;
  /** Requests after one another: in all, until the key is stored; and of pages alone, whose exchange comes before. */
  depth: { all?: number; stored?: number; pages?: number };
  requests: number;
}

const credentials = { PINNER_PASSWORD: PASSWORD };
const scenarios: Scenario[] = [
  {
    name: "auth",
    args: ["auth", "-e", EMAIL, "--force"],
    env: () => credentials,
    depth: { stored: 2, all: 3 },
    requests: 4,
  },
  {
    name: "auth --otp-code",
    args: ["auth", "-e", OTP_EMAIL, "--force"],
    env: ({ portal }) => ({ ...credentials, PINNER_OTP: portal.otpCode(OTP_EMAIL) }),
    depth: { stored: 3, all: 4 },
    requests: 5,
  },
  { name: "auth status", args: ["auth", "status"], depth: { all: 2 }, requests: 3 },
  ...[10, 1000, 10_000].map((keys) => ({
    name: `api-keys list, ${keys} keys`,
    keys,
    args: ["account", "api-keys", "list", "--json"],
    depth: { pages: Math.ceil((keys / PAGE - 1) / CONCURRENT) + 1 },
    requests: 1 + Math.ceil(keys / PAGE),
  })),
];

interface Asked {
  step: ReturnType<typeof stepOf>;
  round: number;
}

/** How often the program waits for the network, and how its time compares to the latency of one request. */
export async function measureWaits(latencies: number[], runs: number): Promise<Row[]> {
  const rows: Row[] = [];
  const { program: loop } = await compileScript("loop", LOOP);
  for (const scenario of scenarios) {
    for (const latency of latencies) rows.push(...(await measure(scenario, latency, runs, loop)));
  }
  return rows;
}

async function measure(scenario: Scenario, latency: number, runs: number, loop: string): Promise<Row[]> {
  const { name, args, env, depth, requests, keys } = scenario;
  await using world = await createWorld();
  let asked: Asked[] = [];
  let round = 0;
  let answered: Promise<void> | undefined;
  // All that is asked within one latency is answered together: the next round holds what had to wait for an answer,
  // however late one of six that fetch side by side was.
  const distant = await servePortal({
    async fetch(request) {
      answered ??= Bun.sleep(latency).then(() => {
        round++;
        answered = undefined;
      });
      asked.push({ step: stepOf(request.method, new URL(request.url).pathname), round });
      await answered;
      return await world.portal.fetch(request);
    },
  });
  try {
    await world.logIn(env?.(world)["PINNER_OTP"] ? OTP_EMAIL : EMAIL);
    if (keys)
      world.portal.addKeys(
        EMAIL,
        Array.from({ length: keys - 1 }, (_, index) => `key-${index}`),
      );
    let ours: Asked[] = [];
    const walls: number[] = [];
    const bares: number[] = [];
    // The first run, which finds nothing in any cache, is not counted.
    for (let times = 0; times <= runs; times++) {
      asked = [];
      const noted = asked;
      const started = performance.now();
      const { exit, stderr } = await world.pinner(args, {
        env: { PINNER_BASE_ENDPOINT: distant.url, ...env?.(world) },
      });
      if (exit !== 0) throw new Error(`${name} failed: ${stderr}`);
      if (times > 0) walls.push(performance.now() - started);
      // On a busy machine one of those that fetch side by side may miss a round.
      if (ours.length === 0 || roundsOf(noted) < roundsOf(ours)) ours = noted;
      // What the bare loop asks for is noted elsewhere.
      asked = [];
      if (keys && times > 0) {
        const session = await world.portal.issue("login", EMAIL);
        bares.push(await timeLoop(loop, { URL: distant.url, SESSION: session, KEYS: `${keys}` }));
      }
    }
    const wall = median(walls);
    const rows: Row[] = [
      {
        what: `${name}: wall time`,
        against: latency === 0 ? "no latency" : `${latency} ms of latency`,
        ratio: latency === 0 ? `${wall.toFixed(0)} ms` : `${(wall / latency).toFixed(1)}×`,
        spread: `${Math.min(...walls).toFixed(0)}–${Math.max(...walls).toFixed(0)} ms`,
      },
    ];
    if (keys) {
      const ratio = wall / median(bares);
      rows.push({
        what: `${name}: wall time`,
        against: `bare fetch loop, ${latency} ms`,
        ratio: `${ratio.toFixed(2)}×`,
        spread: `${median(bares).toFixed(0)} ms alone`,
        ...(keys === 10_000 ? { target: atMost(1.2, ratio) } : {}),
      });
    }
    // Without latency, requests sent together may not overlap.
    if (latency < 20) return rows;
    rows.push(count(`${name}: requests`, ours.length, requests));
    if (depth.all !== undefined) rows.push(count(`${name}: after one another`, roundsOf(ours), depth.all));
    if (depth.pages !== undefined) {
      const pages = roundsOf(ours.filter(({ step }) => step === "listKeys"));
      const against = "the exchange comes before";
      rows.push(count(`${name}: pages after one another`, pages, depth.pages, against));
    }
    if (depth.stored !== undefined) {
      const created = ours.find(({ step }) => step === "createKey")?.round ?? Number.POSITIVE_INFINITY;
      const before = ours.filter(({ round }) => round <= created);
      rows.push(count(`${name}: until the key is stored`, roundsOf(before), depth.stored));
    }
    return rows;
  } finally {
    await distant.close();
  }
}

/** The longest chain of requests of which each began after the one before it was answered. */
function roundsOf(asked: Asked[]): number {
  return new Set(asked.map(({ round }) => round)).size;
}

/** What any client must do at least, as a program of its own; it is given a session, so it exchanges no key. */
const LOOP = `
const { URL, SESSION, KEYS } = process.env;
const headers = { authorization: "Bearer " + SESSION };
const pages = [];
let next = 0;
async function fetchPages() {
  while (next * ${PAGE} < KEYS) {
    const start = ${PAGE} * next++;
    const response = await fetch(URL + "/api/account/keys?_start=" + start + "&_end=" + (start + ${PAGE}), { headers });
    pages[start / ${PAGE}] = (await response.json()).data;
  }
}
await Promise.all(Array.from({ length: ${CONCURRENT} }, fetchPages));
console.log(JSON.stringify(pages.flat(), null, 2));
`;

async function timeLoop(program: string, env: Record<string, string>): Promise<number> {
  const started = performance.now();
  const { exit, stderr } = await run([program], { env });
  if (exit !== 0) throw new Error(`the bare loop failed: ${stderr}`);
  return performance.now() - started;
}

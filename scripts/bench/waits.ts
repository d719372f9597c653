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

interface Wait {
  step: string | undefined;
  from: number;
  to: number;
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
  let waits: Wait[] = [];
  // The latency is part of what is noted, so that requests on the way together overlap.
  const distant = await servePortal({
    async fetch(request) {
      const from = performance.now();
      await Bun.sleep(latency);
      const response = await world.portal.fetch(request);
      waits.push({ step: world.portal.requests.at(-1)?.step, from, to: performance.now() });
      return response;
    },
  });
  try {
    await world.logIn(env?.(world)["PINNER_OTP"] ? OTP_EMAIL : EMAIL);
    if (keys)
      world.portal.addKeys(
        EMAIL,
        Array.from({ length: keys - 1 }, (_, index) => `key-${index}`),
      );
    let ours: Wait[] = [];
    const walls: number[] = [];
    const bares: number[] = [];
    // The first run, which finds nothing in any cache, is not counted.
    for (let times = 0; times <= runs; times++) {
      waits = [];
      const noted = waits;
      const started = performance.now();
      const { exit, stderr } = await world.pinner(args, {
        env: { PINNER_BASE_ENDPOINT: distant.url, ...env?.(world) },
      });
      if (exit !== 0) throw new Error(`${name} failed: ${stderr}`);
      if (times > 0) walls.push(performance.now() - started);
      // Where six fetch side by side, one of them may get ahead of the others.
      if (ours.length === 0 || depthOf(noted) < depthOf(ours)) ours = noted;
      // What the bare loop asks for is noted elsewhere.
      waits = [];
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
    if (depth.all !== undefined) rows.push(count(`${name}: after one another`, depthOf(ours), depth.all));
    if (depth.pages !== undefined) {
      const pages = depthOf(ours.filter(({ step }) => step === "listKeys"));
      const against = "the exchange comes before";
      rows.push(count(`${name}: pages after one another`, pages, depth.pages, against));
    }
    if (depth.stored !== undefined) {
      const created = ours.find(({ step }) => step === "createKey");
      const before = ours.filter(({ to }) => to <= (created?.to ?? 0));
      rows.push(count(`${name}: until the key is stored`, depthOf(before), depth.stored));
    }
    return rows;
  } finally {
    await distant.close();
  }
}

/** The longest chain of requests of which each began after the one before it was answered. */
function depthOf(waits: Wait[]): number {
  const depths: number[] = [];
  const ordered = waits.toSorted((a, b) => a.from - b.from);
  for (const [index, { from }] of ordered.entries()) {
    const before = ordered
      .slice(0, index)
      .flatMap(({ to }, earlier) => (to <= from ? (depths[earlier] ?? 0) : 0));
    depths.push(1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths);
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

import { servePortal } from "../../tests/portal/serve.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tests/support/world.ts";
import { count, median, type Row } from "./measure.ts";

const PAGE = 100;
const CONCURRENT = 6;

interface Scenario {
  name: string;
  keys?: number;
  args: string[];
  env?: (world: World) => Record<string, string>;
  /** Requests after one another: until the key is stored, and in all. */
  depth: { stored?: number; all: number };
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
    depth: { all: keys <= PAGE ? 2 : keys === 1000 ? 4 : 21 },
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
  for (const scenario of scenarios) {
    for (const latency of latencies) rows.push(...(await measure(scenario, latency, runs)));
  }
  return rows;
}

async function measure(scenario: Scenario, latency: number, runs: number): Promise<Row[]> {
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
    for (let run = 0; run < runs; run++) {
      waits = [];
      const noted = waits;
      const started = performance.now();
      const { exit, stderr } = await world.pinner(args, {
        env: { PINNER_BASE_ENDPOINT: distant.url, ...env?.(world) },
      });
      if (exit !== 0) throw new Error(`${name} failed: ${stderr}`);
      walls.push(performance.now() - started);
      ours = noted;
      // What the bare loop asks for is noted elsewhere.
      waits = [];
      if (keys) bares.push(await bareLoop(distant.url, await world.portal.issue("login", EMAIL), keys));
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
      rows.push({
        what: `${name}: wall time`,
        against: `bare fetch loop, ${latency} ms`,
        ratio: `${(wall / median(bares)).toFixed(2)}×`,
        spread: `${median(bares).toFixed(0)} ms alone`,
        ...(keys === 10_000 ? { target: "≤ 1.2×" } : {}),
      });
    }
    // Without latency, requests sent together may not overlap.
    if (latency < 20) return rows;
    rows.push(
      count(`${name}: requests`, ours.length, requests),
      count(`${name}: after one another`, depthOf(ours), depth.all),
    );
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

/** What any client must do at least: the exchange is left out, the pages are fetched by as many as ours. */
async function bareLoop(url: string, session: string, keys: number): Promise<number> {
  const started = performance.now();
  const headers = { authorization: `Bearer ${session}` };
  let next = 0;
  const fetchPages = async () => {
    while (next * PAGE < keys) {
      const start = PAGE * next++;
      const response = await fetch(`${url}/api/account/keys?_start=${start}&_end=${start + PAGE}`, {
        headers,
      });
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, fetchPages));
  return performance.now() - started;
}

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { count, printCounts, seed } from "../../tooling/counts.ts";
import { seeded, sideBySide } from "../../tooling/faults/support.ts";
import { createWorld, type World } from "../../tooling/world.ts";
import { clockHours, expectedExit, type Kind, kinds } from "./kinds.ts";
import { type Before, problemsOf } from "./outcome.ts";
import { type Scenario, scenarios, type Target, targetsOf } from "./scenarios.ts";

/** Nothing but a hanging service should make it wait: `--timeout` a few times, or the pauses between attempts. */
const BOUND_MS = 25_000;
/** Most cases wait for a service that hangs, or before they try again. */
const WAITING_LANES = 8;
let elsewhere: ServedPortal;
let visits = 0;

beforeAll(async () => {
  const fetch = async () => {
    visits++;
    return new Response("{}");
  };
  elsewhere = await servePortal({ fetch });
});
afterAll(async () => {
  await elsewhere.close();
  printCounts();
});

describe("ends in time, with the right exit code and one line, and loses no key", () => {
  for (const scenario of scenarios.filter(({ groups }) => groups.length > 0)) {
    test(`pinner ${scenario.name}, whatever goes wrong at any of its steps`, async () => {
      await seeded(async () => {
        const all = targetsOf(scenario).flatMap(kindsAt);
        await sideBySide(all, ({ target, kind, json }) => meet(scenario, target, kind, json), WAITING_LANES);
        expect(visits).toBe(0);
      });
    }, 120_000);
  }

  test("every command, with a clock that is hours off", async () => {
    const all = scenarios.flatMap((scenario) => clockHours.map((hours) => ({ scenario, hours })));
    await sideBySide(all, async ({ scenario, hours }) => {
      await using world = await createWorld({ quirks: { clockSkewSeconds: hours * 3600 } });
      const label = `${scenario.name}, the service's clock ${hours} hours ahead`;
      const expected = scenario.reports?.clock ?? 0;
      await check(world, scenario, label, { expected, json: true, timeout: 10, lies: false });
      // Or a step would be missing in the table, and in all that is tried above.
      const steps = new Set(world.portal.steps());
      expect({ label, steps }).toEqual({ label, steps: new Set(scenario.groups.flat()) });
    });
  }, 60_000);

  test("every command that asks the service for nothing, with a service that is down", async () => {
    const all = scenarios.filter(({ groups }) => groups.length === 0);
    expect(all).not.toHaveLength(0);
    await sideBySide(all, async (scenario) => {
      await using world = await createWorld();
      const label = `${scenario.name}, the service down`;
      const arm = () => world.served.refuse();
      await check(world, scenario, label, {
        expected: 0,
        json: seed % 2 === 0,
        timeout: 10,
        lies: false,
        arm,
      });
    });
  });
});

/** What is to go wrong at a step. Whether the error is asked for as JSON is up to the seed. */
const kindsAt = (target: Target): { target: Target; kind: Kind; json: boolean }[] =>
  kinds.map((kind, index) => ({ target, kind, json: (index + seed + target.group) % 2 === 0 }));

async function meet(scenario: Scenario, target: Target, kind: Kind, json: boolean): Promise<void> {
  await using world = await createWorld({ quirks: { otpVerifyStatus: 200 } });
  await check(world, scenario, `${scenario.name}, ${target.step}: ${kind.name}`, {
    expected: expectedExit(scenario, target, kind),
    json,
    timeout: kind.slow ? 1 : 10,
    // Whom a service tells that a key is gone, or deleted, cannot know better.
    lies: target.step === "deleteKey" && kind.name === "404",
    tells: target.step === scenario.tells,
    arm: () => arm(world, scenario, target, kind),
  });
}

async function check(
  world: World,
  scenario: Scenario,
  label: string,
  plan: {
    expected: number;
    json: boolean;
    timeout: number;
    lies: boolean;
    tells?: boolean;
    arm?: () => void;
  },
): Promise<void> {
  count("fault cases");
  const { email } = scenario;
  const { uuid: own, token } = await world.logIn(email);
  const others = world.portal.addKeys(email, ["cli-generated", "ci"]);
  await scenario.prepare?.(world);
  const account = world.portal.get(email);
  const before: Before = {
    token,
    own,
    others: others.map(({ uuid }) => uuid),
    email: () => account.email,
  };
  world.portal.requests.length = 0;
  plan.arm?.();

  const { json, timeout, expected, lies, tells } = plan;
  const words = scenario.path.split(" ");
  const args = [
    ...words,
    ...(scenario.args?.(world) ?? []),
    "--timeout",
    `${timeout}`,
    ...(json ? ["--json"] : []),
    ...(scenario.command ? ["--", ...scenario.command] : []),
  ];
  const started = performance.now();
  const run = await world.pinner(args, { env: scenario.env?.(world) ?? {} });
  const took = performance.now() - started;
  const problems = await problemsOf(world, scenario, before, { run, json, lies, tells });
  if (run.exit !== expected) problems.push(`exit ${run.exit}, not ${expected}: ${run.stderr}`);
  if (took > BOUND_MS) problems.push(`it took ${Math.round(took)} ms`);
  if (problems.length > 0) throw new Error(`${label}: ${problems.join("; ")}`);
}

/** Makes the step go wrong from then on, however often it is asked for. */
function arm({ portal, served }: World, { groups }: Scenario, target: Target, { fault, outage }: Kind): void {
  const earlier = groups.slice(0, target.group).flat();
  if (!fault || outage) {
    // From the whole group on: which of those side by side comes first is the network's to say.
    const goDown = () => (fault ? portal.fault("any", fault(elsewhere.url)) : served.refuse());
    let answered = 0;
    portal.onRequest = () => {
      if (++answered === earlier.length) goDown();
    };
    if (earlier.length === 0) goDown();
    return;
  }
  let met = 0;
  portal.onArrival = (step) => {
    if (step === target.step && met++ === target.nth) portal.fault(step, fault(elsewhere.url));
  };
}

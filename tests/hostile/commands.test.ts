import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { count, printCounts } from "../../tooling/counts.ts";
import { run } from "../../tooling/process.ts";
import { openTerminal } from "../../tooling/terminal.ts";
import { createWorld, type World } from "../../tooling/world.ts";
import { type Case, cases, casesOf } from "./cases.ts";
import { expectDocument, expectSafe, expectSecret } from "./judge.ts";
import { sample, withInput } from "./seed.ts";
import { answer, type Script } from "./service.ts";
import { harmDone, marked } from "./terminal-effects.ts";

const PER_PROCESS = 50;
const IN_PROCESS = 800;
const BINARY = 150;
const TERMINAL = 50;
const PROMPT_MS = 5000;

setDefaultTimeout(120_000);
afterAll(printCounts);

/** What holds of every run, whatever it was given. */
function judge(
  given: Case,
  { exit, stdout, stderr }: { exit: number; stdout: string; stderr: string },
): void {
  withInput({ ...given, exit, stdout, stderr }, () => {
    // A command that it runs, and that is not there or cannot be run, has codes of its own.
    expect([0, 1, 2, 3, 4, ...(given.args.includes("exec") ? [126, 127] : [])]).toContain(exit);
    for (const text of [stdout, stderr]) {
      expectSafe(text);
      expectSecret(text, given.secrets);
      expect(text).not.toContain("internal error");
    }
    if (!given.args.includes("--json")) return;
    expectDocument(stdout);
    if (exit !== 0) expectDocument(stderr);
  });
}

async function drive(some: Case[]): Promise<void> {
  const mark = `\u0000${crypto.randomUUID()}\u0000`;
  const command = [process.execPath, join(import.meta.dir, "driver.ts")];
  const { exit, stdout, stderr } = await run(command, { stdin: JSON.stringify({ mark, cases: some }) });
  expect({ exit, rest: stderr.split(mark).at(-1) }).toEqual({ exit: 0, rest: "" });
  const results = stdout.split(mark);
  for (const [index, given] of some.entries())
    judge(given, {
      stdout: results[2 * index] ?? "",
      exit: Number(results[2 * index + 1]),
      stderr: stderr.split(mark)[index] ?? "",
    });
  expect(results).toHaveLength(2 * some.length + 1);
}

/** A world whose service says what the case wants. */
async function hostileWorld(): Promise<World & { script: (script: Script) => void }> {
  const world = await createWorld();
  let current: Script;
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => answer(request, current) });
  world.env["PINNER_BASE_ENDPOINT"] = server.url.origin;
  return {
    ...world,
    script(script) {
      current = script;
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await world[Symbol.asyncDispose]();
    },
  };
}

/** Some at a time, each in a world of its own. */
async function inWorlds(some: Case[], work: (world: World, given: Case) => Promise<void>): Promise<void> {
  const waiting = [...some];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      await using world = await hostileWorld();
      for (let given = waiting.shift(); given; given = waiting.shift()) {
        world.script(given.script);
        await world.writeConfig(given.config);
        await work(world, given);
      }
    }),
  );
}

describe("whatever service, arguments, variables and config file hold", () => {
  test("no command writes a control character or a secret, in any mode", async () => {
    const some = sample(cases, IN_PROCESS);
    const batches = Array.from({ length: Math.ceil(some.length / PER_PROCESS) }, (_, at) =>
      some.slice(at * PER_PROCESS, (at + 1) * PER_PROCESS),
    );
    await Promise.all(
      [0, 1].map(async () => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) await drive(batch);
      }),
    );
    count("runs of main", some.length);
  });

  test("nor does the binary into a pipe, with the password from stdin", async () => {
    const some = sample(cases, IN_PROCESS + BINARY).slice(IN_PROCESS);
    await inWorlds(some, async (world, given) => {
      const { PINNER_PASSWORD: password, ...env } = given.env;
      const { exit, stdout, stderr } = await world.pinner(given.args, {
        env,
        ...(password === undefined ? {} : { stdin: password }),
      });
      judge({ ...given, stdin: password }, { exit, stdout, stderr });
    });
    count("runs of the binary", some.length);
  });

  test("nor does the binary into a terminal", async () => {
    const some = sample(casesOf(marked), IN_PROCESS + BINARY + TERMINAL).slice(IN_PROCESS + BINARY);
    await inWorlds(some, async (world, given) => {
      const terminal = openTerminal([...world.command, ...given.args], { ...world.env, ...given.env }, 100);
      // At a prompt it waits, until Ctrl-C.
      const waiting = setTimeout(() => terminal.type("\u0003"), PROMPT_MS);
      await terminal.exit();
      clearTimeout(waiting);
      const harm = await harmDone(terminal.raw(), given.outside);
      withInput({ ...given, shown: terminal.raw() }, () => {
        expect(harm).toEqual([]);
        expectSecret(terminal.text(), given.secrets);
      });
    });
    count("runs in a terminal", some.length);
  });
});

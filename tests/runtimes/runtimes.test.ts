import { beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureBuilt } from "../../tooling/binary.ts";
import { root } from "../../tooling/process.ts";
import { names, type Outcomes } from "./portable.ts";
import { runtimes } from "./runtimes.ts";
import { openStage } from "./stage.ts";

await ensureBuilt();

/** The library as it was built, and the cases, in one script, as programs for browsers and workers are bundled. */
async function bundle(): Promise<string> {
  const directory = join(root, "node_modules/.cache/runtimes");
  await mkdir(directory, { recursive: true });
  const entry = join(directory, "entry.js");
  await writeFile(
    entry,
    `import * as library from ${JSON.stringify(join(root, "dist/index.mjs"))};
import { runCases } from ${JSON.stringify(join(import.meta.dir, "portable.ts"))};
globalThis.runCases = (endpoint) => runCases(library, endpoint);
`,
  );
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    outdir: directory,
    naming: "suite.js",
    target: "browser",
    format: "iife",
  });
  return outputs[0]?.path ?? "";
}

let suite: string;
let script: string;
beforeAll(async () => {
  suite = await bundle();
  script = await readFile(suite, "utf8");
});

describe.each(Object.entries(runtimes))("the library in %s", (_, { run, userAgent }) => {
  let outcomes: Outcomes;
  let userAgents: string[];
  beforeAll(async () => {
    await using stage = await openStage(script);
    outcomes = await run(suite, stage);
    userAgents = stage.userAgents();
  }, 120_000);

  test.each(names)("%s", (name) => expect(outcomes[name]).toBe("ok"));

  test("names itself to the service", () => {
    expect(userAgents).toEqual([expect.stringMatching(userAgent)]);
    const browser = userAgents[0]?.startsWith("Mozilla/");
    expect(browser || userAgents[0]?.startsWith(`pinner/${manifest.version} (`)).toBe(true);
  });
});

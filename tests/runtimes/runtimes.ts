import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deno, modules } from "../../tooling/forms.ts";
import { need } from "../../tooling/install.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { run } from "../../tooling/process.ts";
import type { Outcomes } from "./portable.ts";
import type { RunningStage } from "./stage.ts";
import { serveInWorkerd } from "./workerd.ts";

/** Runs the cases in a runtime. @param suite a script's file that defines `runCases(endpoint)` */
type Runtime = (suite: string, stage: RunningStage) => Promise<Outcomes>;

/** Each runtime, and the name that the library gives to the service there. */
export const runtimes: Record<string, { run: Runtime; userAgent: RegExp }> = {
  "Node 20.13.0": {
    run: inProcess(async () => [await findNode(node.oldest)]),
    userAgent: /\(Node\.js\/20\)$/,
  },
  "Node 22.0.0": {
    run: inProcess(async () => [await findNode(node.oldest22)]),
    userAgent: /\(Node\.js\/22\)$/,
  },
  "the current LTS of Node": {
    run: inProcess(async () => [await findNode(node.currentLts)]),
    userAgent: new RegExp(`\\(Node\\.js/${node.currentLts}\\)$`),
  },
  Bun: { run: inProcess(async () => [process.execPath]), userAgent: /\(Bun\/[\d.]+\)$/ },
  Deno: {
    run: inProcess(async () => [deno, "run", "--no-prompt", "--allow-net=127.0.0.1"]),
    userAgent: /\(Deno\/[\d.]+\)$/,
  },
  "Cloudflare's workerd": { run: inWorkerd("2026-11-01"), userAgent: /\(Cloudflare-Workers\)$/ },
  // As of that day, `Headers` had no `getSetCookie`.
  "Cloudflare's workerd of 2022": { run: inWorkerd("2022-11-01"), userAgent: /\(Cloudflare-Workers\)$/ },
  "Vercel's edge runtime": { run: inEdgeRuntime, userAgent: /\(edge-runtime\)$/ },
  Chromium: { run: inChromium, userAgent: /^Mozilla\/5\.0 .*Chrome\// },
};

/** In a runtime that runs a file, with nothing in its environment. */
function inProcess(command: () => Promise<string[]>): Runtime {
  return (suite, { url }) =>
    inDirectory(async (directory) => {
      const program = join(directory, "program.mjs");
      await writeFile(program, `import ${JSON.stringify(suite)};\nconsole.log(${runAs(url)});\n`);
      return printed([...(await command()), program], directory);
    });
}

/** Vercel's own emulation of it: another global object, in a process of Node. */
function inEdgeRuntime(suite: string, { url }: RunningStage): Promise<Outcomes> {
  return inDirectory(async (directory) => {
    const program = join(directory, "program.mjs");
    await writeFile(
      program,
      `import { readFileSync } from "node:fs";
import { EdgeVM } from ${JSON.stringify(join(modules, "@edge-runtime/vm/dist/index.js"))};
const edge = new EdgeVM();
edge.evaluate(readFileSync(${JSON.stringify(suite)}, "utf8"));
console.log(await edge.evaluate(${JSON.stringify(`(async () => ${runAs(url)})()`)}));
`,
    );
    return printed([await findNode(node.twenty), program], directory);
  });
}

/** @param date as of which workerd is to behave */
function inWorkerd(date: string): Runtime {
  return async (suite, { url }) => {
    const modules = {
      "worker.js": `import "suite.js";\nexport default { fetch: async () => new Response(${runAs(url)}) };\n`,
      "suite.js": await readFile(suite, "utf8"),
    };
    await using worker = await serveInWorkerd(modules, { date });
    return await (await fetch(worker.url)).json();
  };
}

/** Without a driver: the page posts what came of the cases. */
function inChromium(_suite: string, stage: RunningStage): Promise<Outcomes> {
  need("the tests in a browser", "chromium");
  return inDirectory(async (directory) => {
    const quiet = ["quic", "gpu", "background-networking", "component-update", "sync"];
    const flags = [
      "--headless",
      "--no-sandbox",
      "--no-first-run",
      ...quiet.map((what) => `--disable-${what}`),
    ];
    const child = Bun.spawn(["chromium", ...flags, `--user-data-dir=${directory}`, `${stage.url}/page`], {
      cwd: directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: directory },
      stdout: "ignore",
      stderr: "pipe",
    });
    const ended = child.exited.then(async () => {
      throw new Error(`chromium ended: ${await new Response(child.stderr).text()}`);
    });
    try {
      return await Promise.race([stage.posted, ended]);
    } finally {
      ended.catch(() => {});
      child.kill("SIGKILL");
      await child.exited;
    }
  });
}

const runAs = (url: string): string => `JSON.stringify(await runCases(${JSON.stringify(url)}))`;

async function printed(command: string[], directory: string): Promise<Outcomes> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: directory };
  const { exit, stdout, stderr } = await run(command, { cwd: directory, env });
  if (exit !== 0 || stderr !== "") throw new Error(`exit ${exit}\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

async function inDirectory<Value>(use: (directory: string) => Promise<Value>): Promise<Value> {
  const directory = await mkdtemp(join(tmpdir(), "pinner-runtime-"));
  try {
    return await use(directory);
  } finally {
    // A browser that was ended may still be writing.
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Runs pinner's `main` over many cases in one process: they come on stdin, and a mark ends the output of each. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/main.ts";
import type { Case } from "./cases.ts";
import { answer } from "./service.ts";

const { mark, cases }: { mark: string; cases: Case[] } = JSON.parse(await Bun.stdin.text());
const home = mkdtempSync(join(tmpdir(), "pinner-hostile-"));
mkdirSync(join(home, "pinner"));
const outer = {
  PATH: process.env["PATH"] ?? "",
  PINNER_HOME: home,
  HOME: home,
  PINNER_BASE_ENDPOINT: "http://127.0.0.1:1",
};

// What is tried again is tried again at once.
const { setTimeout: later } = globalThis;
const soon = (work: () => void, ms = 0) => later(work, Math.min(ms, 1));
globalThis.setTimeout = Object.assign(soon, later);

for (const { args, env, config, script } of cases) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, outer, env);
  writeFileSync(join(home, "pinner", "config.yaml"), config, { mode: 0o600 });
  const fetch = async (input: string | URL | Request, init?: RequestInit) =>
    answer(new Request(input, init), script);
  globalThis.fetch = Object.assign(fetch, { preconnect() {} });
  const exit = await main(args);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP", "uncaughtException", "unhandledRejection"])
    process.removeAllListeners(name);
  writeSync(1, `${mark}${exit}${mark}`);
  writeSync(2, mark);
}
rmSync(home, { recursive: true });
process.exit(0);

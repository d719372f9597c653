import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flags } from "../../tooling/build/compile.ts";
import { must, root } from "../../tooling/process.ts";

/** One figure of the table: how it compares to what it is measured against, in the same run. */
export interface Row {
  what: string;
  against: string;
  ratio: string;
  spread: string;
  target?: string;
  /** Whether the figure is a count, which does not depend on the machine, and misses its target. */
  fails?: boolean;
}

export interface Timing {
  /** Seconds of each run. */
  times: number[];
  median: number;
  /** Peak memory of the largest run, in bytes. */
  memory: number;
}

/** Where the bench keeps what it builds. */
export const workshop = join(root, "node_modules/.cache/bench");

/** A script to measure against. @returns where it is, and where it is compiled as ours is */
export async function compileScript(
  name: string,
  text: string,
): Promise<{ script: string; program: string }> {
  await mkdir(workshop, { recursive: true });
  const program = join(workshop, name);
  const script = `${program}.mjs`;
  await writeFile(script, text);
  await must(process.execPath, "build", ...flags, script, `--outfile=${program}`);
  return { script, program };
}

export const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** A machine is faster now and slower then: each command gets its share of both. */
const ROUNDS = 5;

/** Times whole processes in rounds, in each of them every command some times. */
export async function time(
  commands: string[][],
  { runs, env = {} }: { runs: number; env?: Record<string, string> },
): Promise<Timing[]> {
  const times: number[][] = commands.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const results = await timeRound(commands, Math.ceil(runs / ROUNDS), env);
    for (const [index, more] of results.entries()) times[index]?.push(...more);
  }
  const memories: number[] = [];
  for (const command of commands) memories.push(await peakMemory(command, env));
  return times.map((own, index) => ({ times: own, median: median(own), memory: memories[index] ?? 0 }));
}

/** By hyperfine, their output read through a pipe. @returns the seconds of each run of each command */
async function timeRound(
  commands: string[][],
  runs: number,
  env: Record<string, string>,
): Promise<number[][]> {
  const directory = await mkdtemp(join(tmpdir(), "pinner-bench-"));
  const file = join(directory, "times.json");
  const quoted = commands.map((command) => command.map((word) => `'${word}'`).join(" "));
  const flags = ["-N", "--output=pipe", "--warmup=1", `--runs=${runs}`, "-i", "--export-json", file];
  try {
    const child = Bun.spawn(["hyperfine", ...flags, ...quoted], {
      cwd: root,
      env: { ...process.env, ...env },
      stdout: "ignore",
      stderr: "ignore",
    });
    if ((await child.exited) !== 0) throw new Error("hyperfine failed: is it installed?");
    const { results }: { results: { times: number[] }[] } = JSON.parse(await readFile(file, "utf8"));
    return results.map(({ times }) => times);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** By `time`, which is small itself: a process starts with the peak of the one that it was forked from. */
async function peakMemory(command: string[], env: Record<string, string>): Promise<number> {
  const peaks: number[] = [];
  for (let run = 0; run < 5; run++) {
    const child = Bun.spawn(["/usr/bin/time", "--quiet", "--format=%M", "--", ...command], {
      cwd: root,
      env: { ...process.env, ...env },
      stdout: "ignore",
      stderr: "pipe",
    });
    const kilobytes = (await new Response(child.stderr).text()).trim().split("\n").at(-1);
    peaks.push(Number(kilobytes) * 1024);
  }
  return median(peaks);
}

/** A ratio of medians, with the range of single runs against the other's median. */
export function compare(what: string, against: string, a: Timing, b: Timing, limit?: number): Row {
  const low = Math.min(...a.times) / b.median;
  const high = Math.max(...a.times) / b.median;
  return {
    what,
    against,
    ratio: `${(a.median / b.median).toFixed(2)}×`,
    spread: `${low.toFixed(2)}–${high.toFixed(2)}`,
    ...(limit === undefined ? {} : { target: atMost(limit, a.median / b.median) }),
  };
}

/** A target as a ratio, and whether this one misses it. */
export const atMost = (limit: number, ratio: number): string =>
  `≤ ${limit}×${ratio > limit ? " missed" : ""}`;

/** A figure that is the same on every machine. */
export const count = (what: string, number: number, limit: number, against = ""): Row => ({
  what,
  against,
  ratio: `${number}`,
  spread: "",
  target: `≤ ${limit}`,
  fails: number > limit,
});

export const toolVersion = async (command: string, ...args: string[]): Promise<string> =>
  (await must(command, ...args)).split("\n", 1)[0] ?? "";

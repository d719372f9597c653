import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { type Run, type RunOptions, root, run } from "../../tooling/process.ts";

interface Definition {
  inputs: Record<string, { description: string; default?: string; required?: boolean }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string; post: string; "post-if": string };
}

export const action: Definition = parse(await readFile(join(root, "action.yml"), "utf8"));

/** What a step gave: its log is what people see, with what was masked. */
interface Step extends Run {
  log: string;
  outputs: Record<string, string>;
  errors: string[];
  warnings: string[];
}

/** A job as GitHub's runner runs it: steps after one another, and at its end the second parts of its actions. */
export interface Job extends AsyncDisposable {
  directory: string;
  /** What its steps find in their environment. */
  env: Record<string, string>;
  /** `uses: pinner-xyz/pinner`. @param inputs what stands under `with` */
  uses(inputs: Record<string, string>, options?: RunOptions): Promise<Step>;
  /** `run: script` */
  runs(script: string): Promise<Step>;
  /** The second parts, last one first, as they run also after a step that failed. */
  end(): Promise<Step[]>;
}

/** What a process needs of Windows to start at all. */
const inherited = Object.fromEntries(
  ["PATH", "SystemRoot", "TEMP", "PATHEXT"].flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value]] : [];
  }),
);

/** Where GitHub's runner has it: what comes first on PATH there starts another system. */
const bash = process.platform === "win32" ? "C:\\Program Files\\Git\\bin\\bash.exe" : "bash";

/** @param node how the runner starts Node */
export async function startJob(given: Record<string, string>, node = "node"): Promise<Job> {
  const directory = await mkdtemp(join(tmpdir(), "pinner-runner-"));
  const temporary = join(directory, "_temp");
  await mkdir(temporary);
  const masks: string[] = [];
  const ends: (() => Promise<Step>)[] = [];
  let count = 0;

  const job: Job = {
    directory,
    env: {
      ...inherited,
      ...given,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_JOB: "pin",
      GITHUB_RUN_ID: "1658821493",
      GITHUB_WORKSPACE: directory,
      HOME: directory,
      RUNNER_TEMP: temporary,
      RUNNER_TOOL_CACHE: join(directory, "_tool"),
    },
    async uses(inputs, options = {}) {
      const states: Record<string, string> = {};
      const variables: Record<string, string> = {};
      for (const [name, { default: value = "" }] of Object.entries(action.inputs))
        variables[inputName(name)] = value;
      for (const [name, value] of Object.entries(inputs)) variables[inputName(name)] = value;
      ends.unshift(() =>
        step([node, join(root, action.runs.post)], { ...variables, ...prefixed(states) }, {}),
      );
      return step([node, join(root, action.runs.main)], variables, states, options);
    },
    runs: (script) => step([bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", script], {}, {}),
    async end() {
      const done: Step[] = [];
      for (const end of ends) done.push(await end());
      return done;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };

  /** @param states gets what the step saves */
  async function step(
    command: string[],
    variables: Record<string, string>,
    states: Record<string, string>,
    options: RunOptions = {},
  ): Promise<Step> {
    const number = count++;
    const files: Record<string, string> = {};
    for (const name of ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE"]) {
      files[name] = join(temporary, `${name.toLowerCase()}-${number}`);
      await writeFile(files[name], "");
    }
    const env = { ...job.env, ...files, ...variables, ...options.env };
    const result = await run(command, { cwd: directory, ...options, env });
    const lines = result.stdout.split(/\r?\n/).map(commandIn);
    const said = (name: string) => lines.flatMap((line) => (line.name === name ? [line.text] : []));
    masks.push(...said("add-mask"));

    const read = async (name: string) => (await readFile(files[name] ?? "", "utf8")).replaceAll("\r\n", "\n");
    Object.assign(states, assignmentsIn(await read("GITHUB_STATE")));
    Object.assign(job.env, assignmentsIn(await read("GITHUB_ENV")));
    const paths = (await read("GITHUB_PATH")).split("\n").filter(Boolean);
    job.env["PATH"] = [...paths.reverse(), job.env["PATH"]].join(delimiter);
    const shown = lines.filter(({ name }) => name !== "add-mask").map(({ text }) => text);
    const log = masks.reduce((text, mask) => text.replaceAll(mask, "***"), shown.join("\n") + result.stderr);
    const outputs = assignmentsIn(await read("GITHUB_OUTPUT"));
    return { ...result, log, outputs, errors: said("error"), warnings: said("warning") };
  }
  return job;
}

const inputName = (name: string): string => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;

const prefixed = (states: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(states).map(([name, value]) => [`STATE_${name}`, value]));

/** A line of stdout, as a command of the runner where it is one. */
function commandIn(line: string): { name?: string; text: string } {
  const [, name, text = ""] = /^\s*::([\w-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
  if (!name) return { text: line };
  return { name, text: text.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%") };
}

/** The `NAME=VALUE` and `NAME<<END … END` of the runner's files. */
function assignmentsIn(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split("\n");
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name, operator, rest = ""] = /^([^=<]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (!name) continue;
    if (operator === "=") found[name] = rest;
    else found[name] = lines.splice(0, lines.indexOf(rest)).join("\n");
    if (operator === "<<") lines.shift();
  }
  return found;
}

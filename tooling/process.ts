import { join } from "node:path";

export const root = join(import.meta.dir, "..");

export interface Run {
  exit: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** What is piped into stdin; `idle` is a pipe into which nothing ever comes. Nothing: /dev/null. */
  stdin?: string | "idle";
  /** Stdin is a file rather than a pipe. */
  stdinFile?: boolean;
  cwd?: string;
  /** Called with the running process. */
  onStart?: (child: { pid: number; kill(signal?: number | NodeJS.Signals): void }) => void;
}

/** Runs a program to its end, without a terminal. */
export async function run(command: string[], options: RunOptions = {}): Promise<Run> {
  const { stdin, stdinFile = false, env, cwd, onStart } = options;
  const child = Bun.spawn(command, {
    ...(env ? { env } : {}),
    ...(cwd ? { cwd } : {}),
    stdin: stdin === undefined ? "ignore" : stdinFile ? new Blob([stdin]) : "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  onStart?.(child);
  if (typeof child.stdin === "object" && stdin !== undefined && stdin !== "idle") {
    child.stdin.write(stdin);
    await child.stdin.end();
  }
  const [stdout, stderr, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exit, stdout, stderr };
}

/** Runs a program that must succeed, in the root of the project. @returns its stdout @throws with all that it printed */
export async function must(...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command, { cwd: root });
  if (exit === 0) return stdout;
  throw new Error(`${command.join(" ")} exited with ${exit}\n${stdout}${stderr}`);
}

/** Waits for all to end, also when one fails: none is then still writing. @throws what the first that failed threw */
export async function allEnded(...work: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}

/** Runs a program to its end, showing what it prints. @returns what it printed */
export async function show(...command: string[]): Promise<{ ok: boolean; output: string }> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let output = "";
  const pass = async (stream: ReadableStream<Uint8Array>, to: NodeJS.WriteStream) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      output += text;
      to.write(text);
    }
  };
  await Promise.all([pass(child.stdout, process.stdout), pass(child.stderr, process.stderr)]);
  return { ok: (await child.exited) === 0, output };
}

import { join } from "node:path";

export const root = join(import.meta.dir, "..");

/** Runs a program to its end. @returns its stdout @throws if it fails, with all that it printed */
export async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
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

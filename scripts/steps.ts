import { join } from "node:path";

export const root = join(import.meta.dir, "..");

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

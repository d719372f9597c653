import { join } from "node:path";

/** A node as PyYAML sees it: its tag, and its text, its items, or its pairs. Aliases stand for what they refer to. */
export type PyNode = [tag: string, content: string | PyNode[] | { pairs: [PyNode, PyNode][] }] | null;

export interface PyYaml extends AsyncDisposable {
  /** @returns `undefined` for what PyYAML refuses */
  compose(text: string): Promise<PyNode | undefined>;
}

/** Starts one Python for as many texts as are asked for, one after another. */
export function startPyYaml(): PyYaml {
  const script = join(import.meta.dir, "fixtures", "compose.py");
  // Debian's own, which has Debian's own PyYAML.
  const child = Bun.spawn(["/usr/bin/python3", script], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const lines = readLines(child.stdout);
  return {
    async compose(text) {
      child.stdin.write(`${JSON.stringify(text)}\n`);
      await child.stdin.flush();
      const { value } = await lines.next();
      if (value === undefined) throw new Error("Python has ended: is python3-yaml installed?");
      const answer: { node?: PyNode } = JSON.parse(value);
      return answer.node;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child.exited;
    },
  };
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}

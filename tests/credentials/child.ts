import { join } from "node:path";

/** Starts a script of `fixtures` as a process of its own, with pipes for stdin and stdout. */
export function spawnFixture(name: string, ...args: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures", name), ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    exited: child.exited,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Closes its stdin. */
    endInput: () => child.stdin.end(),
    /** Waits until it has printed this. */
    async prints(expected: string): Promise<void> {
      while (!text.includes(expected)) {
        const { done, value } = await output.read();
        if (done) throw new Error(`${name} ended without printing "${expected}": ${text}`);
        text += decoder.decode(value, { stream: true });
      }
    },
  };
}

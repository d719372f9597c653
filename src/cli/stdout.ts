/** All that `--version` needs: it is answered without `node:fs`, which takes 2 ms and 3 MB to load. */
const WINDOWS = process.platform === "win32";
const HUNG_UP = 129;
const isNode = !process.versions["bun"] && !("Deno" in globalThis);

/**
 * Writes to stdout. Not through `process.stdout`: making that stream takes 9 ms, a third of a start, and its errors
 * come as events. A Windows console needs it all the same, to show what is not ASCII.
 * @throws what the system says, such as `EPIPE` or `ENOSPC`
 */
export async function writeStdout(text: string): Promise<void> {
  if (WINDOWS) {
    await new Promise<void>((resolve, reject) => {
      process.stdout.once("error", reject);
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  } else if (process.versions["bun"]) {
    await Bun.write(Bun.stdout, text);
  } else {
    const { writeAll } = await import("./terminal.ts");
    writeAll(1, text);
  }
}

/** Ends the process when all is written, whatever is still open: stdin, connections, requests given up on. */
export function exitNow(exit: number): void {
  // Node aborts where it cannot give a terminal back that is gone: the signal's own end is the same for who waits.
  if (exit === HUNG_UP && !WINDOWS && isNode) {
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  }
  if (WINDOWS) process.stderr.write("", () => process.exit(exit));
  else process.exit(exit);
}

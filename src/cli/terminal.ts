import { fstatSync, writeSync } from "node:fs";

const STDOUT = 1;
const STDERR = 2;
const WINDOWS = process.platform === "win32";
const PAUSE_MS = 5;

/** Writes to stderr. When that fails, there is nowhere left to say so. */
export function writeStderr(text: string): void {
  try {
    if (WINDOWS) process.stderr.write(text);
    else writeAll(STDERR, text);
  } catch {}
}

/** Writes all of a text to a file descriptor. @throws what the system says */
export function writeAll(descriptor: number, text: string): undefined {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // A pipe that does not block, and is full: whoever reads it is slower.
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

const isTerminal = (name: "stdout" | "stderr"): boolean => {
  try {
    const descriptor = name === "stdout" ? STDOUT : STDERR;
    // Asked first, because asking the stream makes it.
    return fstatSync(descriptor).isCharacterDevice() && Boolean(process[name].isTTY);
  } catch {
    return false;
  }
};

export const stderrIsTerminal = (): boolean => isTerminal("stderr");

/** The width of stdout, where it is a terminal. */
export const terminalWidth = (): number | undefined =>
  isTerminal("stdout") ? process.stdout.columns : undefined;

/** Whether colours may be used: a terminal, and nobody asked for none. */
export const coloursOn = (name: "stdout" | "stderr"): boolean =>
  !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb" && isTerminal(name);

let prompted = false;

/** To be called before a prompt, which changes the terminal. */
export function notePrompt(): void {
  prompted = true;
}

/** Gives the terminal back as it was, after a prompt that did not end by itself. */
export function restoreTerminal(): void {
  if (!prompted || !process.stdin.isTTY || !process.stdin.isRaw) return;
  process.stdin.setRawMode(false);
  writeStderr("\u001b[?25h\n");
}

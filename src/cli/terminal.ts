import { fstatSync, statSync, writeSync } from "node:fs";
import { readProc } from "./proc.ts";
import {
  closed,
  flagsIn,
  O_ACCMODE,
  O_RDWR,
  wasClosed,
  writeQuickly,
  writesQuickly,
} from "./quick-stdout.ts";

const STDOUT = 1;
const STDERR = 2;
const WINDOWS = process.platform === "win32";
const PAUSE_MS = 5;
/** So much a pipe takes at once: nobody has to read meanwhile. */
const AT_ONCE = 4096;

/** Takes the line away that the cursor is in. */
const ERASE_LINE = "\r\u001b[2K";
let transient = false;

/** Draws a line of the terminal that stands until something else is written; an empty one takes it away. */
export function drawTransient(line: string): void {
  if (line === "" && !transient) return;
  transient = line !== "";
  put(`${ERASE_LINE}${line}`);
}

/** Writes to stderr. When that fails, there is nowhere left to say so. */
export function writeStderr(text: string): void {
  drawTransient("");
  put(text);
}

function put(text: string): void {
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

/** How stdout was opened, where the system tells. */
const stdoutFlags = (): number | undefined => flagsIn(readProc("fdinfo/1"));

/**
 * Whether what is written to stdout is surely lost: asked before anything is made that is shown once. The /dev/null
 * that Node and Deno put in the place of a stdout that was closed can be read too, unlike that of `>/dev/null`.
 */
export function losesStdout(): boolean {
  const flags = stdoutFlags();
  if (flags === undefined || wasClosed(flags)) return flags !== undefined;
  const access = flags & O_ACCMODE;
  if (access !== O_RDWR) return access === 0;
  return fstatSync(STDOUT).rdev === statSync("/dev/null").rdev;
}

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
    return;
  }
  // Bun starts threads for what it writes by itself, which takes 4 ms; but signals are heard while a reader is waited for.
  if (writesQuickly && Buffer.byteLength(text) > AT_ONCE) return writeQuickly(text);
  if (wasClosed(stdoutFlags())) throw closed();
  writeAll(STDOUT, text);
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
export const stdoutIsTerminal = (): boolean => isTerminal("stdout");

/** How many columns a stream has. What tells none, as the terminal that some runners give each step, has as many as most. */
export const columnsIn = (stream: "stdout" | "stderr"): number => process[stream].columns || 80;

/** The width of stdout, where it is a terminal. */
export const terminalWidth = (): number | undefined =>
  isTerminal("stdout") ? columnsIn("stdout") : undefined;

/** Whether the terminal cannot move its cursor, or does not say that it can. */
export const onlyLines = (): boolean => !WINDOWS && (!process.env["TERM"] || process.env["TERM"] === "dumb");

/** Whether colours may be used: at a terminal that knows more than lines, or where they are asked for, unless nobody wants any. */
export function coloursOn(name: "stdout" | "stderr"): boolean {
  const { NO_COLOR: none, FORCE_COLOR: forced, TERM: terminal } = process.env;
  if (none || terminal === "dumb") return false;
  return forced ? forced !== "0" && forced !== "false" : !onlyLines() && isTerminal(name);
}

let taken = false;

/** Turns echo, line editing and the keys for signals off. */
export function takeTerminal(): void {
  // Off first: who stopped the program has changed the terminal, and the runtime would think that it is still on.
  if (taken) process.stdin.setRawMode(false);
  process.stdin.setRawMode(true);
  taken = true;
}

export const terminalIsTaken = (): boolean => taken;

/** Gives the terminal back as it was before a prompt. */
export function restoreTerminal(): void {
  drawTransient("");
  if (!taken) return;
  taken = false;
  try {
    process.stdin.setRawMode(false);
  } catch {
    // The terminal is gone.
  }
  if (promptShown) writeStderr(onlyLines() ? "\n" : "\u001b[?25h\n");
}

let promptShown = false;

/** Whether a prompt stands on the screen: what is written then begins on a line of its own. */
export function notePrompt(shown: boolean): void {
  promptShown = shown;
}

export const promptStands = (): boolean => promptShown;

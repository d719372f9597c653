import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { systemReason } from "../credentials/config-error.ts";
import { restoreTerminal, terminalIsTaken } from "./terminal.ts";
import { secretNames, type Variable } from "./variables.ts";

const WINDOWS = process.platform === "win32";
/** What a shell exits with for a command that is not there, and for one that cannot be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface ProgramOptions {
  env: Record<string, string | undefined>;
  /** Written to its stdin; without it, stdin is ours. */
  input?: string;
  /** Its stdout goes to our stderr. */
  toStderr?: boolean;
  /** Has signals passed on to it while it runs. */
  passOn: (send: ((signal: NodeJS.Signals) => void) | undefined) => void;
  failed: (message: string) => void;
}

/**
 * Runs a program to its end.
 * @param options.failed is told why it could not be run
 * @returns its exit code: 128 and the number of the signal that ended it, 127 when there is no such program, 126 when it
 * cannot be run
 */
export async function runProgram(
  [program = "", ...args]: string[],
  options: ProgramOptions,
): Promise<number> {
  const { env, input, toStderr, passOn, failed } = options;
  const refused = (error: Error & { code?: string }): number | Promise<number> => {
    // A script whose first line names no interpreter. Node and Deno leave it to a shell by themselves.
    if (error.code === "ENOEXEC" && !WINDOWS)
      return runProgram(["/bin/sh", "-c", 'exec "$0" "$@"', program, ...args], options);
    const missing = error.code === "ENOENT";
    const reason = missing
      ? "there is none of that name, or what its first line names (#!) is missing"
      : systemReason(error);
    failed(`the command ${program} could not be run: ${reason}`);
    return missing ? NOT_FOUND : NOT_EXECUTABLE;
  };
  giveTerminal();
  let child: ChildProcess | undefined;
  // What a terminal's keys send reaches the program by itself: it is in the same group. Twice is "at once" to many.
  const typed = process.stdin.isTTY || process.stderr.isTTY ? ["SIGINT", "SIGQUIT"] : [];
  // Listened for before it runs: as soon as it does, it may be sent one.
  passOn((signal) => {
    if (!typed.includes(signal)) send(child, signal);
  });
  try {
    const started = spawn(program, args, {
      env,
      stdio: [input === undefined ? "inherit" : "pipe", toStderr ? 2 : "inherit", "inherit"],
    });
    child = started;
    return await new Promise<number>((resolve) => {
      started.on("error", (error) => resolve(refused(error)));
      started.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
      // A program that reads nothing closes its end: that is its own affair.
      started.stdin?.on("error", () => {});
      if (input !== undefined) started.stdin?.end(input);
    });
  } catch (error) {
    // Bun tells some reasons so, Node all of them by an event.
    return await refused(error as Error);
  } finally {
    passOn(undefined);
  }
}

/** Leaves the terminal to the program, as it was before we asked anything there. */
function giveTerminal(): void {
  if (!terminalIsTaken()) return;
  process.stdin.pause();
  restoreTerminal();
}

/** Deno's own `child.kill` would take the signal for the reason of the program's end, whatever it then exits with. */
function send(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(child.pid, signal);
  } catch {
    // It has just ended.
  }
}

/** An environment without what pinner itself takes from it in confidence. @param kept the one that stays */
export function withoutSecrets(
  env: Record<string, string | undefined>,
  kept?: Variable,
): Record<string, string | undefined> {
  for (const name of [...secretNames(), "PINNER_EMAIL" as const]) {
    if (name === kept) continue;
    delete env[name];
    delete env[`${name}_FILE`];
  }
  return env;
}

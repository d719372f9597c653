import type { Left } from "../auth/keys.ts";
import { Cancelled, LeftKeysError } from "./failure.ts";
import { readProc } from "./proc.ts";

/** What a signal such as Ctrl-C does: ends the command at once, or after what must not be left half done. */
export interface Interruption {
  signal: AbortSignal;
  /** Rejects when the command is to end now. */
  cancelled: Promise<never>;
  /** The exit code of the signal that came, also where the command went on to its end. */
  readonly exit: number | undefined;
  /** Runs work that a signal must wait for; when it is over, nothing is at stake. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Says what would be left if the command ended now; `undefined` when all is done or undone. */
  stake(left: Left | undefined): void;
  /** Has signals sent on, rather than end the command; `undefined` ends that. */
  passOn(send: ((signal: NodeJS.Signals) => void) | undefined): void;
  /** Whether anything was ever at stake. */
  readonly staked: boolean;
}

/** The exit code of a signal is 128 and its number. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What ends a program too unless it listens, and has no other meaning for this one. Windows has none of them. */
const others: NodeJS.Signals[] = process.platform === "win32" ? [] : ["SIGQUIT", "SIGUSR1", "SIGUSR2"];

/** Listens for signals. As the first process of a container the program must, or they would do nothing. */
export function listenForInterruption(tell: (message: string) => void): Interruption {
  const controller = new AbortController();
  let held = 0;
  let received: number | undefined;
  let left: Left | undefined;
  let staked = false;
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    const ignored = ignoredAtStart();
    for (const [name, exit] of Object.entries(signals)) {
      if (ignored.has(name)) {
        // Deno listens for these on its own as soon as it does for any, and would end.
        if (process.versions["deno"]) process.on(name, () => {});
        continue;
      }
      process.on(name, () => {
        if (send) return send(name as keyof typeof signals);
        const again = received !== undefined;
        received = exit;
        const reason = new Cancelled();
        controller.abort(reason);
        if (held === 0 || again) reject(left ? new LeftKeysError(left, reason) : reason);
        else tell("finishing what must not be left half done: once more ends it now");
      });
    }
  });
  // Nobody may be waiting for it yet.
  cancelled.catch(() => {});
  // A file that grows over the limit (`ulimit -f`) is an error like any other. Bun and Node see to that themselves.
  if (process.versions["deno"] && process.platform !== "win32") process.on("SIGXFSZ", () => {});
  return {
    signal: controller.signal,
    cancelled,
    get exit() {
      return received;
    },
    get staked() {
      return staked;
    },
    passOn(receiver) {
      if (send) for (const name of others) process.off(name, send);
      send = receiver;
      if (send) for (const name of others) process.on(name, send);
    },
    stake(now) {
      left = now;
      staked ||= now !== undefined;
    },
    async hold(work) {
      held++;
      try {
        return await work();
      } finally {
        held--;
        left = undefined;
      }
    },
  };
}

/**
 * What whoever started the program chose to ignore, as `nohup` does, and shells for a command in the background. Linux
 * tells; Node has undone it before it could be seen.
 */
function ignoredAtStart(): Set<string> {
  const mask = /^SigIgn:\s*([\da-f]+)/m.exec(readProc("status") ?? "")?.[1] ?? "0";
  const bits = Number.parseInt(mask.slice(-8), 16);
  const names = Object.entries(signals).filter(([, exit]) => (bits >> (exit - 128 - 1)) & 1);
  return new Set(names.map(([name]) => name));
}

import { Cancelled } from "./failure.ts";

/** What a signal such as Ctrl-C does: ends the command at once, or after what must not be left half done. */
export interface Interruption {
  signal: AbortSignal;
  /** Rejects when the command is to end now. */
  cancelled: Promise<never>;
  /** The exit code of the signal that came, also where the command went on to its end. */
  readonly exit: number | undefined;
  /** Runs work that a signal must wait for. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Listens for signals. As the first process of a container the program must, or they would do nothing. */
export function listenForInterruption(tell: (message: string) => void): Interruption {
  const controller = new AbortController();
  let held = 0;
  let received: number | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    for (const [name, exit] of Object.entries(signals)) {
      process.on(name, () => {
        const again = received !== undefined;
        received = exit;
        const reason = new Cancelled();
        controller.abort(reason);
        if (held === 0 || again) reject(reason);
        else tell("finishing what must not be left half done: once more ends it now");
      });
    }
  });
  // Nobody may be waiting for it yet.
  cancelled.catch(() => {});
  return {
    signal: controller.signal,
    cancelled,
    get exit() {
      return received;
    },
    async hold(work) {
      held++;
      try {
        return await work();
      } finally {
        held--;
      }
    },
  };
}

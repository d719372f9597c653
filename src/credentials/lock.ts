import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "./config-error.ts";

export interface HeldLock {
  /** @throws {ConfigError} when this process seemed dead for so long that the lock is, or may be, another's by now */
  assertHeld(): void;
  /** Removes the lock, unless it is another's by now. Never throws. */
  release(): void;
}

/** The holder renews its lock every second; one that has not been renewed for this long belongs to the dead. */
const STALE_MS = 5000;
const RENEW_MS = 1000;
const PATIENCE_MS = 30_000;
/** Windows refuses to make a directory while one of that name is being removed: that passes. */
const MAX_REFUSALS = process.platform === "win32" ? 10 : 0;

/**
 * Takes the lock of a file, waiting for its turn. Creates the file's directory if it is missing.
 *
 * A lock is a directory, which one process alone can make; its time of change says when its holder last lived.
 * What looks at a lock and then changes it does both at once, without waiting in between: a process that is stopped
 * there would otherwise remove the lock of whoever took its place. So does what makes one: a signal that ends this
 * process comes before or after, and leaves none.
 * @param options.lockPath another lock than the one that a change of the file is under
 * @param options.patienceMs how long to wait while others hold it, 30 s if not given
 * @throws {ConfigError} after that time without getting it
 */
export async function lockFile(
  file: string,
  { lockPath = `${file}.lock`, patienceMs = PATIENCE_MS } = {},
): Promise<HeldLock> {
  const deadline = performance.now() + patienceMs;
  for (let refusals = 0; ; ) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const started = performance.now();
    const made = make(lockPath);
    const lock = made === "made" ? hold(lockPath, started) : undefined;
    if (lock) {
      clearTurn(lockPath);
      return lock;
    }
    if (made instanceof Error && ++refusals > MAX_REFUSALS) throw made;
    if (performance.now() > deadline) {
      throw new ConfigError(
        "unwritable",
        `${file} is locked by another process: if none is running, remove ${lockPath}`,
      );
    }
    if (isStale(lockPath)) removeStale(lockPath);
    // Fifty waiters that wake together would only meet again, and keep the holder from its work.
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  }
}

/** @returns `taken` when another has it, or its directory vanished; otherwise why the system refused */
function make(lockPath: string): "made" | "taken" | Error {
  try {
    mkdirSync(lockPath);
    return "made";
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "EEXIST" || code === "ENOENT" ? "taken" : (error as Error);
  }
}

/**
 * Renews a lock until it is released, and removes it should the process end before.
 * @param started when it was about to be made
 * @returns nothing when it may be another's already, because this process was stopped meanwhile
 */
function hold(lockPath: string, started: number): HeldLock | undefined {
  let renewed = started;
  let own = stateOf(lockPath);
  // Whoever was stopped for so long has been taken for dead. The clock is one that nobody sets.
  const isHeld = () =>
    own !== undefined && performance.now() - renewed <= STALE_MS && stateOf(lockPath) === own;
  if (!isHeld()) return undefined;
  const renew = () => {
    if (!isHeld()) return reclaim();
    touch();
  };
  const touch = () => {
    const now = performance.now();
    try {
      const time = new Date();
      utimesSync(lockPath, time, time);
      own = stateOf(lockPath);
      renewed = now;
    } catch {
      // The next second may be kinder; after five of them it is lost.
    }
  };
  // Stopped for long, and yet nobody came: it is still there, and alone with it nobody can remove it.
  const reclaim = () => {
    if (own === undefined || stateOf(lockPath) !== own) return lose();
    aloneWith(lockPath, () => {
      if (stateOf(lockPath) === own) touch();
    });
  };
  const remove = () => {
    if (!isHeld()) reclaim();
    if (isHeld()) removeDirectory(lockPath);
  };
  const lose = () => {
    own = undefined;
    clearInterval(timer);
  };
  const timer = setInterval(renew, RENEW_MS);
  timer.unref();
  process.once("exit", remove);
  return {
    assertHeld() {
      if (!isHeld()) reclaim();
      if (isHeld()) return;
      lose();
      throw new ConfigError("unwritable", `the lock ${lockPath} was taken over or removed`);
    },
    release() {
      clearInterval(timer);
      process.off("exit", remove);
      remove();
    },
  };
}

/** What tells a lock from one that was made later, and from itself once renewed; nothing where there is none. */
function stateOf(lockPath: string): string | undefined {
  try {
    const { ino, mtimeMs } = statSync(lockPath);
    return `${ino} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

function isStale(lockPath: string): boolean {
  try {
    // In the future, too: it was left behind before the clock was set back.
    return Math.abs(Date.now() - statSync(lockPath).mtimeMs) > STALE_MS;
  } catch {
    return false;
  }
}

function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

/** Of two that find a stale lock, the slower must not remove the fresh one of the faster: it looks again, alone. */
function removeStale(lockPath: string): void {
  aloneWith(lockPath, () => {
    if (isStale(lockPath)) removeDirectory(lockPath);
  });
}

/** Does what only one process at a time may do with a lock that seems to be a dead one's; nothing while another does. */
function aloneWith(lockPath: string, work: () => void): void {
  const turn = turnOf(lockPath);
  if (make(turn) === "made") {
    work();
    removeDirectory(turn);
  } else clearTurn(lockPath);
}

const turnOf = (lockPath: string) => `${lockPath}.steal`;

/** Removes what a process left that was killed while it was alone with a lock, also where that lock is gone already. */
function clearTurn(lockPath: string): void {
  const turn = turnOf(lockPath);
  if (isStale(turn)) removeDirectory(turn);
}

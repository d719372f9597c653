import { mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "./config-error.ts";

export interface HeldLock {
  /** @throws {ConfigError} when another process took the lock over, because this one seemed dead */
  assertHeld(): void;
  release(): Promise<void>;
}

/** The holder renews its lock every second; one that has not been renewed for this long belongs to the dead. */
const STALE_MS = 5000;
const RENEW_MS = 1000;
const PATIENCE_MS = 30_000;

/**
 * Takes the lock of a file, waiting for its turn. Creates the file's directory if it is missing.
 * @param options.lockPath another lock than the one that a change of the file is under
 * @param options.patienceMs how long to wait while others hold it, 30 s if not given
 * @throws {ConfigError} after that time without getting it
 */
export async function lockFile(
  file: string,
  { lockPath = `${file}.lock`, patienceMs = PATIENCE_MS } = {},
): Promise<HeldLock> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const lock = await tryLock(lockPath);
    if (lock) return lock;
    if (Date.now() > deadline) {
      throw new ConfigError(
        "unwritable",
        `${file} is locked by another process: if none is running, remove ${lockPath}`,
      );
    }
    if (await isStale(lockPath)) await removeStale(lockPath);
    // Fifty waiters that wake together would only meet again, and keep the holder from its work.
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  }
}

async function tryLock(lockPath: string, stale = PATIENCE_MS * 1000): Promise<HeldLock | undefined> {
  // A default import: its exports are made at run time, where bundlers and Deno do not see names.
  const { default: lockfile } = await import("proper-lockfile");
  let lost = false;
  // A process that was stopped for longer than that has been taken for dead, and learns of it here first.
  let awake = performance.now();
  const look = () => {
    if (performance.now() - awake > STALE_MS) lost = true;
    awake = performance.now();
  };
  try {
    // It keeps its locks by this name: two of one file would be taken for one.
    const release = await lockfile.lock(lockPath, {
      lockfilePath: lockPath,
      realpath: false,
      stale,
      update: RENEW_MS,
      onCompromised: () => {
        lost = true;
      },
    });
    const watch = setInterval(look, RENEW_MS);
    watch.unref();
    return {
      assertHeld() {
        look();
        if (lost)
          throw new ConfigError("unwritable", `the lock ${lockPath} was taken over by another process`);
      },
      release() {
        clearInterval(watch);
        return release().catch(() => {});
      },
    };
  } catch (error) {
    const { code } = error as { code?: string };
    // ENOENT: the directory vanished between making it and locking in it.
    if (code === "ELOCKED" || code === "ENOENT") return undefined;
    throw error;
  }
}

async function isStale(lockPath: string): Promise<boolean> {
  return stat(lockPath).then(
    // In the future, too: it was left behind before the clock was set back.
    ({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) > STALE_MS,
    () => false,
  );
}

/**
 * The lock library itself removes a stale lock without looking again, so of two that find one, the slower removes
 * the fresh lock of the faster. Here only one at a time may remove, and it looks again first.
 */
async function removeStale(lockPath: string): Promise<void> {
  const turn = await tryLock(`${lockPath}.steal`, STALE_MS);
  if (!turn) return;
  try {
    if (await isStale(lockPath)) await rm(lockPath, { recursive: true, force: true });
  } finally {
    await turn.release();
  }
}

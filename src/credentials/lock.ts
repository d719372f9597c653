import { rmdirSync } from "node:fs";
import { mkdir, rmdir, stat, utimes } from "node:fs/promises";
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
 *
 * A lock is a directory, which one process alone can make; its time of change says when its holder last lived.
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
    if (await create(lockPath)) return hold(lockPath);
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

/** @returns false when another has it, or its directory vanished */
const create = (lockPath: string): Promise<boolean> =>
  mkdir(lockPath).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === "EEXIST" || error.code === "ENOENT") return false;
      throw error;
    },
  );

/** Renews a lock until it is released, and removes it should the process end before. */
async function hold(lockPath: string): Promise<HeldLock> {
  let renewed = await changedAt(lockPath);
  let lost = false;
  // A process that was stopped for longer than that has been taken for dead, and learns of it here first.
  let awake = performance.now();
  const look = () => {
    if (performance.now() - awake > STALE_MS) lost = true;
    awake = performance.now();
  };
  const renew = async () => {
    look();
    lost ||= (await changedAt(lockPath)) !== renewed;
    if (lost) return;
    const now = new Date();
    await utimes(lockPath, now, now);
    renewed = await changedAt(lockPath);
  };
  const remove = () => {
    look();
    try {
      if (!lost) rmdirSync(lockPath);
    } catch {}
  };
  const lose = () => {
    lost = true;
  };
  const timer = setInterval(() => renew().catch(lose), RENEW_MS);
  timer.unref();
  process.once("exit", remove);
  return {
    assertHeld() {
      look();
      if (lost) throw new ConfigError("unwritable", `the lock ${lockPath} was taken over by another process`);
    },
    async release() {
      clearInterval(timer);
      process.off("exit", remove);
      remove();
    },
  };
}

const changedAt = async (lockPath: string): Promise<number> => (await stat(lockPath)).mtimeMs;

const isStale = (lockPath: string): Promise<boolean> =>
  changedAt(lockPath).then(
    // In the future, too: it was left behind before the clock was set back.
    (time) => Math.abs(Date.now() - time) > STALE_MS,
    () => false,
  );

/** Of two that find a stale lock, the slower must not remove the fresh one of the faster: it looks again, alone. */
async function removeStale(lockPath: string): Promise<void> {
  const turn = `${lockPath}.steal`;
  if (!(await create(turn))) {
    if (await isStale(turn)) await rmdir(turn).catch(() => {});
    return;
  }
  if (await isStale(lockPath)) await rmdir(lockPath).catch(() => {});
  await rmdir(turn).catch(() => {});
}

import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { HeldLock } from "./lock.ts";
import type { Owner } from "./owner.ts";

/**
 * Puts a text in the place of a file, whole or not at all.
 *
 * Without waiting in between: a signal that ends this process comes before or after, and leaves no staging file with
 * the token in it.
 */
export function replaceFile(target: string, text: string, owner: Owner | undefined, lock: HeldLock): void {
  removeLeftovers(target);
  const staging = stagingPath(target);
  try {
    const descriptor = openSync(staging, "wx", 0o600);
    try {
      if (owner) giveTo(descriptor, owner);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    lock.assertHeld();
    renameOver(staging, target);
  } catch (error) {
    tryRemove(staging);
    throw error;
  }
  syncDirectory(dirname(target));
}

/** Where that is refused, a token that root alone can read is better than none. */
function giveTo(descriptor: number, { uid, gid }: Owner): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {}
}

/** Windows refuses to replace a file while a reader or a virus scanner has it open: that passes. */
function renameOver(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (process.platform !== "win32" || attempt === 10 || (code !== "EPERM" && code !== "EACCES"))
        throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * attempt);
    }
  }
}

/** The rename itself must survive a power cut before an older key is deleted. Not every system can. */
function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {}
}

/** A name for what will take the place of a file, beside it. */
export const stagingPath = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${crypto.randomUUID().slice(-12)}.tmp`);

/** Staging files of writers that were killed. Whoever holds the lock is the only writer. */
export function removeLeftovers(target: string, minAgeMs = Number.NEGATIVE_INFINITY): void {
  const directory = dirname(target);
  const prefix = `.${basename(target)}.`;
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(prefix) || !/^[\da-f]{12}\.tmp$/.test(name.slice(prefix.length))) continue;
    const file = join(directory, name);
    const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs >= minAgeMs) tryRemove(file);
  }
}

function tryRemove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

import { closeSync, linkSync, openSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type ConfigDocument, editConfig } from "./config-edit.ts";
import { ConfigError, systemReason } from "./config-error.ts";
import { readText } from "./config-file.ts";
import { type HeldLock, lockFile } from "./lock.ts";
import { isReadableByOthers, keepsNoModes } from "./modes.ts";
import { makeDirectory, ownerFor } from "./owner.ts";
import { linkTarget } from "./paths.ts";
import { removeLeftovers, replaceFile, stagingPath } from "./replace-file.ts";

/** Whose turn it is may be waiting for a slow service. */
const TURN_PATIENCE_MS = 120_000;
/** A staging file that is older belongs to nobody. */
const LEFTOVER_AGE_MS = 60_000;

/**
 * Changes the config file: read, change, write, all under one lock, so that no other writer's change is lost. The
 * new text appears whole or not at all. Directories that are missing are created, for their owner only.
 * @param change gets the file's present content, sets or removes keys in it, and says what to give back
 * @throws {ConfigError} and leaves the file as it was
 */
export async function changeConfig<Result>(
  path: string,
  change: (document: ConfigDocument) => Result,
): Promise<Result> {
  const target = linkTarget(path);
  let lock: HeldLock | undefined;
  try {
    makeDirectory(dirname(target));
    lock = await lockFile(target);
    const before = readText(target) ?? "";
    const document = await editConfig(before, target);
    const result = change(document);
    const text = await document.text();
    if (text !== before || (isReadableByOthers(target) && !keepsNoModes(target)))
      replaceFile(target, text, ownerFor(target), lock);
    return result;
  } catch (error) {
    throw asUnwritable(error, path);
  } finally {
    lock?.release();
  }
}

/**
 * Runs what only one process at a time may do with this config file, and which takes longer than one change of it.
 * Others may read and change the file meanwhile.
 * @param work is given what throws when the turn was lost, because this process seemed dead
 * @throws {ConfigError} when its turn does not come within two minutes; nothing has been run then
 */
export async function inTurn<Result>(
  path: string,
  work: (assertTurn: () => void) => Promise<Result>,
): Promise<Result> {
  const target = linkTarget(path);
  const directory = dirname(target);
  let created: string | undefined;
  let turn: HeldLock | undefined;
  try {
    try {
      created = makeDirectory(directory);
      turn = await lockFile(target, { lockPath: `${target}.turn.lock`, patienceMs: TURN_PATIENCE_MS });
    } catch (error) {
      throw asUnwritable(error, path);
    }
    return await work(turn.assertHeld);
  } finally {
    turn?.release();
    if (created !== undefined) removeEmpty(directory, dirname(created));
  }
}

/**
 * Proves that `changeConfig` will be able to make a change, and leaves nothing behind.
 * @throws {ConfigError} when it will not
 */
export async function proveWritable(path: string, change: (document: ConfigDocument) => void): Promise<void> {
  const target = linkTarget(path);
  const text = readText(path);
  if (text !== undefined) {
    const document = await editConfig(text, path);
    change(document);
    await document.text();
  }
  const directory = dirname(target);
  let created: string | undefined;
  try {
    if (isMountPoint(target)) throw Object.assign(new Error("mounted by itself"), { code: "EBUSY" });
    for (let attempt = 1; ; attempt++) {
      try {
        created = makeDirectory(directory) ?? created;
        const file = stagingPath(target);
        const descriptor = openSync(file, "wx", 0o600);
        try {
          closeSync(descriptor);
        } finally {
          rmSync(file, { force: true });
        }
        // Without the lock, another writer's own may be among them: that is never so old.
        return removeLeftovers(target, LEFTOVER_AGE_MS);
      } catch (error) {
        // Another process took away the directory that it had made for the same proof.
        if (attempt === 10 || (error as { code?: string }).code !== "ENOENT") throw error;
      }
    }
  } catch (error) {
    throw asUnwritable(error, path);
  } finally {
    if (created !== undefined) removeEmpty(directory, dirname(created));
  }
}

/** Whether a file is mounted by itself, as containers do: it can be written, but not replaced, nor linked elsewhere. */
function isMountPoint(file: string): boolean {
  const other = stagingPath(file);
  try {
    linkSync(file, other);
    rmSync(other, { force: true });
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "EXDEV";
  }
}

/** Removes a directory and those above it, up to `end`, as long as they are empty. */
function removeEmpty(directory: string, end: string): void {
  try {
    for (let at = directory; at !== end && at !== dirname(at); at = dirname(at)) rmdirSync(at);
  } catch {}
}

/** What the system refused, as an error of the config file's; anything else goes on as it is. */
function asUnwritable(cause: unknown, path: string): unknown {
  // Not those of the runtime, such as ERR_MODULE_NOT_FOUND.
  if (!/^E[A-Z\d]+$/.test(String((cause as { code?: unknown }).code))) return cause;
  return new ConfigError("unwritable", `${path} cannot be written: ${systemReason(cause)}`, { cause });
}

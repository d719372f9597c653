import { link, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ConfigDocument, editConfig } from "./config-edit.ts";
import { ConfigError, systemReason } from "./config-error.ts";
import { readText } from "./config-file.ts";
import { type HeldLock, lockFile } from "./lock.ts";
import { isReadableByOthers, keepsNoModes } from "./modes.ts";
import { makeDirectory, ownerFor } from "./owner.ts";
import { linkTarget } from "./paths.ts";

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
    await makeDirectory(dirname(target));
    lock = await lockFile(target);
    const before = readText(target) ?? "";
    const document = await editConfig(before, target);
    const result = change(document);
    const { text } = document;
    if (text !== before || (isReadableByOthers(target) && !keepsNoModes(target)))
      await replaceFile(target, text, lock);
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
      created = await makeDirectory(directory);
      turn = await lockFile(target, { lockPath: `${target}.turn.lock`, patienceMs: TURN_PATIENCE_MS });
    } catch (error) {
      throw asUnwritable(error, path);
    }
    return await work(turn.assertHeld);
  } finally {
    turn?.release();
    if (created !== undefined) await removeEmpty(directory, dirname(created));
  }
}

/**
 * Proves that `changeConfig` will be able to make a change, and leaves nothing behind.
 * @throws {ConfigError} when it will not
 */
export async function proveWritable(path: string, change: (document: ConfigDocument) => void): Promise<void> {
  const target = linkTarget(path);
  const text = readText(path);
  if (text !== undefined) change(await editConfig(text, path));
  const directory = dirname(target);
  let created: string | undefined;
  try {
    if (await isMountPoint(target)) throw Object.assign(new Error("mounted by itself"), { code: "EBUSY" });
    for (let attempt = 1; ; attempt++) {
      try {
        created = (await makeDirectory(directory)) ?? created;
        const file = stagingPath(target);
        const handle = await open(file, "wx", 0o600);
        await handle.close().finally(() => rm(file, { force: true }));
        // Without the lock, another writer's own may be among them: that is never so old.
        return await removeLeftovers(target, LEFTOVER_AGE_MS);
      } catch (error) {
        // Another process took away the directory that it had made for the same proof.
        if (attempt === 10 || (error as { code?: string }).code !== "ENOENT") throw error;
      }
    }
  } catch (error) {
    throw asUnwritable(error, path);
  } finally {
    if (created !== undefined) await removeEmpty(directory, dirname(created));
  }
}

/** Whether a file is mounted by itself, as containers do: it can be written, but not replaced, nor linked elsewhere. */
async function isMountPoint(file: string): Promise<boolean> {
  const other = stagingPath(file);
  try {
    await link(file, other);
    await rm(other, { force: true });
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "EXDEV";
  }
}

/** Removes a directory and those above it, up to `end`, as long as they are empty. */
async function removeEmpty(directory: string, end: string): Promise<void> {
  for (let at = directory; at !== end && at !== dirname(at); at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function replaceFile(target: string, text: string, lock: HeldLock): Promise<void> {
  await removeLeftovers(target);
  const staging = stagingPath(target);
  try {
    const file = await open(staging, "wx", 0o600);
    try {
      const owner = await ownerFor(target);
      // Where that is refused, a token that root alone can read is better than none.
      if (owner) await file.chown(owner.uid, owner.gid).catch(() => {});
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    lock.assertHeld();
    await renameOver(staging, target);
  } catch (error) {
    await rm(staging, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(target));
}

/** Windows refuses to replace a file while a reader or a virus scanner has it open: that passes. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code } = error as { code?: string };
      if (process.platform !== "win32" || attempt === 10 || (code !== "EPERM" && code !== "EACCES"))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

/** The rename itself must survive a power cut before an older key is deleted. Not every system can. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}

const stagingPath = (target: string): string =>
  join(dirname(target), `.${basename(target)}.${crypto.randomUUID().slice(-12)}.tmp`);

/** Staging files of writers that were killed. Whoever holds the lock is the only writer. */
async function removeLeftovers(target: string, minAgeMs = Number.NEGATIVE_INFINITY): Promise<void> {
  const directory = dirname(target);
  const prefix = `.${basename(target)}.`;
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix) || !/^[\da-f]{12}\.tmp$/.test(name.slice(prefix.length))) continue;
    const file = join(directory, name);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age >= minAgeMs) await rm(file, { force: true }).catch(() => {});
  }
}

/** What the system refused, as an error of the config file's; anything else goes on as it is. */
function asUnwritable(cause: unknown, path: string): unknown {
  if (typeof (cause as { code?: unknown }).code !== "string") return cause;
  return new ConfigError("unwritable", `${path} cannot be written: ${systemReason(cause)}`, { cause });
}

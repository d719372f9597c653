import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ConfigContent, type ConfigDocument, emptyContent, parseConfig } from "./config-document.ts";
import { ConfigError, systemReason } from "./config-error.ts";
import { type HeldLock, lockFile } from "./lock.ts";
import { linkTarget } from "./paths.ts";

/** What is larger is no config file, and would take long to parse. */
const MAX_BYTES = 1024 * 1024;

/** Whose turn it is may be waiting for a slow service. */
const TURN_PATIENCE_MS = 120_000;

export interface ConfigFile {
  path: string;
  exists: boolean;
  document: ConfigContent;
  /** Others than its owner can read it. */
  readableByOthers: boolean;
}

/**
 * Reads the config file; one that does not exist is empty. Creates and changes nothing.
 * @throws {ConfigError} when it cannot be read, or is not what a config file should be
 */
export async function readConfig(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  if (text === undefined) return { path, exists: false, document: emptyContent, readableByOthers: false };
  const document = await parseConfig(text, path);
  return { path, exists: true, document, readableByOthers: await isReadableByOthers(path) };
}

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
  const target = await linkTarget(path);
  let lock: HeldLock | undefined;
  try {
    lock = await lockFile(target);
    const document = await parseConfig((await readText(target)) ?? "", target);
    const before = document.toString();
    const result = change(document);
    const text = document.toString();
    if (text !== before || (await isReadableByOthers(target))) await replaceFile(target, text, lock);
    return result;
  } catch (error) {
    throw asUnwritable(error, path);
  } finally {
    await lock?.release();
  }
}

/**
 * Runs what only one process at a time may do with this config file, and which takes longer than one change of it.
 * Others may read and change the file meanwhile.
 * @throws {ConfigError} when its turn does not come within two minutes; nothing has been run then
 */
export async function inTurn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const target = await linkTarget(path);
  const directory = dirname(target);
  let created: string | undefined;
  let turn: HeldLock | undefined;
  try {
    try {
      created = await mkdir(directory, { recursive: true, mode: 0o700 });
      turn = await lockFile(target, { lockPath: `${target}.turn.lock`, patienceMs: TURN_PATIENCE_MS });
    } catch (error) {
      throw asUnwritable(error, path);
    }
    return await work();
  } finally {
    await turn?.release();
    if (created !== undefined) await removeEmpty(directory, dirname(created));
  }
}

/**
 * Proves that `changeConfig` will be able to write, and leaves nothing behind.
 * @throws {ConfigError} when it will not
 */
export async function proveWritable(path: string): Promise<void> {
  await readConfig(path);
  const target = await linkTarget(path);
  const directory = dirname(target);
  let created: string | undefined;
  try {
    if (await isMountPoint(target)) throw Object.assign(new Error("mounted by itself"), { code: "EBUSY" });
    for (let attempt = 1; ; attempt++) {
      try {
        created = (await mkdir(directory, { recursive: true, mode: 0o700 })) ?? created;
        const file = stagingPath(target);
        const handle = await open(file, "wx", 0o600);
        return await handle.close().finally(() => rm(file, { force: true }));
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
async function removeLeftovers(target: string): Promise<void> {
  const directory = dirname(target);
  const prefix = `.${basename(target)}.`;
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix) || !/^[\da-f]{12}\.tmp$/.test(name.slice(prefix.length))) continue;
    await rm(join(directory, name), { force: true }).catch(() => {});
  }
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path);
  try {
    // The byte order mark stays: what is read here is written back.
    return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError("invalid", `${path} is not valid: it is not UTF-8 text`, { cause });
  }
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  const unreadable = (why: string, cause?: unknown) =>
    new ConfigError("unreadable", `${path} cannot be read: ${why}`, { cause });
  try {
    const stats = await stat(path);
    // Reading a pipe would wait for ever, and writing would replace a device.
    if (!stats.isFile() && !stats.isDirectory()) throw unreadable("it is not a regular file");
    if (stats.size > MAX_BYTES) throw unreadable("it is far larger than any config file");
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw unreadable(systemReason(cause), cause);
  }
}

async function isReadableByOthers(path: string): Promise<boolean> {
  if (process.platform === "win32") return false;
  return stat(path).then(
    (stats) => (stats.mode & 0o077) !== 0,
    () => false,
  );
}

/** What the system refused, as an error of the config file's; anything else goes on as it is. */
function asUnwritable(cause: unknown, path: string): unknown {
  if (typeof (cause as { code?: unknown }).code !== "string") return cause;
  return new ConfigError("unwritable", `${path} cannot be written: ${systemReason(cause)}`, { cause });
}

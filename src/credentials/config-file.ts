// Not by promises, here and in `paths.ts`: loading those costs a start more than reading does.
import { readFileSync, statSync } from "node:fs";
import { type ConfigContent, emptyContent, parseConfig } from "./config-content.ts";
import { ConfigError, systemReason } from "./config-error.ts";
import { isReadableByOthers, keepsNoModes } from "./modes.ts";

/** What is larger is no config file, and would take long to parse. */
const MAX_BYTES = 1024 * 1024;

export interface ConfigFile {
  /** Nothing where there is no home directory to keep it in. */
  path: string | undefined;
  exists: boolean;
  content: ConfigContent;
  /** Others than its owner can read it. */
  readableByOthers: boolean;
  /** That can be helped: its file system keeps modes. */
  canBeTightened: boolean;
}

/** What is read where there is no file. */
export const noFile = (path?: string): ConfigFile => ({
  path,
  exists: false,
  content: emptyContent,
  readableByOthers: false,
  canBeTightened: true,
});

/**
 * Reads the config file; one that does not exist is empty. Creates and changes nothing.
 * @throws {ConfigError} when it cannot be read, or is not what a config file should be
 */
export async function readConfig(path: string): Promise<ConfigFile> {
  const text = readText(path);
  if (text === undefined) return noFile(path);
  const content = await parseConfig(text, path);
  const readableByOthers = isReadableByOthers(path);
  return {
    path,
    exists: true,
    content,
    readableByOthers,
    canBeTightened: !readableByOthers || !keepsNoModes(path),
  };
}

/**
 * The text of a config file, or `undefined` when there is none.
 * @throws {ConfigError}
 */
export function readText(path: string): string | undefined {
  const bytes = readBytes(path);
  try {
    // The byte order mark stays: what is read here is written back.
    return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError("invalid", `${path} is not valid: it is not UTF-8 text`, { cause });
  }
}

function readBytes(path: string): Uint8Array | undefined {
  const unreadable = (why: string, cause?: unknown) =>
    new ConfigError("unreadable", `${path} cannot be read: ${why}`, { cause });
  try {
    const stats = statSync(path);
    // Reading a pipe would wait for ever, and writing would replace a device.
    if (!stats.isFile() && !stats.isDirectory()) throw unreadable("it is not a regular file");
    if (stats.size > MAX_BYTES) throw unreadable("it is far larger than any config file");
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw unreadable(systemReason(cause), cause);
  }
}

import { readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ConfigError } from "./config-error.ts";

export type Environment = Record<string, string | undefined>;

const FILE_NAME = "config.yaml";
/** As many as Linux follows. */
const MAX_LINKS = 40;

/**
 * Where the config file is, whether it exists or not: `$PINNER_HOME/pinner`, else `~/.config/pinner` if the file is
 * there, else the system's own place for such files.
 * @throws {ConfigError} when there is no home directory to start from
 */
export async function configPath(env: Environment, platform: string = process.platform): Promise<string> {
  if (env["PINNER_HOME"]) return resolve(env["PINNER_HOME"], "pinner", FILE_NAME);
  const home = await homeDirectory(env);
  const shared = join(home, ".config", "pinner", FILE_NAME);
  // Other Pinner tools keep it there on every system.
  if (exists(shared)) return shared;
  return join(systemDirectory(env, home, platform), "pinner", FILE_NAME);
}

/**
 * The file that a path stands for: a symbolic link is written through, not replaced, also when what it points to
 * does not exist yet.
 */
export function linkTarget(path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    // Not by the `realpath` of the file: of one that is replaced in that moment, Bun's may not tell this name.
    const next = linkText(target);
    if (next === undefined) return target;
    target = resolve(realpathSync(dirname(target)), next);
  }
  return path;
}

/** What a symbolic link says; nothing where there is none. */
function linkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Also `false` where that may not be looked at: then it cannot be read either. */
function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function systemDirectory(env: Environment, home: string, platform: string): string {
  if (platform === "win32") return env["APPDATA"] || join(home, "AppData", "Roaming");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  const xdg = env["XDG_CONFIG_HOME"];
  // The XDG specification says that a relative path is to be ignored.
  return xdg && isAbsolute(xdg) ? xdg : join(home, ".config");
}

async function homeDirectory(env: Environment): Promise<string> {
  // Asked of the environment first, because Deno wants a permission of its own for `homedir`.
  const fromEnvironment = env["HOME"] || env["USERPROFILE"];
  if (fromEnvironment) return resolve(fromEnvironment);
  const { homedir } = await import("node:os");
  let cause: unknown;
  try {
    const known = homedir();
    if (known) return known;
  } catch (error) {
    cause = error;
  }
  const problem = "there is no home directory to keep the config file in: set PINNER_HOME";
  throw new ConfigError("nowhere", problem, { cause });
}

import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, run } from "./process.ts";

interface KeepOptions {
  furnish?: (directory: string) => Promise<object>;
  without?: string;
}

/** What this process has asked for. */
const kept = new Map<string, Promise<string>>();

/**
 * Installs packages that only some tests need, beside those of `package.json`; they are kept. Nothing of theirs runs then.
 * @param place where, below the cache
 * @param specs what is asked of npm's registry, in exact versions: `vitest@5.1.1`, or `old@npm:msw@2.15.0`
 * @param options.furnish lays what else is needed into the directory first. It gives fields of its own `package.json`
 * @param options.without what of them is not needed, as a path below the directory
 * @returns the directory that has them in `node_modules`
 */
export function keepPackages(place: string, specs: string[], options: KeepOptions = {}): Promise<string> {
  const directory = join(root, "node_modules/.cache", place);
  const found = kept.get(place) ?? install(directory, specs, options);
  kept.set(place, found);
  return found;
}

async function install(directory: string, specs: string[], options: KeepOptions): Promise<string> {
  if (existsSync(directory)) return directory;
  // Another file of tests, which is a process of its own, may look for the same at this time.
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  const manifest = { private: true, ...(await options.furnish?.(unfinished)) };
  await writeFile(join(unfinished, "package.json"), JSON.stringify(manifest));
  // Not by npm, which takes eight times as long to unpack a Node.
  const flags = ["--ignore-scripts", "--linker=hoisted", "--no-summary"];
  const { exit, stderr } = await run([process.execPath, "add", ...flags, ...specs], { cwd: unfinished });
  if (exit !== 0) throw new Error(`${specs.join(" ")} could not be installed: ${stderr}`);
  if (options.without) await rm(join(unfinished, options.without), { recursive: true });
  await rename(unfinished, directory).catch(() => rm(unfinished, { recursive: true }));
  return directory;
}

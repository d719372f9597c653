import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root, run } from "./process.ts";

/**
 * Packages that a test alone needs, in exact versions: installed by npm at the first time, kept in `node_modules/.cache`,
 * and known to nobody else. Nothing of theirs runs when they are installed.
 * @param name of their directory there
 * @param packages what npm is asked for, such as `vitest@5.1.1` or `old@npm:msw@2.15.0`
 * @returns the directory that has their `node_modules`
 */
export async function keep(name: string, packages: string[]): Promise<string> {
  const directory = join(root, "node_modules/.cache", name);
  if (existsSync(directory)) return directory;
  // Two tests may want the same at a time.
  const unfinished = join(dirname(directory), `.${process.pid}-${name.replaceAll("/", "-")}`);
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, "package.json"), '{"private": true}');
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
  const { exit, stderr } = await run(["npm", "install", ...flags, ...packages], { cwd: unfinished });
  if (exit !== 0) throw new Error(`${packages.join(" ")} could not be installed: ${stderr}`);
  await rename(unfinished, directory).catch(() => rm(unfinished, { recursive: true }));
  return directory;
}

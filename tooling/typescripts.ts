import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { keepPackages } from "./kept-packages.ts";
import { root } from "./process.ts";

/** The TypeScripts with which programs may use the library: the oldest, those that changed how packages are found, the newest. */
export const typescripts = ["5.0.4", "5.4.5", "5.8.3", "5.9.3", "6.0.3", manifest.devDependencies.typescript];

/**
 * A compiler: the project's own, or the registry's, which is kept.
 * @returns how it is started
 */
export async function findTypescript(version: string): Promise<string[]> {
  const isOwn = version === manifest.devDependencies.typescript;
  const directory = isOwn ? root : await keepPackages(`typescript/${version}`, [`typescript@${version}`]);
  return ["node", join(directory, "node_modules/typescript/bin/tsc")];
}

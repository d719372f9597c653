import { join } from "node:path";
import { root } from "./process.ts";

const tool = (name: string) => join(root, "node_modules/.bin", name);

/** What is checked without running anything, by what it is called. */
export const checks: Record<string, string[]> = {
  lint: [tool("biome"), "ci", "--colors=off", "."],
  types: [tool("tsc"), "-p", "."],
  "dead code": [process.execPath, tool("knip-bun")],
};

/** Tests that need neither a build nor anything that a clone has not. */
export const quickTests = ["sdk/", "credentials/", "auth/", "cli/", "testing/", "direction"].map(
  (name) => `tests/${name}`,
);

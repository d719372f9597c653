import { join } from "node:path";

const root = join(import.meta.dir, "..");

/** What `bun run build` makes for this machine. */
export const binary = join(root, "dist", process.platform === "win32" ? "pinner.exe" : "pinner");

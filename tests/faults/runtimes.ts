import { join } from "node:path";
import { binary } from "../../tooling/binary.ts";
import { deno } from "../../tooling/forms.ts";
import { root } from "../../tooling/process.ts";

const npm = join(root, "dist", "pinner.mjs");
// Deno itself: what npm starts for it is a Node that passes no signals on.

/** How the program is started on each runtime. */
export const runtimes: [name: string, command: string[]][] = [
  ["the binary", [binary]],
  ["Node", ["node", npm]],
  ["Bun", [process.execPath, npm]],
  ["Deno", [deno, "run", "--allow-all", npm]],
];

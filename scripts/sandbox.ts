/** `bun run sandbox [--port N]`: builds what is not built yet, and runs `pinner-sandbox` as it ships. */
import { dirname, join } from "node:path";
import { binary, ensureBuilt } from "../tooling/binary.ts";

console.log("Building, unless it is built already …");
await ensureBuilt();
const program = join(dirname(binary), "pinner-sandbox.mjs");
process.argv[1] = program;
await import(program);

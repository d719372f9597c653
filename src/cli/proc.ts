import { readFileSync } from "node:fs";

interface DenoGlobal {
  permissions: { querySync(descriptor: { name: "read"; path: string }): { state: string } };
}

/**
 * What Linux tells of this process.
 * @param name of a file in `/proc/self`
 * @returns nothing where the system does not tell, or where Deno would ask the user for leave first
 */
export function readProc(name: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const path = `/proc/self/${name}`;
  const { Deno } = globalThis as { Deno?: DenoGlobal };
  if (Deno && Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

import { existsSync } from "node:fs";
import { run } from "./world.ts";

/**
 * Installs the Debian packages of files that are missing.
 * @param what who needs them, in the plural
 * @param needed from file to package
 * @throws with one line when this is not Debian, or not done by root
 */
export async function install(what: string, needed: Record<string, string>): Promise<void> {
  const missing = Object.entries(needed).flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return;
  const packages = [...new Set(missing)];
  const problem = `${what} need the Debian packages ${packages.join(", ")}`;
  if (process.getuid?.() !== 0) throw new Error(`${problem}: install them, or run the tests as root`);
  if (!existsSync("/usr/bin/apt-get")) throw new Error(`${problem}, and here is no apt-get to install them`);
  const apt = (...args: string[]) =>
    run(["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } as Record<string, string>,
    });
  await apt("update");
  const { exit, stderr } = await apt("install", "-y", "--no-install-recommends", ...packages);
  if (exit !== 0) throw new Error(`${problem}, which could not be installed: ${stderr.trim()}`);
}

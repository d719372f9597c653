import { expect } from "bun:test";
import { mkdir, readdir, symlink } from "node:fs/promises";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

/** Names of keys: plain ones, some that a shell would take apart or run, and one that two keys have. */
const names = (home: string) => ["ci", "my key", 'it\'s "q"', `$(touch ${home}/evaluated)`, "dup", "dup"];

/** A world in whose shells `pinner` is found, with keys of all sorts. */
export async function createShellWorld(): Promise<World> {
  const world = await createWorld();
  const bin = `${world.home}/bin`;
  await mkdir(bin);
  await symlink(world.command[0] ?? "", `${bin}/pinner`);
  await world.logIn(EMAIL, "laptop");
  world.portal.addKeys(EMAIL, names(world.home));
  const { env } = world;
  env["PATH"] = `${bin}:${env["PATH"]}`;
  env["PS1"] = "READY> ";
  return world;
}

/** Each `touch` in the name of a key or in a typed line would leave a file. */
export async function expectNothingRun({ home }: World): Promise<void> {
  const files = await readdir(home);
  expect(files).toContain("bin");
  for (const file of ["evaluated", "typed"]) expect(files).not.toContain(file);
}

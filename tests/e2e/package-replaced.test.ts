import { describe, expect, test } from "bun:test";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Fault } from "../../src/testing/types.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import { runtimes } from "../faults/runtimes.ts";

/** Whose package is replaced while COMMAND runs, as by `npm install -g`, has what is still to be done in memory. */

const faults: [name: string, fault: Fault | undefined][] = [
  ["well", undefined],
  ["with 503", { kind: "status", status: 503 }],
  ["with nothing", { kind: "resetBefore" }],
];

/** A copy of the package in the world's home: what starts it, and a script that removes it. */
async function install(world: World, command: string[]): Promise<{ command: string[]; remove: string }> {
  const directory = join(world.home, "package");
  const from = dirname(command.at(-1) ?? "");
  await mkdir(directory);
  for (const name of ["pinner.mjs", "cli.mjs", "cli"])
    await cp(join(from, name), join(directory, name), { recursive: true });
  return {
    command: [...command.slice(0, -1), join(directory, "pinner.mjs")],
    remove: `rm -r '${directory}'`,
  };
}

describe.each(runtimes.filter(([name]) => name !== "the binary"))("on %s", (_, npmForm) => {
  test.each(faults)("auth exec deletes its key, or names it: a service that answers %s", async (_, fault) => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const { command, remove } = await install(world, npmForm);
    world.command.splice(0, 1, ...command);
    if (fault) world.portal.fault("deleteKey", fault);
    const { exit, stderr } = await world.pinner(["auth", "exec", "--", "sh", "-c", `${remove}; exit 7`]);
    const left = world.portal.liveKeys(EMAIL).filter((key) => key.uuid !== uuid);
    expect({ exit, left: left.length }).toEqual({ exit: 7, left: fault ? 1 : 0 });
    for (const key of left) expect(stderr).toContain(`pinner account api-keys delete ${key.uuid}`);
  });

  test.each(faults)(
    "api-keys rotate deletes the old key, or names it: a service that answers %s",
    async (_, fault) => {
      await using world = await createWorld();
      const { uuid } = await world.logIn();
      const { command, remove } = await install(world, npmForm);
      world.command.splice(0, 1, ...command);
      if (fault) world.portal.fault("deleteKey", fault);
      const args = ["account", "api-keys", "rotate", "--", "sh", "-c", `${remove}; cat >/dev/null`];
      const { exit, stderr } = await world.pinner(args);
      const keys = world.portal.liveKeys(EMAIL).map((key) => key.uuid);
      expect({ exit, keys: keys.length }).toEqual({ exit: 0, keys: fault ? 2 : 1 });
      expect(keys.includes(uuid)).toBe(fault !== undefined);
      if (fault) expect(stderr).toContain(uuid);
    },
  );
});

import { describe, expect, test } from "bun:test";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
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

/** A world with a stored key, whose program is a copy of the package: with a script that removes it. */
async function install(npmForm: string[]): Promise<{ world: World; uuid: string; remove: string }> {
  const program = npmForm.at(-1) ?? "";
  const directory = await mkdtemp(join(tmpdir(), "pinner-package-"));
  for (const name of ["pinner.mjs", "cli.mjs", "cli"])
    await cp(join(dirname(program), name), join(directory, name), { recursive: true });
  const world = await createWorld({ command: [...npmForm.slice(0, -1), join(directory, "pinner.mjs")] });
  const { uuid } = await world.logIn();
  return { world, uuid, remove: `rm -r '${directory}'` };
}

describe.each(runtimes.filter(([name]) => name !== "the binary"))("on %s", (_, npmForm) => {
  test.each(faults)("auth exec deletes its key, or names it: a service that answers %s", async (_, fault) => {
    const { world, uuid, remove } = await install(npmForm);
    await using _world = world;
    if (fault) world.portal.fault("deleteKey", fault);
    const { exit, stderr } = await world.pinner(["auth", "exec", "--", "sh", "-c", `${remove}; exit 7`]);
    const left = world.portal.liveKeys(EMAIL).filter((key) => key.uuid !== uuid);
    expect({ exit, left: left.length }).toEqual({ exit: 7, left: fault ? 1 : 0 });
    for (const key of left) expect(stderr).toContain(`pinner account api-keys delete ${key.uuid}`);
  });

  test.each(faults)(
    "api-keys rotate deletes the old key, or names it: a service that answers %s",
    async (_, fault) => {
      const { world, uuid, remove } = await install(npmForm);
      await using _world = world;
      if (fault) world.portal.fault("deleteKey", fault);
      const args = ["account", "api-keys", "rotate", "--", "sh", "-c", `${remove}; cat >/dev/null`];
      const { exit, stderr } = await world.pinner(args);
      const keys = world.portal.liveKeys(EMAIL).map((key) => key.uuid);
      expect({ exit, keys: keys.length }).toEqual({ exit: 0, keys: fault ? 2 : 1 });
      expect(keys.includes(uuid)).toBe(fault !== undefined);
      if (fault) expect(stderr).toContain(uuid);
    },
  );

  test.each([
    ["# theirs", 0],
    ["a: [", 1],
  ])(
    "api-keys rotate stores its key beside %j, which came meanwhile, or names both",
    async (line, status) => {
      const { world, uuid, remove } = await install(npmForm);
      await using _world = world;
      const change = `cat >/dev/null; echo '${line}' >> '${world.configPath}'`;
      const args = ["account", "api-keys", "rotate", "--", "sh", "-c", `${change}; ${remove}`];
      const { exit, stderr } = await world.pinner(args);
      const keys = world.portal.liveKeys(EMAIL).map((key) => key.uuid);
      expect({ exit, keys: keys.length, old: keys.includes(uuid) }).toEqual({
        exit: status,
        keys: 1 + status,
        old: status > 0,
      });
      expect(await world.config()).toEndWith(`${line}\n`);
      if (status > 0) for (const key of keys) expect(stderr).toContain(key);
    },
  );

  test("an error that comes when the package is gone is told, and no success", async () => {
    const { world, remove } = await install(npmForm);
    await using _world = world;
    world.portal.fault("listKeys", { kind: "status", status: 403 });
    world.portal.onArrival = () => void Bun.spawnSync(["sh", "-c", remove]);
    const { exit, stdout, stderr } = await world.pinner(["account", "api-keys", "list"]);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: expect.stringMatching(/^error: .+\n/) });
    expect(exit).toBeGreaterThan(0);
  });
});

import { describe, expect, test } from "bun:test";
import { lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { debris, inspectConfig, login, uuidOf } from "../../tooling/faults/support.ts";
import { run } from "../../tooling/process.ts";
import { createWorld, EMAIL, modeOf, type World } from "../../tooling/world.ts";

const commands = [
  ["auth", "--force"],
  ["account", "api-keys", "rotate"],
];
const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

/** A file system of its own over the home directory, seen by one process alone, and gone with it. */
const inMount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
const canMount =
  process.platform === "linux" &&
  Bun.spawnSync([...inMount, "mount -t tmpfs none /mnt"], { stdio: ["ignore", "ignore", "ignore"] }).success;

/** Runs a command in it. @param prepare shell commands between the seeding of the config file and the command */
async function mounted(world: World, args: readonly string[], options: string, prepare: string) {
  const script = [
    `cp "$PINNER_HOME/pinner/config.yaml" /tmp/.pinner-seed-$$`,
    `mount -t tmpfs -o ${options} none "$PINNER_HOME"`,
    `mkdir "$PINNER_HOME/pinner"`,
    `mv /tmp/.pinner-seed-$$ "$PINNER_HOME/pinner/config.yaml"`,
    prepare,
    `"$@" >&2; echo $?; ls -A "$PINNER_HOME/pinner"; stat -c %a "$PINNER_HOME/pinner/config.yaml"`,
    `cat "$PINNER_HOME/pinner/config.yaml"`,
  ].join("\n");
  const { stdout, stderr } = await run([...inMount, script, "sh", ...world.command, ...args, "--json"], {
    env: { ...world.env, ...login },
  });
  const [exit, ...lines] = stdout.trimEnd().split("\n");
  const mode = lines.indexOf("600");
  return {
    exit: Number(exit),
    stderr,
    files: lines.slice(0, mode),
    config: lines.slice(mode + 1).join("\n"),
  };
}

describe.skipIf(!canMount).each(commands)("on a real file system, pinner %s %s", (...args) => {
  test.each([
    [
      "is full",
      "size=16k",
      `dd if=/dev/zero of="$PINNER_HOME/filler" bs=1k count=64 2>/dev/null`,
      /disk is full/,
    ],
    ["takes no more files", "nr_inodes=4,size=1m", `: > "$PINNER_HOME/filler"`, /disk is full/],
    ["is read-only", "size=1m", `mount -o remount,ro "$PINNER_HOME"`, /read-only/],
  ])("that %s: keeps what was there, and no key that nobody holds", async (_, options, prepare, reason) => {
    await using world = await createWorld();
    const { uuid, token } = await world.logIn();
    const { exit, stderr, files, config } = await mounted(world, args, options, prepare);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "config_unwritable",
      message: expect.stringMatching(reason),
    });
    expect({ exit, files, config }).toEqual({
      exit: 1,
      files: ["config.yaml"],
      config: `auth_token: ${token}`,
    });
    expect(uuids(world)).toEqual([uuid]);
  });

  test("that has room is not told to be full", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { exit, config } = await mounted(world, args, "size=1m", "");
    expect(exit).toBe(0);
    expect(await world.portal.isLive(config.replace("auth_token: ", ""))).toBe(true);
  });
});

describe.each(commands)("pinner %s %s", (...args) => {
  test("writes through a symbolic link to the file, and leaves the link", async () => {
    await using world = await createWorld();
    await world.logIn();
    const dotfiles = join(world.home, "dotfiles");
    await mkdir(dotfiles);
    await rename(world.configPath, join(dotfiles, "pinner.yaml"));
    await symlink("../dotfiles/pinner.yaml", world.configPath);
    expect((await world.pinner([...args], { env: login })).exit).toBe(0);
    expect((await lstat(world.configPath)).isSymbolicLink()).toBe(true);
    expect(await modeOf(join(dotfiles, "pinner.yaml"))).toBe(0o600);
    expect(await readFile(join(dotfiles, "pinner.yaml"), "utf8")).toBe((await world.config()) ?? "");
    const { token } = await inspectConfig(world);
    expect(uuids(world)).toEqual([uuidOf(token) ?? ""]);
    expect(await debris(world)).toEqual([]);
  });

  test("stores nothing and leaves no new key where the link leads nowhere by then", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    world.portal.onArrival = (step) => {
      if (step !== "createKey") return;
      Bun.spawnSync(["rm", "-rf", join(world.home, "pinner")]);
      Bun.spawnSync(["ln", "-s", "/nonexistent/pinner", join(world.home, "pinner")]);
    };
    const { exit, stderr } = await world.pinner([...args, "--json"], { env: login });
    expect(exit).toBe(1);
    expect(JSON.parse(stderr).error.code).toMatch(/config_unwritable|conflict/);
    expect(uuids(world)).toEqual([uuid]);
    await rm(join(world.home, "pinner"));
  });

  test.each(["exchange", "listKeys", "createKey"] as const)(
    "survives that its directory vanishes when %s is asked for",
    async (at) => {
      await using world = await createWorld();
      const { uuid } = await world.logIn();
      world.portal.onArrival = (step) => {
        if (step === at) Bun.spawnSync(["rm", "-rf", join(world.home, "pinner")]);
      };
      const { exit, stderr } = await world.pinner([...args, "--json"], { env: login });
      const text = await world.config();
      if (args[0] === "auth" || text !== undefined) {
        const { token, problem } = await inspectConfig(world);
        expect({ exit, problem, live: await world.portal.isLive(token ?? "") }).toEqual({
          exit: 0,
          problem: undefined,
          live: true,
        });
      } else if (exit === 0) {
        // It was printed instead.
        expect(uuids(world)).toHaveLength(1);
      } else {
        expect(JSON.parse(stderr).error.code).toBe("conflict");
        expect(uuids(world)).toEqual([uuid]);
      }
    },
  );
});

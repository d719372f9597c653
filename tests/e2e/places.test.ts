import { describe, expect, test } from "bun:test";
import { chmod, chown, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Run, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** Nobody: an id that /etc/passwd does not know. */
const STRANGER = 4242;
const asStranger = ["setpriv", `--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups"];
const credentials = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };

/** Only root can be somebody else. */
describe.skipIf(process.getuid?.() !== 0)("root with the HOME of somebody else", () => {
  /** What a user's home directory may hold before. */
  const before: [what: string, prepare: (world: World) => Promise<void>][] = [
    ["nothing", async () => {}],
    [
      "the directory",
      (world) => mkdir(join(world.home, ".config", "pinner"), { recursive: true }).then(() => {}),
    ],
    [
      "the file",
      async (world) => {
        await mkdir(join(world.home, ".config", "pinner"), { recursive: true });
        await writeFile(join(world.home, ".config", "pinner", "config.yaml"), "theirs: 1\n");
      },
    ],
    [
      "a link to a file that is missing",
      async (world) => {
        await mkdir(join(world.home, ".config", "pinner"), { recursive: true });
        await symlink("../../dotfile", join(world.home, ".config", "pinner", "config.yaml"));
      },
    ],
  ];

  test.each(before)("leaves it theirs where there was %s", async (_, prepare) => {
    await using world = await createWorld();
    await prepare(world);
    await run(["chown", "-hR", `${STRANGER}:${STRANGER}`, world.home]);
    const env = { ...credentials, PINNER_HOME: "", HOME: world.home };
    for (const args of [["auth"], ["account", "api-keys", "rotate"], ["config", "set", "secure", "no"]])
      expect(await world.pinner(args, { env })).toMatchObject({ exit: 0 });
    const file = join(world.home, ".config", "pinner", "config.yaml");
    for (const path of [file, dirname(file), dirname(dirname(file))]) {
      const { uid, gid } = await stat(path);
      expect({ path, uid, gid }).toEqual({ path, uid: STRANGER, gid: STRANGER });
    }
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const own = await run([...asStranger, ...world.command, "config", "get", "secure"], {
      env: { ...world.env, PINNER_HOME: "", HOME: world.home },
    });
    expect(own).toEqual({ exit: 0, stdout: "false\n", stderr: "" });
  });

  test("keeps a file of root's own root's", async () => {
    await using world = await createWorld();
    await world.writeConfig("a: 1\n");
    await chown(dirname(world.configPath), STRANGER, STRANGER);
    await world.pinner(["config", "set", "secure", "no"]);
    expect((await stat(world.configPath)).uid).toBe(0);
  });
});

describe.skipIf(process.getuid?.() !== 0)("without a home directory", () => {
  const pinner = (world: World, args: string[], env: Record<string, string> = {}): Promise<Run> =>
    run([...asStranger, ...world.command, ...args], {
      env: { PATH: world.env["PATH"] ?? "", PINNER_BASE_ENDPOINT: world.url, ...env },
    });

  test.each([
    ["auth status", ["auth", "status", "--json"]],
    ["auth token", ["auth", "token"]],
    ["account", ["account", "--json"]],
    ["api-keys list", ["account", "api-keys", "list", "--json"]],
    ["api-keys create", ["account", "api-keys", "create", "new", "-q"]],
    ["api-keys rotate", ["account", "api-keys", "rotate", "-q"]],
    ["api-keys delete", ["account", "api-keys", "delete", "ci", "--force"]],
    ["auth --stdout", ["auth", "--stdout"]],
    ["auth --stdout --json", ["auth", "--stdout", "--json"]],
    ["auth --stdout with a key's name", ["auth", "--stdout", "-k", "ci"]],
    ["auth logout", ["auth", "logout"]],
    ["doctor", ["doctor"]],
    ["register", ["register", "-e", "new@example.com", "-f", "N", "-l", "N"]],
  ])("`%s` works with what is in variables", async (_, args) => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const { exit, stderr } = await pinner(world, args, { ...credentials, PINNER_AUTH_TOKEN: token });
    expect({ exit, stderr: stderr.includes("home directory") }).toEqual({ exit: 0, stderr: false });
  });

  test.each([
    ["auth", ["auth"]],
    ["auth TOKEN", ["auth", "--with-token"]],
    ["config", ["config"]],
    ["config path", ["config", "path"]],
    ["config set", ["config", "set", "secure", "no"]],
  ])("`%s` says what is missing, and asks nothing of the service", async (_, args) => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const { exit, stderr } = await run(
      ["sh", "-c", 'echo "$0" | "$@"', token, ...asStranger, ...world.command, ...args, "--json"],
      {
        env: { PATH: world.env["PATH"] ?? "", PINNER_BASE_ENDPOINT: world.url, ...credentials },
      },
    );
    expect({ exit, error: JSON.parse(stderr).error }).toEqual({
      exit: 1,
      error: {
        code: "config_unwritable",
        message: "there is no home directory to keep the config file in: set PINNER_HOME",
      },
    });
    expect(world.portal.requests).toHaveLength(0);
  });
});

describe("a file system that keeps no modes", () => {
  const hook = join(import.meta.dir, "../faults/fixtures/no-modes.ts");
  const sources = join(import.meta.dir, "../../src/bin.ts");
  const modeless = () => createWorld({ command: [process.execPath, "--preload", hook, sources] });

  test("is told of when a token is stored, and at no other start", async () => {
    await using world = await modeless();
    for (const args of [["auth"], ["auth", "--force"], ["account", "api-keys", "rotate"]]) {
      const { exit, stderr } = await world.pinner(args, { env: credentials });
      expect({ exit, times: stderr.split("keeps no permissions").length - 1 }).toEqual({ exit: 0, times: 1 });
      expect(stderr).not.toContain("tighten");
    }
    for (const args of [
      ["auth", "status"],
      ["account"],
      ["config"],
      ["config", "set", "secure", "no"],
      ["auth", "logout", "-q"],
    ])
      expect(await world.pinner(args)).toMatchObject({ exit: 0, stderr: "" });
  });

  test("is nothing that `doctor` finds wrong", async () => {
    await using world = await modeless();
    await world.logIn();
    const { exit, stdout } = await world.pinner(["doctor"]);
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringContaining("the file system keeps none"),
    });
  });

  test("is not taken for one where a file was merely left open", async () => {
    await using world = await createWorld();
    await world.logIn();
    await chmod(world.configPath, 0o644);
    expect((await world.pinner(["auth", "status"])).stderr).toContain("can be read by other users");
    expect((await world.pinner(["auth", "--force"], { env: credentials })).stderr).not.toContain(
      "keeps no permissions",
    );
  });
});

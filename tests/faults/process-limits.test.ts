import { afterAll, describe, expect, test } from "bun:test";
import { count, printCounts } from "../../tooling/counts.ts";
import { debris, login } from "../../tooling/faults/support.ts";
import { type Run, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import { runtimes } from "./runtimes.ts";

const create = "account api-keys create laptop";
const rotate = "account api-keys rotate";

afterAll(printCounts);

const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
const made = ({ portal }: World) => portal.steps().filter((step) => step === "createKey").length;

/** Runs the program in a script of a shell, as `pinner`, with the dispositions of signals that a login shell has. */
const inShell = (world: World, script: string): Promise<Run> =>
  run(
    [
      "env",
      "--default-signal=XFSZ,PIPE",
      "bash",
      "-c",
      `pinner() { "\${command[@]}" "$@"; }; command=("$@"); ${script}`,
      "bash",
      ...world.command,
    ],
    { env: { ...world.env, ...login } },
  );

describe.each(runtimes)("on %s, stdout that is closed", (runtime, command) => {
  test.each([`${rotate} n1`, `${rotate} n1 --json`, `${create} -q`, `${create} --json`, "auth --stdout"])(
    "is told before a key is made: %s",
    async (args) => {
      await using world = await createWorld({ command });
      await world.logIn();
      world.portal.addKeys(EMAIL, ["n1"]);
      const before = uuids(world);
      const { exit, stderr } = await inShell(world, `pinner ${args} >&-`);
      count("commands with stdout closed");
      expect({ exit, made: made(world), keys: uuids(world) }).toEqual({ exit: 1, made: 0, keys: before });
      expect(stderr).toContain("could not be written to stdout");
    },
  );

  test.each(["config path", "--version", "--help", "account", "completion bash"])(
    "is an error of what has a result, where the runtime tells: %s",
    async (args) => {
      await using world = await createWorld({ command });
      await world.logIn();
      const { exit, stderr } = await inShell(world, `pinner ${args} >&-`);
      count("commands with stdout closed");
      // There it is no other than a /dev/null that somebody gave.
      const isHidden = runtime === "Node" || runtime === "Deno";
      expect({ exit, stderr }).toEqual({
        exit: isHidden ? 0 : 1,
        stderr: isHidden ? "" : expect.stringContaining("could not be written to stdout"),
      });
    },
  );

  test.each([rotate, `${create} -q`, "config path", "--version"])(
    "is not what /dev/null is: %s",
    async (args) => {
      await using world = await createWorld({ command });
      await world.logIn();
      expect((await inShell(world, `pinner ${args} >/dev/null`)).exit).toBe(0);
    },
  );
});

describe.each(runtimes)("on %s, a reader that has left", (_, command) => {
  test.each([
    "--help",
    "--version",
    "auth --help",
    "config path",
    "account api-keys list",
    "completion bash",
  ])("is no error: %s", async (args) => {
    await using world = await createWorld({ command });
    await world.logIn();
    const left = await inShell(world, `{ sleep 0.1; pinner ${args}; echo $? >&2; } | true`);
    count("commands whose reader has left");
    expect(left.stderr).toBe("0\n");
  });

  test.each([`${create} -q`, `${rotate} n1`, "auth --stdout"])(
    "has lost a key, which is deleted: %s",
    async (args) => {
      await using world = await createWorld({ command });
      await world.logIn();
      world.portal.addKeys(EMAIL, ["n1"]);
      const before = uuids(world);
      const { stderr } = await inShell(world, `{ sleep 0.1; pinner ${args}; echo $? >&2; } | true`);
      count("commands whose reader has left");
      expect(stderr).toMatch(/^error: the result could not be written to stdout\n1\n$/);
      expect(uuids(world)).toEqual(before);
    },
  );
});

// Deno writes more at each start than any config file holds, and is killed where that is too much.
const sized = runtimes.filter(([name]) => name !== "Deno");
describe.each(sized)("on %s, a limit on the size of files", (_, command) => {
  test.each([rotate, "auth --force"])(
    "that the config file is over leaves all as it was: %s",
    async (args) => {
      await using world = await createWorld({ command });
      const { uuid } = await world.logIn();
      const text = `${await world.config()}# ${"x".repeat(2000)}\n`;
      await world.writeConfig(text);
      const { exit, stderr } = await inShell(world, `ulimit -f 1; pinner ${args} --json`);
      count("limits on processes");
      const { code } = JSON.parse(stderr).error;
      expect({ exit, code }).toEqual({ exit: 1, code: "config_unwritable" });
      expect({ keys: uuids(world), left: await debris(world) }).toEqual({ keys: [uuid], left: [] });
      expect(await world.config()).toBe(text);
    },
  );
});

describe.each(runtimes)("on %s, a limit on the size of files", (_, command) => {
  test("that stdout is over leaves no key", async () => {
    await using world = await createWorld({ command });
    const { uuid } = await world.logIn();
    const out = `${world.home}/out`;
    const fill = `head -c 4096000 /dev/zero >${out}`;
    const { exit } = await inShell(world, `${fill}; ulimit -f 4000; pinner ${create} -q >>${out}`);
    count("limits on processes");
    expect({ exit, keys: uuids(world) }).toEqual({ exit: 1, keys: [uuid] });
  });
});

describe.each(runtimes)("on %s, a limit on open files", (_, command) => {
  test.each([
    [create, "127.0.0.1"],
    ["auth --force", "localhost"],
  ])(
    "is told as a key that may exist only where one was asked for: %s at %s",
    async (args, host) => {
      await using world = await createWorld({ command });
      world.env["PINNER_BASE_ENDPOINT"] = world.url.replace("127.0.0.1", host);
      await world.logIn();
      for (let files = 7; files < 28; files++) {
        const before = made(world);
        const { stderr } = await inShell(world, `ulimit -n ${files}; pinner ${args}`);
        count("limits on processes");
        const isTold = stderr.includes("may exist");
        expect({ files, isTold: isTold && made(world) === before }).toEqual({ files, isTold: false });
      }
    },
    60_000,
  );
});

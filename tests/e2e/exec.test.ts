import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openTerminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { runtimes } from "../faults/runtimes.ts";

const exec = ["auth", "exec"];
const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
/** Waits until a file is there. */
async function appears(path: string): Promise<void> {
  while (!(await Bun.file(path).exists())) await Bun.sleep(20);
}
const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

describe("pinner auth exec", () => {
  test("gives COMMAND a key that works, and no other secret, and deletes it when it ends", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const script = 'echo "$PINNER_AUTH_TOKEN"; env | grep -c PINNER_; cat';
    const env = {
      ...login,
      PINNER_OTP: "123456",
      PINNER_PASSWORD_FILE: "/nowhere",
      PINNER_OTP_SECRET: "AAAA",
    };
    const names: string[] = [];
    world.portal.onRequest = ({ step, body }) =>
      void (step === "createKey" && names.push(JSON.parse(body).name));
    const run = await world.pinner([...exec, "--", "sh", "-c", script], { env, stdin: "for the command" });
    const [token = "", count, input] = run.stdout.split("\n");
    expect(run).toMatchObject({ exit: 0, stderr: "" });
    expect(token).toStartWith("eyJ");
    // The token, and where the service and the config file are.
    expect(count).toBe("3");
    expect(input).toBe("for the command");
    expect(names).toEqual([expect.stringMatching(/^exec-./)]);
    expect(await world.portal.isLive(token)).toBe(false);
    expect(uuids(world)).toEqual([uuid]);
  });

  test("uses the token in force where no email is given, and stores nothing", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const before = await world.config();
    const { stdout } = await world.pinner([...exec, "-k", "step", "--", "printenv", "PINNER_AUTH_TOKEN"]);
    expect(stdout.trim()).not.toBe(token);
    expect(await world.config()).toBe(before);
    expect(world.portal.steps()).toEqual(["exchange", "createKey", "deleteKey"]);
  });

  test("leaves keys of that name that others made", async () => {
    await using world = await createWorld();
    await world.logIn();
    const [other = ""] = world.portal.addKeys(EMAIL, ["step"]).map(({ uuid }) => uuid);
    expect((await world.pinner([...exec, "-k", "step", "--", "true"])).exit).toBe(0);
    expect(uuids(world)).toContain(other);
  });

  test.each<[string, string[], exit: number]>([
    ["0", ["true"], 0],
    ["7", ["sh", "-c", "exit 7"], 7],
    ["128 + n for a signal", ["sh", "-c", "kill -KILL $$"], 137],
    ["127 for what is not there", ["/nonexistent/program"], 127],
    ["126 for what cannot be run", ["/etc/passwd"], 126],
    ["126 for what is below a file", ["/etc/passwd/x"], 126],
  ])("exits with COMMAND's code: %s, and leaves no key", async (_, command, exit) => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    expect((await world.pinner([...exec, "--", ...command])).exit).toBe(exit);
    expect(uuids(world)).toEqual([uuid]);
  });

  test.each<[string, script: string | undefined, exit: number, says: string]>([
    [
      "that is not there",
      undefined,
      127,
      "there is none of that name, or what its first line names (#!) is missing",
    ],
    [
      "whose interpreter is not there",
      "#!/nowhere/sh\r\n",
      127,
      "or what its first line names (#!) is missing",
    ],
  ])("names a COMMAND %s, and says why it does not run", async (_, script, code, says) => {
    await using world = await createWorld();
    await world.logIn();
    const path = join(world.home, "step");
    if (script !== undefined) await writeFile(path, script, { mode: 0o755 });
    const { exit, stderr } = await world.pinner([...exec, "--", path]);
    expect({ exit, stderr }).toEqual({ exit: code, stderr: expect.stringContaining(says) });
    expect(stderr).toStartWith(`error: the command ${path} could not be run: `);
  });

  test("a signal before COMMAND runs is 128 + n, and leaves no key", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    world.portal.fault("createKey", { kind: "delay", ms: 600 });
    const { exit, stdout } = await world.pinner([...exec, "--", "echo", "ran"], {
      onStart(child) {
        world.portal.onArrival = (step) => void (step === "createKey" && child.kill("SIGTERM"));
      },
    });
    expect({ exit, stdout }).toEqual({ exit: 143, stdout: "" });
    expect(uuids(world)).toEqual([uuid]);
  });

  test("names the key that a service which is gone at the end keeps, and exits as COMMAND did", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.fault("deleteKey", { kind: "status", status: 503 });
    const { exit, stderr } = await world.pinner([...exec, "--", "sh", "-c", "exit 5"]);
    const [left = ""] = uuids(world).slice(-1);
    expect(exit).toBe(5);
    expect(stderr).toContain(`pinner account api-keys delete ${left}`);
  });

  test("gives the login token, and creates no key, with --no-create-key", async () => {
    await using world = await createWorld();
    const script = 'printf %s "$PINNER_AUTH_TOKEN"';
    const { stdout } = await world.pinner([...exec, "--no-create-key", "--", "sh", "-c", script], {
      env: login,
    });
    expect(await world.portal.isLive(stdout)).toBe(true);
    expect(world.portal.steps()).toEqual(["login"]);
  });

  test.each<[string[]]>([[exec], [[...exec, "--"]], [[...exec, "true"]]])(
    "needs -- and a command: %j",
    async (args) => {
      await using world = await createWorld();
      await world.logIn();
      const { exit, stderr } = await world.pinner(args);
      expect({ exit, told: stderr.includes("-- COMMAND") }).toEqual({ exit: 2, told: true });
      expect(world.portal.requests).toEqual([]);
    },
  );

  test("tells its own errors as JSON, with COMMAND's stdout untouched", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner([...exec, "--json", "--", "echo", "ran"]);
    expect({ exit, stdout, code: JSON.parse(stderr).error.code }).toEqual({
      exit: 4,
      stdout: "",
      code: "auth_required",
    });
    await world.logIn();
    expect(await world.pinner([...exec, "--json", "--", "echo", "ran"])).toMatchObject({
      exit: 0,
      stdout: "ran\n",
    });
  });
});

describe("pinner account api-keys rotate -- COMMAND", () => {
  const rotate = ["account", "api-keys", "rotate"];

  test("hands the new token over on stdin, and in no argument and no output", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const script = `cat > '${world.home}/handed'; echo "args: $*"`;
    const run = await world.pinner([...rotate, "--json", "--", "sh", "-c", script, "x"]);
    const handed = await Bun.file(`${world.home}/handed`).text();
    expect(run.exit).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ rotated: true, replaced: uuid });
    expect(run.stderr).toBe("args: \n");
    expect(run.stdout + run.stderr).not.toContain(handed);
    expect(await world.portal.isLive(handed)).toBe(true);
    expect(await world.config()).toContain(handed);
    expect(uuids(world)).not.toContain(uuid);
  });

  test("leaves the old key and no new one where COMMAND fails", async () => {
    await using world = await createWorld();
    const { uuid, token } = await world.logIn();
    for (const more of [[], ["--keep-old"]]) {
      const run = await world.pinner([
        ...rotate,
        ...more,
        "--json",
        "--",
        "sh",
        "-c",
        "cat >/dev/null; exit 3",
      ]);
      expect({ exit: run.exit, stdout: run.stdout, code: JSON.parse(run.stderr).error.code }).toEqual({
        exit: 1,
        stdout: "",
        code: "command_failed",
      });
      expect(uuids(world)).toEqual([uuid]);
      expect(await world.config()).toContain(token);
    }
  });

  test("leaves both with --keep-old where it succeeds", async () => {
    await using world = await createWorld();
    await world.logIn();
    const [other = ""] = world.portal.addKeys(EMAIL, ["ci"]).map(({ uuid }) => uuid);
    expect((await world.pinner([...rotate, "ci", "--keep-old", "--", "cat"])).exit).toBe(0);
    expect(uuids(world)).toHaveLength(3);
    expect(uuids(world)).toContain(other);
  });

  test("killed while COMMAND runs leaves the old key stored and working", async () => {
    await using world = await createWorld();
    const { uuid, token } = await world.logIn();
    const marker = `${world.home}/running`;
    const run = world.pinner([...rotate, "--", "sh", "-c", `cat > /dev/null; : > '${marker}'; sleep 5`], {
      onStart(child) {
        void appears(marker).then(() => child.kill("SIGKILL"));
      },
    });
    expect((await run).exit).not.toBe(0);
    expect(await world.config()).toContain(token);
    expect(await world.portal.isLive(token)).toBe(true);
    expect(uuids(world)).toContain(uuid);
  });

  test("warns of the key in force that ends soon, but not where it is the one that is rotated", async () => {
    await using world = await createWorld();
    const { uuid } = await world.portal.createKey(EMAIL, "mine");
    world.portal.addKeys(EMAIL, ["ci"]);
    const exp = Math.floor(Date.now() / 1000) + 24 * 3600;
    const env = { PINNER_AUTH_TOKEN: await world.portal.issue("api", EMAIL, { exp, jti: uuid }) };
    const warning = "warning: the token from PINNER_AUTH_TOKEN ends at";
    expect((await world.pinner([...rotate, "ci"], { env })).stderr).toContain(warning);
    expect((await world.pinner(rotate, { env })).stderr).not.toContain(warning);
  });

  test("is no failure where COMMAND reads nothing", async () => {
    await using world = await createWorld();
    await world.logIn();
    expect((await world.pinner([...rotate, "--", "true"])).exit).toBe(0);
  });
});

const passedOn = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

describe.each(runtimes)("pinner auth exec on %s", (_, command) => {
  test("leaves a script whose first line names no interpreter to a shell", async () => {
    await using world = await createWorld({ command });
    await world.logIn();
    const path = join(world.home, "step");
    await writeFile(path, 'echo "$1" from "$0"; exit 5\n', { mode: 0o755 });
    const env = { PATH: `${world.home}:${world.env["PATH"]}` };
    for (const name of [path, "step"]) {
      const { exit, stdout } = await world.pinner([...exec, "--", name, "a  b"], { env });
      expect({ exit, stdout }).toEqual({ exit: 5, stdout: `a  b from ${path}\n` });
    }
  });

  test.each(passedOn)("passes %s on, and leaves no key", async (signal) => {
    await using world = await createWorld({ command });
    const { uuid } = await world.logIn();
    const name = signal.slice(3);
    const ready = join(world.home, "ready");
    const script = `trap 'echo got ${name}; exit 9' ${name}; touch '${ready}'; while :; do sleep 0.05; done`;
    const { exit, stdout } = await world.pinner([...exec, "--", "sh", "-c", script], {
      onStart: (child) => void appears(ready).then(() => child.kill(signal)),
    });
    expect({ exit, stdout }).toEqual({ exit: 9, stdout: `got ${name}\n` });
    expect(uuids(world)).toEqual([uuid]);
  });

  test.each([
    ["Ctrl-C", "\u0003", "INT"],
    ["Ctrl-\\", "\u001c", "QUIT"],
  ])("at a terminal whose stdin is a pipe, %s reaches COMMAND once", async (_key, key, name) => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const script = `trap 'n=$((n+1))' ${name}; echo ready; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done; echo "came $n times"`;
    const line = 'exec "$@" < <(trap "" INT QUIT; exec sleep 5)';
    const terminal = openTerminal(
      ["bash", "-c", line, "bash", ...command, ...exec, "--", "sh", "-c", script],
      { ...world.env, TERM: "xterm" },
      80,
    );
    await terminal.shows("ready");
    terminal.type(key);
    await terminal.shows("came 1 times");
    expect(await terminal.exit()).toBe(0);
    expect(uuids(world)).toEqual([uuid]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureBuilt } from "../../tooling/binary.ts";
import { deno, installPackage } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { run } from "../../tooling/process.ts";

await ensureBuilt();

/** Where somebody has installed the package. */
let directory: string;
let home: string;
beforeAll(async () => {
  directory = await installPackage("sandbox");
  home = await mkdtemp(join(tmpdir(), "pinner-sandbox-"));
}, 120_000);
afterAll(() => rm(home, { recursive: true, force: true }));

const program = () => join(directory, "node_modules/.bin/pinner-sandbox");
const env = () => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  TMPDIR: home,
  npm_config_update_notifier: "false",
});
const sandbox = (...args: string[]) => run(["node", program(), ...args], { cwd: directory, env: env() });

/** A sandbox that is running; what it has said so far, until a text is in it. */
async function start(command: string[]) {
  const options = { cwd: directory, env: env(), stdout: "pipe", stderr: "pipe", detached: true } as const;
  const child = Bun.spawn(command, options);
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let said = "";
  const until = async (text: string) => {
    while (!said.includes(text)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`ended with: ${said}${await new Response(child.stderr).text()}`);
      said += decoder.decode(value, { stream: true });
    }
    return said;
  };
  /** As Ctrl-C at a terminal does: all that was started gets the signal. */
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    process.kill(-child.pid, signal);
    return { exit: await child.exited, stderr: await new Response(child.stderr).text() };
  };
  return { until, stop };
}

const starters: Record<string, () => Promise<string[]>> = {
  "npx -p pinner": async () => ["npx", "--no-install", "-p", "pinner", "pinner-sandbox"],
  "Node 20.13.0": async () => [await findNode(node.oldest), program()],
  "the current LTS of Node": async () => [await findNode(node.currentLts), program()],
  Bun: async () => [process.execPath, program()],
  Deno: async () => [deno, "run", "--no-prompt", ...permissions(), program()],
};
const permissions = () => [
  "--allow-net=127.0.0.1",
  `--allow-read=${directory},${home}`,
  `--allow-write=${home}`,
  "--allow-env=TMPDIR,TMP,TEMP",
];
for (const [name, starter] of Object.entries(starters)) {
  test(`${name} serves it, and every line that it shows works when it is pasted`, async () => {
    const running = await start([...(await starter()), "--port", "0"]);
    try {
      const said = await running.until("Ctrl-C stops it");
      const [settings = "", ...commands] = said.match(/(?<=^ {2})\S.+$/gm) ?? [];
      const [, password] = /password is (\S+?)\./.exec(said) ?? [];
      expect(commands.length).toBeGreaterThan(3);
      for (const command of commands) {
        // The password is typed where it is asked for.
        const script = `${settings}\n${command}`;
        const options = {
          cwd: home,
          env: env(),
          ...(command.includes("auth") ? { stdin: `${password}\n` } : {}),
        };
        const { exit, stderr } = await run(["sh", "-euc", script], options);
        expect({ command, exit, stderr: stderr.replace(/^Note: .*\n/gm, "") }).toMatchObject({
          exit: 0,
          stderr: "",
        });
      }
      await running.until("POST /api/auth/otp/validate 302");
    } finally {
      // npx tells another exit.
      const ended = await running.stop();
      if (!name.startsWith("npx")) expect(ended).toEqual({ exit: 0, stderr: "" });
    }
    expect((await readdir(home)).filter((entry) => entry.startsWith("pinner-sandbox"))).toEqual([]);
  }, 120_000);
}

test("a person who registers finds the code of the email, without what steers a terminal", async () => {
  const running = await start(["node", program(), "--port=0"]);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(await running.until("Ctrl-C")) ?? [];
  const email = "\u001b[31mgrace@example.com";
  const person = { email, password: "correct-horse-battery", first_name: "Grace", last_name: "Hopper" };
  const { status } = await fetch(`${url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(person),
  });
  expect(status).toBe(200);
  const said = await running.until("Your code is");
  expect(said).toContain("To: \\u001b[31mgrace@example.com\n");
  expect(said).not.toContain("\u001b");
  expect(await running.stop("SIGINT")).toEqual({ exit: 0, stderr: "" });
});

describe("what it is given", () => {
  test.each([
    [["--bogus"], "unknown flag --bogus: see `pinner-sandbox --help`"],
    [["--bo\u001b[31m"], "unknown flag --bo\\u001b[31m: see `pinner-sandbox --help`"],
    [["-p", "1"], "unknown flag -p: see `pinner-sandbox --help`"],
    [["serve"], "`pinner-sandbox` takes no arguments"],
    [["--port"], "--port needs a value: --port VALUE"],
    [["--port="], "--port needs a value: --port VALUE"],
    [["--port", "eight"], "--port takes a whole number from 0 to 65535"],
    [["--port", "70000"], "--port takes a whole number from 0 to 65535"],
    [["--port=-1"], "--port takes a whole number from 0 to 65535"],
    [["--host", " "], "--host needs a value: --host VALUE"],
  ])("is refused in one line when it is wrong: %p", async (args, message) => {
    expect(await sandbox(...args)).toEqual({ exit: 2, stdout: "", stderr: `error: ${message}\n` });
  });

  test("tells of help and version, wherever they stand", async () => {
    const help = await sandbox("--port", "x", "--help");
    expect(help).toEqual({ exit: 0, stderr: "", stdout: expect.stringContaining("USAGE pinner-sandbox") });
    expect(help.stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(await sandbox("-h")).toEqual(help);
    for (const flag of ["--version", "-V"])
      expect(await sandbox(flag)).toEqual({ exit: 0, stderr: "", stdout: `${manifest.version}\n` });
  });

  test("is refused where nobody can listen", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = Object(server.address());
    const taken = await sandbox("--port", `${port}`);
    server.close();
    expect(taken).toEqual({
      exit: 1,
      stdout: "",
      stderr: "error: the sandbox could not listen: the port is taken: choose another with --port N\n",
    });
    expect(await sandbox("--port=0", "--host=203.0.113.9")).toMatchObject({ exit: 1, stdout: "" });
  });
});

test("only who asks for it is reached from other machines, and is told so", async () => {
  const running = await start(["node", program(), "--port=0", "--host=0.0.0.0"]);
  const said = await running.until("Whoever reaches this machine");
  expect(said).toMatch(/PINNER_BASE_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\n/);
  await running.stop();
});

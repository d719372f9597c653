import { describe, expect, test } from "bun:test";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { binary } from "../../tooling/binary.ts";
import { createWorld, type World } from "../../tooling/world.ts";
import { type FileServer, serveFiles } from "../release/file-server.ts";

const LIST = "/latest/download/SHA256SUMS";
const npmForm = join(binary, "../pinner.mjs");
/** What ships must say the same. */
const commands = {
  binary: [binary],
  "npm on Node": ["node", npmForm],
  "npm on Bun": [process.execPath, npmForm],
};

interface Check {
  name: string;
  status: string;
  message: string;
  newest?: string;
}

async function checkOf(world: World, name: string, args: string[], env: Record<string, string> = {}) {
  const { exit, stdout, stderr } = await world.pinner(["doctor", "--json", ...args], { env });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const { checks }: { checks: Check[] } = JSON.parse(stdout);
  return checks.find((check) => check.name === name);
}

describe.each(Object.entries(commands))("pinner doctor --check-update, by the %s,", (_, command) => {
  const [major = 0, minor, patch] = manifest.version.split(".").map(Number);
  const answers: [what: string, prepare: (server: FileServer) => unknown, expected: object][] = [
    [
      "names a newer release, whose tag the answer leads to",
      ({ files }) => files.set(LIST, `/download/v${major + 1}.0.0/SHA256SUMS`),
      { status: "note", newest: `${major + 1}.0.0`, message: expect.stringContaining(manifest.version) },
    ],
    [
      "names one by the list itself",
      ({ files }) =>
        files.set(LIST, `${"0".repeat(64)}  pinner-${major}.${minor}.${(patch ?? 0) + 10}.tgz\n`),
      { status: "note", newest: `${major}.${minor}.${(patch ?? 0) + 10}` },
    ],
    [
      "says so where this is the newest",
      ({ files }) => files.set(LIST, `/download/v${manifest.version}/SHA256SUMS`),
      { status: "ok", newest: manifest.version },
    ],
    [
      "does not take an older one, or its own pre-release, for newer",
      ({ files }) => files.set(LIST, `/download/v${manifest.version}-rc.9/SHA256SUMS`),
      { status: "ok", newest: `${manifest.version}-rc.9` },
    ],
    ["notes that nobody knows of a release", () => {}, { status: "note" }],
    [
      "does not repeat what is no version",
      ({ files }) => files.set(LIST, `${"0".repeat(64)}  pinner-9.0.0\u001b[31m.tgz\n`),
      { status: "note", message: expect.stringContaining("does not say") },
    ],
    [
      "notes an answer that goes on for ever",
      ({ files }) => files.set(LIST, "x".repeat(1_000_000)),
      { status: "note", message: expect.stringContaining("does not say") },
    ],
    [
      "notes an answer that breaks off",
      (server) => {
        server.files.set(LIST, "x".repeat(1000));
        server.manner = "half";
      },
      { status: "note", message: expect.stringContaining("could not be asked") },
    ],
  ];
  test.each(answers)("%s", async (_, prepare, expected) => {
    await using world = await createWorld({ command });
    await world.logIn();
    await using server = await serveFiles();
    prepare(server);
    const env = { PINNER_DOWNLOAD_BASE: `${server.url}/` };
    expect(await checkOf(world, "update", ["--check-update"], env)).toMatchObject(expected);
    expect(server.asked).toEqual([LIST]);
  });

  test("waits no longer than --timeout says, and is well when it cannot ask", async () => {
    await using world = await createWorld({ command });
    await world.logIn();
    await using server = await serveFiles();
    server.manner = "never";
    const started = performance.now();
    const args = ["--check-update", "--timeout", "1"];
    const check = await checkOf(world, "update", args, { PINNER_DOWNLOAD_BASE: server.url });
    expect(check).toMatchObject({
      status: "note",
      message: `${new URL(server.url).host} could not be asked for a newer release`,
    });
    expect(performance.now() - started).toBeLessThan(8000);
    for (const base of ["http://127.0.0.1:1", "releases", "file:///etc"])
      expect(await checkOf(world, "update", args, { PINNER_DOWNLOAD_BASE: base })).toMatchObject({
        status: "note",
      });
  });
});

test("pinner doctor asks nobody for releases unless it is told to", async () => {
  await using world = await createWorld();
  await world.logIn();
  await using server = await serveFiles();
  const env = { PINNER_DOWNLOAD_BASE: server.url };
  expect(await checkOf(world, "update", [], env)).toBeUndefined();
  await world.pinner(["auth", "status"], { env });
  expect(server.asked).toEqual([]);
});

test("pinner doctor --check-update tells it in its text too, and beside a config file that is broken", async () => {
  await using world = await createWorld();
  await world.writeConfig("auth_token: [");
  await using server = await serveFiles();
  server.files.set(LIST, "/download/v99.0.0/SHA256SUMS");
  const env = { PINNER_DOWNLOAD_BASE: server.url };
  const { exit, stdout } = await world.pinner(["doctor", "--check-update"], { env });
  expect(exit).toBe(1);
  expect(stdout).toMatch(/^FAILED {3}config /m);
  expect(stdout).toMatch(/^note {5}update +99\.0\.0 is there, and this is /m);
});

describe.each(Object.entries(commands))("the doctor of the %s", (_, command) => {
  /** A directory in which `pinner` is this text, or this program. */
  async function directoryWith(world: World, name: string, what: { text?: string; program?: string }) {
    const directory = join(world.home, name);
    await mkdir(directory);
    const path = join(directory, "pinner");
    if (what.program) await symlink(what.program, path);
    else await writeFile(path, what.text ?? "");
    if (what.text) await chmod(path, 0o755);
    return directory;
  }

  test("notes another pinner that stands first on PATH, and nothing where it is first itself", async () => {
    await using world = await createWorld({ command });
    await world.logIn();
    const own = command.at(-1) ?? "";
    const present = `${world.env["PATH"]}`;
    const other = await directoryWith(world, "other", { text: "#!/bin/sh\necho another\n" });
    const ours = await directoryWith(world, "ours", { program: own });
    // Nobody can start this one.
    const data = await directoryWith(world, "data", { text: "" });
    const withPath = (...path: string[]) =>
      checkOf(world, "path", [], { PATH: [...path, present].join(":") });
    expect(await withPath()).toBeUndefined();
    expect(await withPath(ours, other)).toBeUndefined();
    expect(await withPath(data, ours)).toBeUndefined();
    const check = await withPath(data, other, ours);
    expect(check?.status).toBe("note");
    expect(check?.message).toStartWith(`${other}/pinner comes first on PATH`);
    expect(check?.message).toEndWith(`not this one, ${own}`);
  });
});

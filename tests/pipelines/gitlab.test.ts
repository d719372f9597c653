import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chown, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { findGitlab } from "../../tooling/gitlab.ts";
import { need } from "../../tooling/install.ts";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import type { FileServer } from "../release/file-server.ts";
import { createProject } from "./gitlab.ts";
import { archive, folder, serveSmallRelease } from "./releases.ts";

setDefaultTimeout(60_000);

const template = await readFile(join(root, "templates/pinner.yml"), "utf8");
const [head, body] = parseAllDocuments(template).map((document) => document.toJS());
const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };

let release: FileServer;
beforeAll(async () => {
  need("the tests of GitLab's template", "git", "rsync", "curl", "wget", "dash", "busybox");
  await findGitlab();
  release = await serveSmallRelease();
}, 120_000);
afterAll(() => release[Symbol.asyncDispose]());

test("the template installs this version, from where releases are", async () => {
  const { version, "download-base": base } = head.spec.inputs;
  expect(version.default).toBe(manifest.version);
  expect(await readFile(join(root, "install.sh"), "utf8")).toContain(
    `PINNER_DOWNLOAD_BASE:-${base.default}}`,
  );
});

test("by gitlab-ci-local: a job that fails leaves no key either, and shows no secret", async () => {
  await using world = await createWorld();
  const { uuid } = await world.logIn();
  const project = await createProject(world);
  const script = ["pinner account", 'test -z "${PINNER_PASSWORD:-}"', "exit 3"];
  const include = [{ local: "templates/pinner.yml", inputs: { "download-base": release.url } }];
  const { exit, stdout, stderr } = await project.pipeline(
    { include, pin: { extends: ".pinner", script } },
    login,
  );
  const log = stdout + stderr;
  expect({ failed: exit !== 0, left: await project.left() }).toEqual({ failed: true, left: [] });
  expect(log).toContain("exit 3");
  expect(log).toContain(EMAIL);
  expect(log).not.toContain(PASSWORD);
  expect(log).not.toMatch(/eyJ[\w-]+\./);
  expect(world.portal.steps()).toContain("createKey");
  expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).toEqual([uuid]);
});

/** The shells of the images that jobs run in, each with what it finds there: busybox has no curl. */
const shells: Record<string, string[]> = {
  bash: ["/bin/bash", "-o", "pipefail"],
  dash: ["/bin/dash"],
  busybox: ["/bin/busybox", "sh"],
};

describe.each(Object.entries(shells))("in the shell of an image, %s,", (name, shell) => {
  /** A job as GitLab's runner runs it: its script after the first part, and the last part in a new shell. */
  async function job(world: World, script: string, more: Record<string, string> = {}, base = release.url) {
    const TMPDIR = join(world.home, "tmp");
    await mkdir(TMPDIR, { recursive: true });
    const bin = join(world.home, "bin");
    await mkdir(bin);
    if (name === "busybox") await run(["/bin/busybox", "--install", "-s", bin]);
    const PATH = name === "busybox" ? bin : `${bin}:${world.env["PATH"]}`;
    const { HOME = "", PINNER_BASE_ENDPOINT = "" } = world.env;
    const env = { PATH, HOME, PINNER_BASE_ENDPOINT, TMPDIR, CI_JOB_ID: "4711", ...more };
    const { before_script: before, after_script: after } = body[".pinner"];
    const start = (lines: string[]) => {
      const text = lines
        .join("\n")
        .replaceAll("$[[ inputs.version ]]", manifest.version)
        .replaceAll("$[[ inputs.download-base ]]", base);
      return run([...shell, "-ec", text], { cwd: world.home, env });
    };
    const main = await start([...before, script]);
    const end = await start(after);
    return { main, end, left: await readdir(TMPDIR) };
  }
  const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

  test("a job has its own key, and not the secrets that made it", async () => {
    await using world = await createWorld();
    const script = 'pinner account api-keys list --json; env | grep -c "PINNER_[EPO]"  || true';
    // Read before the login, whether the service asks for a code or not.
    const secret = join(world.home, "secret");
    await writeFile(secret, "JBSWY3DPEHPK3PXP");
    const { main, end, left } = await job(world, script, { ...login, PINNER_OTP_SECRET_FILE: secret });
    expect(main.exit).toBe(0);
    expect(main.stdout).toContain('"name": "gitlab-4711"');
    expect(main.stdout).toEndWith("\n0\n");
    expect({ exit: end.exit, left, uuids: uuids(world) }).toEqual({ exit: 0, left: [], uuids: [] });
  });

  test("a key may be made out of a token, which stays", async () => {
    await using world = await createWorld();
    const { uuid, token } = await world.portal.createKey(EMAIL, "of the project");
    const script = `test "$PINNER_AUTH_TOKEN" != '${token}'; pinner account`;
    const { main, left } = await job(world, script, { PINNER_AUTH_TOKEN: token });
    expect({ exit: main.exit, left, uuids: uuids(world) }).toEqual({ exit: 0, left: [], uuids: [uuid] });
    expect(main.stdout + main.stderr).not.toContain(token);
  });

  test("an image that has this pinner downloads none", async () => {
    await using world = await createWorld();
    const at = join(world.home, "image");
    await mkdir(at);
    await symlink(world.command[0] ?? "", join(at, "pinner"));
    const PATH = `${at}:${world.env["PATH"]}`;
    const { main } = await job(world, "pinner account", { ...login, PATH }, "http://127.0.0.1:9");
    expect(main).toMatchObject({ exit: 0, stderr: "" });
    expect(uuids(world)).toEqual([]);
  });

  test("a release that was tampered with is not run, and no secret sent", async () => {
    await using world = await createWorld();
    await using server = await serveSmallRelease();
    server.files.set(`${folder}/${archive}`, "#!/bin/sh\n");
    const { main, left } = await job(world, "echo ran", login, server.url);
    expect({ exit: main.exit, stdout: main.stdout, left }).toEqual({ exit: 1, stdout: "", left: [] });
    expect(main.stderr).toContain("has not the checksum");
    expect(world.portal.requests).toEqual([]);
  });

  test("a login that is refused ends the job, and leaves nothing", async () => {
    await using world = await createWorld();
    const { main, left } = await job(world, "echo ran", { ...login, PINNER_PASSWORD: "wrong-horse" });
    expect({ exit: main.exit, stdout: main.stdout, left }).toEqual({ exit: 4, stdout: "", left: [] });
  });

  test("a key that cannot be deleted is named", async () => {
    await using world = await createWorld();
    world.portal.fault("deleteKey", { kind: "status", status: 403 });
    const { end, left } = await job(world, "true", login);
    const [uuid = "none"] = uuids(world);
    expect({ exit: end.exit, left, told: end.stderr.includes(uuid) }).toEqual({
      exit: 0,
      left: [],
      told: true,
    });
  });

  test("another user's directory of that name is neither used nor removed", async () => {
    await using world = await createWorld();
    const directory = join(world.home, "tmp/pinner-4711");
    await mkdir(join(directory, "bin"), { recursive: true });
    await writeFile(join(directory, "bin/pinner"), `#!/bin/sh\n: > '${world.home}/evaluated'\n`, {
      mode: 0o755,
    });
    await chown(directory, 54321, 54321);
    const { main, end, left } = await job(world, "echo ran", login);
    expect({ ran: main.stdout, failed: main.exit !== 0, end: end.exit }).toEqual({
      ran: "",
      failed: true,
      end: 0,
    });
    expect({ left, home: (await readdir(world.home)).sort() }).toEqual({
      left: ["pinner-4711"],
      home: ["bin", "tmp"],
    });
  });
});

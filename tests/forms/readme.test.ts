import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { installPackage, modules } from "../../tooling/forms.ts";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

const read = (path: string) => Bun.file(join(root, path)).text();
const readme = await read("README.md");

/** The code of the README's blocks in a language. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);

describe("the README", () => {
  test("and the gate start the Bun that the package is tested with", async () => {
    const command = `npx -y ${manifest.packageManager} run`;
    expect(readme).toContain(`\`${command} demo\``);
    expect(readme).toContain(`\`${command} test\``);
    expect(await read(".ci/run")).toContain(`${command} test`);
  });

  test("names a demo that runs to its end, and leaves nothing", async () => {
    const { exit, stdout } = await run([process.execPath, "scripts/demo.ts"], { cwd: root });
    expect({ exit, ended: stdout.includes("nothing of it is left") }).toEqual({ exit: 0, ended: true });
  }, 60_000);

  test("has only blocks that are tried here or by the tests of the Docker image", () => {
    const languages = [...readme.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(languages.toSorted()).toEqual(["sh", "sh", "sh", "sh", "sh", "ts", "yaml", "yaml"]);
    expect(blocks("sh").filter((code) => code.includes("docker"))).toHaveLength(1);
  });
});

describe("what the README says to run, runs", () => {
  let world: World;
  let directory: string;

  beforeAll(async () => {
    world = await createWorld();
    directory = await installPackage("readme");
    const bin = join(world.home, "bin");
    await mkdir(bin);
    await symlink(join(root, "dist/pinner"), join(bin, "pinner"));
    await symlink(join(modules, ".bin/deno"), join(bin, "deno"));
    // What its users bring: a step of theirs, and the command that takes a secret.
    for (const [name, body] of [
      ["upload.sh", 'test -n "$PINNER_AUTH_TOKEN" && test -z "${PINNER_PASSWORD:-}"'],
      ["bin/gh", `cat > '${world.home}/handed'`],
    ] as const)
      await writeFile(join(world.home, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    world.env["PATH"] = `${bin}:${world.env["PATH"]}`;
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  const bash = (script: string, env: Record<string, string>, cwd = world.home) =>
    run(["bash", "-euo", "pipefail", "-c", script], { cwd, env: { ...world.env, ...env } });
  const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };

  for (const code of blocks("sh").filter(
    (block) => block.includes("pinner ") && !/docker|deno/.test(block),
  )) {
    test(code.split("\n", 1)[0] ?? "", async () => {
      const rotates = code.includes("rotate");
      const key = rotates ? await world.portal.createKey(EMAIL, "ci") : undefined;
      const env = key ? { PINNER_AUTH_TOKEN: key.token } : login;
      const { exit, stdout, stderr } = await bash(code, env);
      const notes =
        /^(?:Note: .*|Deleted \d+ older keys? of that name|warning: PINNER_AUTH_TOKEN still holds the old key.*)\n/gm;
      expect({ exit, stderr: stderr.replace(notes, "") }).toEqual({ exit: 0, stderr: "" });
      expect(stdout + stderr).not.toContain(PASSWORD);
      expect(stdout).not.toMatch(/eyJ[\w-]+\./);
    });
  }

  test("deno run, with the permissions that it names and no others", async () => {
    const [code = ""] = blocks("sh").filter((block) => block.startsWith("deno"));
    const { PINNER_HOME: _, ...env } = world.env;
    const { token } = await world.portal.createKey(EMAIL, "deno");
    const script = code.replace("account.pinner.xyz", "127.0.0.1");
    const { exit, stdout } = await run(["bash", "-euc", script], {
      cwd: root,
      env: { ...env, PINNER_AUTH_TOKEN: token },
    });
    expect(exit).toBe(0);
    expect(stdout).toContain(`Logged in to ${world.url}`);
    expect(script).not.toMatch(/--allow-all|-A\b/);
  }, 30_000);

  const [github = "", gitlab = ""] = blocks("yaml");

  test("the steps for GitHub Actions", async () => {
    const { env, steps } = parse(github).jobs.pin;
    expect(env).toEqual({ PINNER_AUTH_TOKEN: "${{ secrets.PINNER_AUTH_TOKEN }}" });
    const { token } = await world.portal.createKey(EMAIL, "github");
    for (const { run: script } of steps) {
      const { exit, stdout, stderr } = await bash(script, { PINNER_AUTH_TOKEN: token }, directory);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).not.toContain(token);
    }
  }, 30_000);

  test("the script for GitLab CI", async () => {
    await writeFile(join(directory, "upload.sh"), '#!/bin/sh\necho "${PINNER_AUTH_TOKEN%%.*}"\n', {
      mode: 0o755,
    });
    const before = world.portal.liveKeys(EMAIL);
    for (const line of parse(gitlab).pin.script) {
      const { exit, stdout } = await bash(
        line,
        { ...login, PINNER_HOME: join(world.home, "gitlab") },
        directory,
      );
      expect(exit).toBe(0);
      expect(stdout).toStartWith("eyJ");
    }
    // Nothing is left, and the key of the job next door is.
    expect(world.portal.liveKeys(EMAIL)).toEqual(before);
  }, 30_000);

  test("the program", async () => {
    const [program = ""] = blocks("ts");
    const here = "new Pinner({ baseEndpoint: process.env.PINNER_BASE_ENDPOINT })";
    await writeFile(join(directory, "program.ts"), program.replace("new Pinner()", here));
    const { token, uuid } = await world.portal.createKey(EMAIL, "library");
    const { exit, stdout } = await run([process.execPath, "program.ts"], {
      cwd: directory,
      env: { ...world.env, PINNER_AUTH_TOKEN: token },
    });
    expect(exit).toBe(0);
    expect(stdout).toContain(`${uuid} library\n`);
  });
});

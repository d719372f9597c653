import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { installPackage, modules } from "../../tooling/forms.ts";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { blocksOf } from "../support/blocks.ts";

const read = (path: string) => Bun.file(join(root, path)).text();
const readme = await read("README.md");

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

  test("has only blocks that are tried here, by the tests of recipes or by those of the Docker image", async () => {
    const languages = [...readme.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
    expect(languages.toSorted()).toEqual(["sh", "sh", "sh", "sh", "sh", "ts", "yaml", "yaml"]);
    expect((await blocksOf("README.md", "sh")).filter((code) => code.includes("docker"))).toHaveLength(1);
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
    await symlink(join(modules, ".bin/deno"), join(bin, "deno"));
    world.env["PATH"] = `${bin}:${world.env["PATH"]}`;
  }, 60_000);
  afterAll(() => world[Symbol.asyncDispose]());

  test("deno run, with the permissions that it names and no others", async () => {
    const [code = ""] = (await blocksOf("README.md", "sh")).filter((block) => block.startsWith("deno"));
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

  test("the program", async () => {
    const [program = ""] = await blocksOf("README.md", "ts");
    const { token, uuid } = await world.portal.createKey(EMAIL, "library");
    const { uuid: old } = await world.portal.createKey(EMAIL, "old");
    const code = world.portal.otpCode(OTP_EMAIL);
    const given = { email: OTP_EMAIL, password: PASSWORD, code, uuid: old };
    const prelude = `const { email, password, code, uuid } = ${JSON.stringify(given)};\n`;
    await writeFile(join(directory, "program.ts"), program.replace("\n\n", `\n\n${prelude}`));
    const { exit, stdout, stderr } = await run([process.execPath, "program.ts"], {
      cwd: directory,
      env: { ...world.env, PINNER_AUTH_TOKEN: token },
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).not.toContain(old);
    expect(world.portal.liveKeys(OTP_EMAIL).map(({ name }) => name)).toContain("ci");
    expect(stdout).toContain(`${uuid} library\n`);
  });
});

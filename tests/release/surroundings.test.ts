import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, ensureBuilt } from "../../tooling/binary.ts";
import { run } from "../../tooling/process.ts";

await ensureBuilt();

test("the binary takes no settings and runs no code from the directory it is started in", async () => {
  const directory = await mkdtemp(join(tmpdir(), "pinner-cwd-"));
  await writeFile(join(directory, ".env"), `PINNER_HOME=${directory}/stolen\nPINNER_AUTH_TOKEN=stolen\n`);
  await writeFile(join(directory, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
  await writeFile(join(directory, "preload.ts"), 'console.log("code of a stranger");\n');
  const env = { HOME: "/home/me" };
  const { exit, stdout } = await run([binary, "config", "path"], { cwd: directory, env });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^\/home\/me\/.+\/pinner\/config\.yaml\n$/);
  const token = await run([binary, "auth", "token"], { cwd: directory, env });
  expect(token).toMatchObject({ exit: 4, stdout: "" });
  await rm(directory, { recursive: true });
});

test("in a directory that was deleted the npm form starts; the binary cannot, as docs/limits.md says", async () => {
  const inDeleted = async (...command: string[]) => {
    const directory = await mkdtemp(join(tmpdir(), "pinner-deleted-"));
    // Where it is deleted, the shell is in it already.
    const script = 'rmdir "$PWD" && exec "$@"';
    return run(["sh", "-c", script, "sh", ...command], {
      cwd: directory,
      env: { PATH: process.env["PATH"] ?? "", HOME: "/home/me" },
    });
  };
  const npmForm = join(binary, "../pinner.mjs");
  for (const runtime of ["node", process.execPath])
    expect(await inDeleted(runtime, npmForm, "auth", "token")).toMatchObject({
      exit: 4,
      stdout: "",
      stderr: expect.stringContaining("ot logged in"),
    });
  const refused = await inDeleted(binary, "auth", "token");
  expect(refused).toMatchObject({ exit: 1, stdout: "" });
  expect(refused.stderr.trim().split("\n")).toEqual([
    expect.stringContaining("current working directory was deleted"),
  ]);
});

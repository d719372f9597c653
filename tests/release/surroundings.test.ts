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

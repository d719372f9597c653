import { beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { need } from "../../tooling/install.ts";
import { run } from "../../tooling/process.ts";
import { createInstaller, machines, plain } from "./installer.ts";

beforeAll(() => {
  if (process.platform === "linux")
    need("the tests of what install.sh meets", "busybox", "dash", "curl", "wget", "zsh");
});

describe.each(Object.entries(machines))("where a pinner is already, install.sh on %s", (_, machine) => {
  test("replaces another program only where it is told to, and never runs it", async () => {
    await using installer = await createInstaller(machine);
    await installer.publish("0.1.0");
    const pinner = join(installer.directory, "pinner");
    await mkdir(installer.directory, { recursive: true });
    const foreign = `#!/bin/sh\n# PINNER_AUTH_TOKEN, pinner auth\n: > "${installer.home}/ran"\necho 1.2.3\n`;
    await writeFile(pinner, foreign, { mode: 0o755 });
    for (const insist of [{}, { PINNER_REPLACE: "" }, { PINNER_REPLACE: "0" }]) {
      const { exit, stdout, stderr } = await installer.install(insist);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toBe(
        `pinner was not installed: ${pinner} is another program, not a pinner of this installer. Set PINNER_REPLACE=1 to replace it, or PINNER_INSTALL_DIR to another directory\n`,
      );
    }
    expect(await readFile(pinner, "utf8")).toBe(foreign);
    expect(installer.server.asked).toEqual([]);
    expect(await installer.install({ PINNER_REPLACE: "1" })).toMatchObject({ exit: 0 });
    expect((await run([pinner, "--version"])).stdout).toBe("0.1.0\n");
    expect(await installer.content()).toEqual(["pinner"]);
    expect(await installer.content(installer.home)).not.toContain("ran");
  });

  test.each(["../lib/node_modules/pinner/dist/pinner.mjs", "nowhere\u001b[31m"])(
    "names where a link goes that it does not replace: %j",
    async (target) => {
      await using installer = await createInstaller(machine);
      await mkdir(join(installer.home, ".local/lib/node_modules/pinner/dist"), { recursive: true });
      await writeFile(join(installer.home, ".local/lib/node_modules/pinner/dist/pinner.mjs"), "//\n");
      const pinner = join(installer.directory, "pinner");
      await mkdir(installer.directory, { recursive: true });
      await symlink(target, pinner);
      const { exit, stderr } = await installer.install();
      expect(exit).toBe(1);
      expect(stderr).toContain(`${pinner} is a link to ${target.replace("\u001b", "")}, not a pinner`);
      expect(await readlink(pinner)).toBe(target);
    },
  );
});

describe("install.sh", () => {
  test("says what to do next where its directory is on PATH, and what still comes before it", async () => {
    await using installer = await createInstaller();
    await installer.publish("0.1.0");
    const first = await installer.install({ PATH: `${installer.directory}:${installer.env["PATH"]}` });
    expect(first.stdout).toEndWith("\nLog in with: pinner auth\n");
    await installer.fake({ pinner: "echo other" });
    const second = await installer.install({ PATH: `${installer.env["PATH"]}:${installer.directory}` });
    expect(second.stdout).toContain("Put its directory first on your PATH");
    expect(second.stdout).toContain(`\`pinner\` is another one: ${installer.home}/fakes/pinner`);
  });

  test("says that it comes before another one on PATH, and knows itself by another name", async () => {
    await using installer = await createInstaller();
    await installer.publish("0.1.0");
    await installer.fake({ pinner: "echo other" });
    const link = join(installer.home, "link");
    await symlink(".local/bin", link);
    for (const first of [installer.directory, link]) {
      const { stdout } = await installer.install({ PATH: `${first}:${installer.env["PATH"]}` });
      expect(stdout).toEndWith(
        `\nLog in with: pinner auth\nIt comes before another one on your PATH: ${installer.home}/fakes/pinner\n`,
      );
    }
  });

  const shells: Record<string, string[]> = {
    sh: plain.shell,
    bash: ["bash"],
    ...(process.platform === "linux"
      ? { "busybox sh": ["/bin/busybox", "sh"], "zsh as sh": ["/usr/bin/zsh", "--emulate", "sh"] }
      : {}),
  };
  const callers = Object.entries(shells).flatMap(([name, shell]) =>
    [[], ["-e"], ["-u"], ["-C"], ["-f"]].map((options): [string, string[]] => [
      [name, ...options].join(" "),
      [Bun.which(shell[0] ?? "") ?? "", ...shell.slice(1), ...options],
    ]),
  );
  test.each(callers)("does the same in %s, whatever its caller has set", async (_, shell) => {
    await using installer = await createInstaller({ ...plain, shell });
    await installer.publish("0.1.0");
    await mkdir(join(installer.home, "elsewhere/my bin"), { recursive: true });
    const surroundings = {
      PINNER_INSTALL_DIR: "my bin",
      CDPATH: join(installer.home, "elsewhere"),
      IFS: "/nr",
      GREP_OPTIONS: "-v --color=always",
      TAR_OPTIONS: "--verbose --to-stdout",
      POSIXLY_CORRECT: "1",
      ...(shell[0]?.endsWith("bash") ? { SHELLOPTS: "errexit:noclobber:noglob:nounset:pipefail" } : {}),
    };
    const directory = join(installer.home, "my bin");
    for (const time of ["first", "second"]) {
      const { exit, stdout } = await installer.install(surroundings);
      expect({ time, exit, stdout }).toEqual({
        time,
        exit: 0,
        stdout: expect.stringContaining(`Installed pinner 0.1.0 to ${directory}/pinner\n`),
      });
    }
    expect(await installer.content(directory)).toEqual(["pinner"]);
    expect(await installer.content(join(installer.home, "elsewhere/my bin"))).toEqual([]);
    await writeFile(join(directory, "pinner"), "another");
    expect(await installer.install(surroundings)).toMatchObject({ exit: 1, stdout: "" });
  });
});

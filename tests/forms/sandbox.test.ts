import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { root } from "../../tooling/process.ts";
import { openTerminal } from "../../tooling/terminal.ts";

const script = [process.execPath, "scripts/sandbox.ts", "--port", "0"];
const environment = { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", TERM: "xterm-256color" };

test("what the sandbox says works when it is pasted, and is gone when it stops", async () => {
  const sandbox = openTerminal(script, { ...environment, HOME: process.env["HOME"] ?? "" }, 200, root);
  await sandbox.shows("Ctrl-C stops it");
  const said = sandbox.text().replaceAll("\r", "");
  const lines = [...said.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = ""]) => line);
  expect(lines.filter((line) => line.includes("pinner ")).length).toBeGreaterThan(2);
  const [, password = ""] = /password is (\S+?)\./.exec(said) ?? [];
  const [, home = ""] = /PINNER_HOME="(.+?)"/.exec(said) ?? [];
  expect(existsSync(home)).toBe(true);

  // Bash without the settings of whoever runs this.
  const shell = openTerminal(["bash", "--norc", "--noprofile"], environment, 200);
  for (const line of lines) {
    shell.type(`${line}\n`);
    if (line.includes("pinner auth")) {
      await shell.shows("Password");
      shell.type(`${password}\r`);
      await shell.shows("Logged in");
    }
    shell.type('echo "exit $?"\n');
    await shell.shows("exit 0");
  }
  shell.type("exit\n");
  expect(await shell.exit()).toBe(0);

  sandbox.type("\u0003");
  expect(await sandbox.exit()).toBe(0);
  expect(existsSync(home)).toBe(false);
}, 60_000);

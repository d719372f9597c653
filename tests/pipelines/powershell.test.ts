import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";
import { blocksOf } from "../support/blocks.ts";
import { layStep, meet } from "./meeting.ts";

const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
const [steps = "", rotation = ""] = await blocksOf("docs/pipelines.md", "powershell");

describe("the recipes for PowerShell, as texts", () => {
  test("look at the exit code of each program, but for what runs when all is over", () => {
    for (const code of [steps, rotation]) {
      const lines = code.trim().split("\n");
      const end = lines.findIndex((line) => line.includes("finally"));
      for (const [index, line] of lines.entries())
        if (/\b(?:pinner|pwsh) /.test(line) && (end < 0 || index < end))
          expect(lines[index + 1]).toContain("$LASTEXITCODE");
    }
  });

  test("start pinner in ways that it takes, which do what those for Bash do", async () => {
    await using world = await createWorld();
    const upload = join(world.home, "upload.sh");
    await layStep(upload);
    // The same program with the same arguments: what differs between the two shells is how a variable is written.
    const commands = steps.split("\n").flatMap((line) => {
      const text = line.trim().replace("pwsh -NoProfile -File upload.ps1", upload).replaceAll("$env:", "$");
      if (text.startsWith("$PINNER_AUTH_TOKEN = "))
        return `export PINNER_AUTH_TOKEN=$(${text.split(" = ")[1]})`;
      return text.startsWith("pinner ") || text === upload ? text : [];
    });
    expect(commands).toHaveLength(5);
    const PATH = `${dirname(world.command[0] ?? "")}:${world.env["PATH"]}`;
    const start = (env: Record<string, string>) =>
      run(["bash", "-euc", commands.join("\n")], { env: { ...world.env, ...login, PATH, ...env } });
    await meet(world, EMAIL, start, 2);
  });
});

if (process.platform === "win32")
  describe.each(["powershell", "pwsh"])("the recipes for PowerShell, in %s", (shell) => {
    test("give each step a key, and leave none", async () => {
      await using world = await createWorld();
      const script = "if (-not $env:PINNER_AUTH_TOKEN) { exit 9 }\n";
      await writeFile(join(world.home, "upload.ps1"), script);
      await writeFile(join(world.home, "build.ps1"), steps);
      const Path = `${dirname(world.command[0] ?? "")};${process.env["Path"]}`;
      const env = {
        ...(process.env as Record<string, string>),
        ...world.env,
        ...login,
        BUILD_ID: "1",
        PATH: Path,
      };
      const file = ["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", "build.ps1"];
      const { exit, stderr } = await run([shell, ...file], { cwd: world.home, env });
      expect({ exit, stderr: exit === 0 ? "" : stderr }).toEqual({ exit: 0, stderr: "" });
      expect(world.portal.liveKeys(EMAIL)).toEqual([]);
    });
  });

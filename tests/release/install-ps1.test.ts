import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { binary } from "../../tooling/binary.ts";
import { zip } from "../../tooling/build/archive.ts";
import { archiveName, targets } from "../../tooling/build/targets.ts";
import { run } from "../../tooling/process.ts";
import { type FileServer, serveFiles } from "./file-server.ts";

const script = join(import.meta.dir, "../../install.ps1");
const read = () => readFile(script, "utf8");

describe("install.ps1, as a text", () => {
  test("holds ASCII alone: Windows PowerShell reads anything else as another character", async () => {
    expect(await read()).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("does all its work in a function that its last line calls", async () => {
    const lines = (await read()).trimEnd().split("\n");
    const code = lines.filter((line) => !/^(#|\s|$)/.test(line));
    expect(code).toEqual(["function Install-Pinner {", "}", "Install-Pinner"]);
    expect(lines.at(-1)).toBe("Install-Pinner");
  });

  test("refuses, before it downloads or runs anything, to replace what is not ours", async () => {
    const text = await read();
    const refusal = text.indexOf("is another program, not a pinner of this installer");
    expect(refusal).toBeGreaterThan(text.indexOf("$env:PINNER_REPLACE -ne '1'"));
    expect(refusal).toBeLessThan(text.indexOf("Invoke-WebRequest"));
    expect(refusal).toBeLessThan(text.indexOf("New-Item -ItemType Directory -Path $stage"));
    expect([...text.matchAll(/^.*& \$\w+/gm)].map(([line]) => line.trim())).toEqual(["$installed = & $new"]);
  });

  test("asks for the archives that a release has, at the place where install.sh does", async () => {
    const text = await read();
    const [, prefix = "", suffix = ""] = /\$archive = "(.*)\$arch(.*)"/.exec(text) ?? [];
    const archives = [...text.matchAll(/\{ '(x64|arm64)' \}/g)].map(
      ([, arch]) => `${prefix}${arch}${suffix}`,
    );
    expect(archives).toEqual(targets.filter((target) => target.startsWith("windows")).map(archiveName));
    const [base = ""] = /https:\/\/\S+\/releases(?=')/.exec(text) ?? [];
    expect(await readFile(join(script, "../install.sh"), "utf8")).toContain(`PINNER_DOWNLOAD_BASE:-${base}}`);
  });
});

describe.skipIf(process.platform !== "win32").each(["powershell", "pwsh"])("install.ps1 in %s", (shell) => {
  const archive = `pinner-windows-${process.arch}.zip`;
  let content: Uint8Array;
  beforeAll(async () => {
    content = zip([{ name: "pinner.exe", data: await readFile(binary), executable: true }]);
  });

  async function install(harm: (server: FileServer, home: string) => unknown, more = {}) {
    await using server = await serveFiles();
    server.files.set("/latest/download/SHA256SUMS", `${Bun.SHA256.hash(content, "hex")}  ${archive}\n`);
    server.files.set(`/latest/download/${archive}`, content);
    const home = await mkdtemp(join(tmpdir(), "pinner install "));
    await harm(server, home);
    const env = { ...process.env, ...more, PINNER_DOWNLOAD_BASE: server.url, PINNER_INSTALL_DIR: home };
    const command = [shell, "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", script];
    const results = [];
    for (let times = 0; times < 2; times++)
      results.push(await run(command, { env: env as Record<string, string> }));
    const left = await readdir(home);
    await rm(home, { recursive: true });
    return { results, left };
  }

  test("installs, and installs over what is there", async () => {
    const { results, left } = await install(() => {});
    for (const { exit, stdout } of results) {
      expect(exit).toBe(0);
      expect(stdout).toContain(`Installed pinner ${manifest.version} to `);
    }
    expect(left).toEqual(["pinner.exe"]);
  });

  test("replaces another program only where it is told to", async () => {
    const foreign = (_: FileServer, home: string) => writeFile(join(home, "pinner.exe"), "MZ another");
    const refused = await install(foreign);
    for (const { exit, stderr } of refused.results) {
      expect(exit).not.toBe(0);
      expect(stderr.replace(/\s+/g, " ")).toContain("is another program");
    }
    const { results, left } = await install(foreign, { PINNER_REPLACE: "1" });
    expect(results.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(left).toEqual(["pinner.exe"]);
  });

  test.each([
    ["a tampered archive", "has not the checksum", `/latest/download/${archive}`, "PK"],
    [
      "a tampered SHA256SUMS",
      "has not the checksum",
      "/latest/download/SHA256SUMS",
      `${"0".repeat(64)}  ${archive}\n`,
    ],
    ["a SHA256SUMS without it", "has no checksum", "/latest/download/SHA256SUMS", "nothing\n"],
  ])("installs nothing with %s", async (_, message, path, text) => {
    const { results, left } = await install((server) => server.files.set(path, text));
    for (const { exit, stderr } of results) {
      expect(exit).not.toBe(0);
      expect(stderr.replace(/\s+/g, " ")).toContain(message);
    }
    expect(left).toEqual([]);
  });
});

import { beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureReleased, release } from "../../tooling/binary.ts";
import { type Entry, tarGz, zip } from "../../tooling/build/archive.ts";
import { isExecutableFor } from "../../tooling/build/executable.ts";
import { leaveOut } from "../../tooling/build/library.ts";
import { isSigned, sign } from "../../tooling/build/mach-o.ts";
import { archiveName, binaryName, host, targets } from "../../tooling/build/targets.ts";
import { need } from "../../tooling/install.ts";
import { run } from "../../tooling/process.ts";
import { createInstaller } from "./installer.ts";

const root = join(import.meta.dir, "../..");

async function must(...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command, { cwd: release });
  expect({ command, exit, stderr }).toEqual({ command, exit: 0, stderr: "" });
  return stdout;
}

beforeAll(() => need("the tests of archives", "unzip"));

await ensureReleased();

describe("a release", () => {
  /** What `SHA256SUMS` lists. */
  const listed = [
    ...targets.map(archiveName),
    ...["linux-x64", "linux-arm64"].flatMap((target) => [`pinner-${target}.deb`, `pinner-${target}.rpm`]),
    `pinner-${manifest.version}.tgz`,
    "install.ps1",
    "install.sh",
    "pinner.cdx.json",
  ].sort();

  test("holds binaries, archives, packages, installers, the bill of materials, manifests, and no more", async () => {
    const manifests = [
      "pinner.json",
      "pinner.rb",
      ...["", ".installer", ".locale.en-US"].map((part) => `PinnerXyz.Pinner${part}.yaml`),
    ];
    const expected = [...targets.map(binaryName), ...listed, ...manifests, "SHA256SUMS"];
    expect((await readdir(release)).sort()).toEqual(expected.sort());
    expect(targets).toHaveLength(8);
  });

  test("has checksums of everything that is downloaded, as sha256sum checks them", async () => {
    const checked = await must("sha256sum", "--check", "--strict", "SHA256SUMS");
    const names = checked.split("\n").filter(Boolean);
    expect(names).toEqual(listed.map((name) => `${name}: OK`));
  });

  test.each([...targets])("has an executable for %s, and for nothing else", async (target) => {
    const file = await readFile(join(release, binaryName(target)));
    expect(targets.filter((other) => isExecutableFor(other, file))).toEqual([target]);
  });

  test("has macOS executables whose signature still fits, and tells when it does not", async () => {
    for (const target of ["darwin-x64", "darwin-arm64"] as const) {
      const file = await readFile(join(release, binaryName(target)));
      expect(isSigned(file)).toBe(true);
      file[file.length >> 1] = (file[file.length >> 1] ?? 0) ^ 1;
      expect(isSigned(file)).toBe(false);
      expect(isSigned(sign(file, "pinner"))).toBe(true);
      expect(isSigned(file.subarray(0, -1))).toBe(false);
    }
  });

  test("runs on this machine", async () => {
    expect(await must(join(release, binaryName(host)), "--version")).toBe(`${manifest.version}\n`);
  });

  test.each([...targets])("holds what the installers know a pinner for %s by", async (target) => {
    const name = target.startsWith("windows") ? "install.ps1" : "install.sh";
    const [, mark = ""] =
      /[("'](\/\\?[$~]\w+\/root\/pinner)["']/.exec(await readFile(join(root, name), "utf8")) ?? [];
    const file = await readFile(join(release, binaryName(target)));
    expect({ mark, found: file.includes(mark.replace("\\", "")) }).toEqual({
      mark: expect.stringContaining("/root/pinner"),
      found: true,
    });
  });

  test("has the npm package that npm would pack, of which the programs alone can be run", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pinner-npm-"));
    await run(["npm", "pack", "--silent", "--pack-destination", directory], { cwd: root });
    const name = `pinner-${manifest.version}.tgz`;
    const [npms, ours] = [join(directory, "npms"), join(directory, "ours")];
    for (const [from, into] of [
      [directory, npms],
      [release, ours],
    ] as const) {
      await mkdir(into);
      await must("tar", "-xzf", join(from, name), "-C", into);
    }
    await must("diff", "-r", ours, npms);
    const executable = await must("find", ours, "-type", "f", "-perm", "/111", "-printf", "%P\n");
    const programs = Object.values(manifest.bin).map((path) => `package/${path}`);
    expect(executable.trimEnd().split("\n").sort()).toEqual(programs.sort());
    await rm(directory, { recursive: true });
  });

  test("is what install.sh installs", async () => {
    await using installer = await createInstaller();
    for (const name of ["SHA256SUMS", archiveName(host)])
      installer.server.files.set(`/latest/download/${name}`, await readFile(join(release, name)));
    // The second time it must know the first for one of ours.
    for (let times = 0; times < 2; times++) {
      const { exit, stdout } = await installer.install();
      expect(exit).toBe(0);
      expect(stdout).toStartWith(`Installed pinner ${manifest.version} to `);
    }
  });
});

describe("an archive", () => {
  test.each([...targets])("for %s holds program, licence and README, with their modes", async (target) => {
    const path = join(release, archiveName(target));
    const windows = target.startsWith("windows");
    const list = await must(...(windows ? ["unzip", "-Z", path] : ["tar", "--numeric-owner", "-tvzf", path]));
    const files = list
      .split("\n")
      .filter((line) => line.startsWith("-"))
      .map((line) => line.split(/\s+/))
      .map((words) => `${words[0]} ${words.at(-1)}`);
    expect(files).toEqual([
      `-rwxr-xr-x ${windows ? "pinner.exe" : "pinner"}`,
      "-rw-r--r-- LICENSE",
      "-rw-r--r-- README.md",
    ]);
    if (!windows) expect(list.match(/ 0\/0 /g)).toHaveLength(3);
  });

  test.each([...targets])("for %s holds the binary that lies beside it", async (target) => {
    const directory = await mkdtemp(join(tmpdir(), "pinner-archive-"));
    const path = join(release, archiveName(target));
    await must(
      ...(target.startsWith("windows") ? ["unzip", "-q", path, "-d"] : ["tar", "-xzf", path, "-C"]),
      directory,
    );
    const name = target.startsWith("windows") ? "pinner.exe" : "pinner";
    const hash = async (file: string) => Bun.SHA256.hash(await readFile(file), "hex");
    expect(await hash(join(directory, name))).toBe(await hash(join(release, binaryName(target))));
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o755);
    expect(await readFile(join(directory, "LICENSE"))).toEqual(await readFile(join(root, "LICENSE")));
    await rm(directory, { recursive: true });
  });

  test("does not depend on the time zone or the hour of the build", async () => {
    const entries: Entry[] = [{ name: "a", data: Buffer.from("a"), executable: true }];
    const hash = (bytes: Uint8Array) => Bun.SHA256.hash(bytes, "hex");
    const script = `
      import { zip, tarGz } from "${root}/tooling/build/archive.ts";
      const entries = [{ name: "a", data: Buffer.from("a"), executable: true }];
      for (const bytes of [zip(entries), await tarGz(entries)]) console.log(Bun.SHA256.hash(bytes, "hex"));
    `;
    for (const TZ of ["Pacific/Auckland", "America/Los_Angeles"]) {
      const { stdout } = await run([process.execPath, "-e", script], { env: { TZ } });
      expect(stdout).toBe(`${hash(zip(entries))}\n${hash(await tarGz(entries))}\n`);
    }
  });
});

describe("a build that fails", () => {
  /** The project with one file replaced. */
  async function build(file: string, text: string, ...args: string[]) {
    const copy = await mkdtemp(join(tmpdir(), "pinner-broken-"));
    try {
      for (const name of [
        "src",
        "scripts",
        "tooling",
        "package.json",
        "CHANGELOG.md",
        "tsconfig.json",
        "tsconfig.build.json",
        "tsconfig.types.json",
      ])
        await cp(join(root, name), join(copy, name), { recursive: true });
      await symlink(join(root, "node_modules"), join(copy, "node_modules"));
      await mkdir(join(copy, "dist", "release"), { recursive: true });
      await writeFile(join(copy, "dist", "pinner"), "from an earlier build");
      await writeFile(join(copy, file), text);
      const result = await run([process.execPath, "scripts/build.ts", ...args], { cwd: copy });
      return { ...result, left: existsSync(join(copy, "dist")) };
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  }

  test("leaves nothing that could be taken for a result, be it old or half made", async () => {
    const { exit, stdout, stderr, left } = await build("src/main.ts", "export const main = ;", "--all");
    expect({ exit, stdout, left }).toEqual({ exit: 1, stdout: "", left: false });
    expect(stderr).toContain("src/main.ts");
  });

  test("is one whose binary does not say the version of package.json", async () => {
    const { exit, stderr, left } = await build("src/bin.ts", 'console.log("9.9.9");');
    expect({ exit, left }).toEqual({ exit: 1, left: false });
    expect(stderr).toContain(`says 9.9.9, not ${manifest.version}`);
  });

  test("is one with an unknown option, and touches nothing", async () => {
    const { exit, stderr, left } = await build("README.md", "", "--al");
    expect({ exit, stderr, left }).toEqual({
      exit: 2,
      stderr: "usage: bun run build [--all | --target TARGET …]\n",
      left: true,
    });
  });
});

describe("what is left out of the library's bundle", () => {
  test("is one text wherever it stands, or a part up to a text that stays", () => {
    expect(leaveOut("a, b, a", [{ from: "a" }, "$&"])).toBe("$&, b, $&");
    expect(leaveOut("one two three", [{ from: "two", upTo: "three" }])).toBe("one three");
    expect(leaveOut("one two three", [{ from: "one", upTo: "three" }, "1 "])).toBe("1 three");
  });

  test.each([
    ["text", { from: "four" }, "nowhere: four"],
    ["beginning", { from: "four", upTo: "three" }, "nowhere: four … three"],
    ["end", { from: "two", upTo: "four" }, "nowhere: two … four"],
    ["single part", { from: "o", upTo: "three" }, "more than once: o … three"],
  ])("is no build where a library has no such %s", (_, cut, message) => {
    expect(() => leaveOut("one two three", [cut])).toThrow(message);
  });
});

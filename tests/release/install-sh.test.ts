import { beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { need } from "../../tooling/install.ts";
import { run } from "../../tooling/process.ts";
import { archive, createInstaller, type Installer, machines, ours, plain } from "./installer.ts";

const script = join(import.meta.dir, "../../install.sh");

beforeAll(() => {
  if (process.platform === "linux") need("the tests of install.sh", "busybox", "curl", "wget");
});

/** An older version, installed before. */
async function installOld(installer: Installer): Promise<void> {
  await mkdir(installer.directory, { recursive: true });
  await writeFile(join(installer.directory, "pinner"), ours("echo 0.0.9"));
  await chmod(join(installer.directory, "pinner"), 0o755);
}

async function versionIn(directory: string): Promise<string> {
  return (await run([join(directory, "pinner"), "--version"])).stdout.trim();
}

describe.each(Object.entries(machines))("install.sh on %s", (_, machine) => {
  test("installs the newest release into the user's own directory and says how to reach it", async () => {
    await using installer = await createInstaller(machine);
    await installer.publish("0.1.0");
    const { exit, stdout } = await installer.install();
    expect(exit).toBe(0);
    expect(stdout).toStartWith(`Installed pinner 0.1.0 to ${installer.directory}/pinner\n`);
    expect(stdout).toContain(`  export PATH="${installer.directory}:$PATH"\n`);
    expect(await installer.content()).toEqual(["pinner"]);
    expect(await versionIn(installer.directory)).toBe("0.1.0");
    expect((await stat(join(installer.directory, "pinner"))).mode & 0o777).toBe(0o755);
    expect(installer.server.asked).toEqual([
      "/latest/download/SHA256SUMS",
      "/download/v0.1.0/SHA256SUMS",
      `/latest/download/${archive}`,
      `/download/v0.1.0/${archive}`,
    ]);
  });

  test.each(["0.2.0", "v0.2.0"])("installs the version %s where it is asked for", async (version) => {
    await using installer = await createInstaller(machine);
    await installer.publish("0.2.0", { latest: false });
    expect(await installer.install({ PINNER_VERSION: version })).toMatchObject({ exit: 0 });
    expect(installer.server.asked).toEqual(["/download/v0.2.0/SHA256SUMS", `/download/v0.2.0/${archive}`]);
  });

  test("replaces an older version", async () => {
    await using installer = await createInstaller(machine);
    await installOld(installer);
    await installer.publish("0.1.0");
    expect(await installer.install()).toMatchObject({ exit: 0 });
    expect(await versionIn(installer.directory)).toBe("0.1.0");
    expect(await installer.content()).toEqual(["pinner"]);
  });

  test("copes with spaces in paths", async () => {
    await using installer = await createInstaller(machine);
    await installer.publish("0.1.0");
    const directory = join(installer.home, "my own programs", "b in");
    const { exit, stdout } = await installer.install({ PINNER_INSTALL_DIR: directory });
    expect(exit).toBe(0);
    expect(stdout).toContain(`Installed pinner 0.1.0 to ${directory}/pinner\n`);
    expect(await versionIn(directory)).toBe("0.1.0");
  });

  const harms: Record<string, [string, (installer: Installer) => unknown]> = {
    "a tampered archive": [
      `${archive} has not the checksum that SHA256SUMS gives`,
      async ({ server }) => {
        const path = `/download/v0.1.0/${archive}`;
        const bytes = Buffer.from(server.files.get(path) ?? "");
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        server.files.set(path, bytes);
      },
    ],
    "a tampered SHA256SUMS": [
      `${archive} has not the checksum that SHA256SUMS gives`,
      ({ server }) => server.files.set("/download/v0.1.0/SHA256SUMS", `${"0".repeat(64)}  ${archive}\n`),
    ],
    "a SHA256SUMS without the archive": [
      `SHA256SUMS has no checksum of ${archive}`,
      ({ server }) => server.files.set("/download/v0.1.0/SHA256SUMS", `${"0".repeat(64)}  other.zip\n`),
    ],
    "a SHA256SUMS that is a web page": [
      `SHA256SUMS has no checksum of ${archive}`,
      ({ server }) => server.files.set("/download/v0.1.0/SHA256SUMS", "<html>Log in</html>"),
    ],
    "an archive that is not there": [
      `/latest/download/${archive} could not be downloaded: `,
      ({ server }) => server.files.delete(`/download/v0.1.0/${archive}`),
    ],
    "a release that is not there": [
      "/latest/download/SHA256SUMS could not be downloaded: ",
      ({ server }) => server.files.clear(),
    ],
    "a download cut short": [
      "/SHA256SUMS could not be downloaded: ",
      ({ server }) => {
        server.manner = "half";
      },
    ],
    "a server that is down": [
      "/SHA256SUMS could not be downloaded: ",
      (installer) => installer.server[Symbol.asyncDispose](),
    ],
    "a program that does not start": [
      "it does not run on this system: no such luck",
      (installer) => installer.publish("0.1.0", { program: "echo no such luck >&2; exit 127" }),
    ],
  };

  test.each(Object.entries(harms))("with %s nothing changes", async (_, [message, harm]) => {
    await using installer = await createInstaller(machine);
    await installOld(installer);
    await installer.publish("0.1.0");
    await harm(installer);
    const { exit, stdout, stderr } = await installer.install();
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain("pinner was not installed: ");
    expect(stderr).toContain(message);
    expect(await installer.content()).toEqual(["pinner"]);
    expect(await versionIn(installer.directory)).toBe("0.0.9");
  });
});

describe("install.sh", () => {
  const uname = (system: string, processor: string) =>
    `case $1 in -s) echo ${system} ;; -m) echo ${processor} ;; esac`;
  const GLIBC = "echo 'ldd (Debian GLIBC 2.36-9+deb12u10) 2.36'";
  const MUSL = "echo 'musl libc (x86_64)' >&2; exit 1";

  const systems: [string, string, string, Record<string, string>][] = [
    ["Linux", "x86_64", "linux-x64", { ldd: GLIBC }],
    ["Linux", "amd64", "linux-x64", { ldd: GLIBC }],
    ["Linux", "aarch64", "linux-arm64", { ldd: "echo 'ldd (GNU libc) 2.39'" }],
    ["Linux", "x86_64", "linux-x64-musl", { ldd: MUSL }],
    ["Linux", "aarch64", "linux-arm64-musl", { ldd: MUSL }],
    ["Darwin", "x86_64", "darwin-x64", { ldd: MUSL, sysctl: "echo 0" }],
    ["Darwin", "x86_64", "darwin-arm64", { sysctl: "echo 1" }],
    ["Darwin", "arm64", "darwin-arm64", {}],
  ];
  test.each(systems)("asks on %s %s for %s", async (system, processor, target, tools) => {
    await using installer = await createInstaller();
    const wanted = `pinner-${target}.tar.gz`;
    await installer.fake({ uname: uname(system, processor), ...tools });
    await installer.publish("0.1.0", { latest: false, targets: [wanted] });
    expect(await installer.install({ PINNER_VERSION: "0.1.0" })).toMatchObject({ exit: 0 });
    expect(installer.server.asked).toEqual(["/download/v0.1.0/SHA256SUMS", `/download/v0.1.0/${wanted}`]);
  });

  test.skipIf(process.platform !== "linux")("looks for the loader where there is no ldd", async () => {
    await using installer = await createInstaller({
      ...plain,
      tools: plain.tools.filter((tool) => tool !== "ldd"),
    });
    await installer.publish("0.1.0");
    expect(await installer.install()).toMatchObject({ exit: 0 });
    expect(installer.server.asked).toContain(`/download/v0.1.0/${archive}`);
  });

  const refused: [string, Record<string, string>, string][] = [
    ["FreeBSD", { uname: uname("FreeBSD", "amd64") }, "there is no build for FreeBSD"],
    ["Git Bash on Windows", { uname: uname("MINGW64_NT-10.0", "x86_64") }, "on Windows, use install.ps1"],
    ["a 32-bit processor", { uname: uname("Linux", "armv7l") }, "there is no build for armv7l processors"],
    [
      "a 32-bit system on a 64-bit kernel",
      { uname: uname("Linux", "aarch64"), getconf: "echo 32" },
      "there is no build for 32-bit systems",
    ],
  ];
  test.each(refused)("refuses %s before it asks for anything", async (_, tools, message) => {
    await using installer = await createInstaller();
    await installer.fake(tools);
    const { exit, stdout, stderr } = await installer.install();
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toStartWith(`pinner was not installed: ${message}`);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(installer.server.asked).toEqual([]);
    expect(await installer.content(join(installer.home, ".local"))).toEqual([]);
  });

  test.each([
    ["a downloader", ["curl", "wget"], "it takes curl or wget"],
    ["a checksum program", ["sha256sum", "shasum"], "it takes sha256sum or shasum"],
  ])("says so where %s is missing", async (_, missing, message) => {
    await using installer = await createInstaller({
      ...plain,
      tools: plain.tools.filter((tool) => !missing.includes(tool)),
    });
    const { exit, stderr } = await installer.install();
    expect(exit).toBe(1);
    expect(stderr).toStartWith(`pinner was not installed: ${message}`);
  });

  test("verifies with shasum where there is no sha256sum", async () => {
    await using installer = await createInstaller({
      ...plain,
      tools: [...plain.tools.filter((tool) => tool !== "sha256sum"), "shasum", "perl"],
    });
    await installer.publish("0.1.0");
    expect(await installer.install()).toMatchObject({ exit: 0 });
    installer.server.files.set("/download/v0.1.0/SHA256SUMS", `${"0".repeat(64)}  ${archive}\n`);
    const { exit, stderr } = await installer.install();
    expect(exit).toBe(1);
    expect(stderr).toContain("has not the checksum");
  });

  test("refuses a directory that cannot be written before it downloads anything", async () => {
    await using installer = await createInstaller();
    await installer.publish("0.1.0");
    const closed = join(installer.home, "closed");
    await mkdir(closed, { mode: 0o500 });
    // Nothing is closed to root but what the kernel itself serves.
    const unwritable = process.getuid?.() === 0 ? "/proc" : closed;
    for (const [directory, message] of [
      [unwritable, `${unwritable} is not writable. Set PINNER_INSTALL_DIR`],
      [`${unwritable}/bin`, `${unwritable}/bin cannot be created. Set PINNER_INSTALL_DIR`],
    ] as const) {
      const { exit, stderr } = await installer.install({ PINNER_INSTALL_DIR: directory });
      expect(exit).toBe(1);
      expect(stderr).toContain(`pinner was not installed: ${message}`);
    }
    expect(installer.server.asked).toEqual([]);
  });

  test("refuses to put itself in the place of a directory", async () => {
    await using installer = await createInstaller();
    await mkdir(join(installer.directory, "pinner"), { recursive: true });
    const { exit, stderr } = await installer.install();
    expect(exit).toBe(1);
    expect(stderr).toContain(`${installer.directory}/pinner is a directory`);
  });

  test("needs HOME or a directory", async () => {
    await using installer = await createInstaller();
    const { exit, stderr } = await installer.install({ HOME: "" });
    expect(exit).toBe(1);
    expect(stderr).toContain("set HOME or PINNER_INSTALL_DIR");
  });

  test.each(["../../evil", "1 2", "$(id)"])("refuses %p as a version", async (version) => {
    await using installer = await createInstaller();
    const { exit, stderr } = await installer.install({ PINNER_VERSION: version });
    expect(exit).toBe(1);
    expect(stderr).toContain("PINNER_VERSION is not a version");
    expect(installer.server.asked).toEqual([]);
  });

  test("leaves nothing behind when it is interrupted", async () => {
    await using installer = await createInstaller();
    await installer.publish("0.1.0");
    installer.server.manner = "never";
    const child = Bun.spawn(installer.command, {
      env: installer.env,
      stdout: "ignore",
      stderr: "ignore",
      detached: true,
    });
    while (installer.server.asked.length === 0) await Bun.sleep(10);
    process.kill(-child.pid, "SIGINT");
    expect(await child.exited).toBe(130);
    expect(await installer.content()).toEqual([]);
  });

  test("does nothing at all where the script itself was cut short", async () => {
    await using installer = await createInstaller();
    await installer.publish("0.1.0");
    const whole = await readFile(script, "utf8");
    const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index);
    // The last line end may be missing: then the script is whole.
    const cuts = [...ends.slice(0, -1), whole.trimEnd().length - 1];
    for (const cut of cuts) {
      const [shell = "sh", ...args] = plain.shell;
      await run([shell, ...args], { env: installer.env, stdin: whole.slice(0, cut) });
    }
    expect(installer.server.asked).toEqual([]);
    expect(await installer.content(join(installer.home, ".local"))).toEqual([]);
    expect(await run(plain.shell, { env: installer.env, stdin: whole })).toMatchObject({ exit: 0 });
  });
});

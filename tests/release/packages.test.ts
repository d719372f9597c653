import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureReleased, release } from "../../tooling/binary.ts";
import { gzipped } from "../../tooling/build/archive.ts";
import { deb } from "../../tooling/build/deb.ts";
import { architectures, type PackagedTarget, packageName } from "../../tooling/build/package.ts";
import { binaryName } from "../../tooling/build/targets.ts";
import { need } from "../../tooling/install.ts";
import { run } from "../../tooling/process.ts";
import { manPages } from "../../tooling/reference/man.ts";
import { createDebian, createFedora, must, type System } from "./installed.ts";

setDefaultTimeout(120_000);
beforeAll(() =>
  need(
    "the tests of packages",
    "bash-completion",
    "dash",
    "fish",
    "groff",
    "libc6-foreign-cross",
    "lintian",
    "man-db",
    "qemu-user-static",
    "rpm",
    "zsh",
  ),
);

await ensureReleased();

const targets = Object.keys(architectures) as PackagedTarget[];
const host = `linux-${process.arch}` as PackagedTarget;
const pathOf = (target: PackagedTarget, kind: "deb" | "rpm") => join(release, packageName(target, kind));
const starter = (target: PackagedTarget): string[] =>
  target === host
    ? []
    : target === "linux-arm64"
      ? ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"]
      : ["qemu-x86_64-static", "-L", "/usr/x86_64-linux-gnu"];

/** The newest glibc that an executable asks for, as binutils read it. */
async function glibcOf(target: PackagedTarget): Promise<string> {
  const versions = await must("readelf", "--version-info", "--wide", join(release, binaryName(target)));
  const minor = [...versions.matchAll(/Name: GLIBC_2\.(\d+)/g)].map(([, found]) => Number(found));
  return `2.${Math.max(...minor)}`;
}

const files = {
  deb: [
    "usr/bin/pinner",
    "usr/share/bash-completion/completions/pinner",
    "usr/share/doc/pinner/changelog.gz",
    "usr/share/doc/pinner/copyright",
    "usr/share/fish/vendor_completions.d/pinner.fish",
    "usr/share/pinner/completion.ps1",
    "usr/share/zsh/vendor-completions/_pinner",
  ],
  rpm: [
    "usr/bin/pinner",
    "usr/share/bash-completion/completions/pinner",
    "usr/share/fish/vendor_completions.d/pinner.fish",
    "usr/share/licenses/pinner/LICENSE",
    "usr/share/pinner/completion.ps1",
    "usr/share/zsh/site-functions/_pinner",
  ],
};

/** Each command has a page, and so has the program. */
const manual = [...(await manPages()).keys()].map((name) => `usr/share/man/man1/${name}.gz`);

/** Installs it, looks at what is there, runs it, and removes it again. */
async function live(system: System, kind: "deb" | "rpm", target: PackagedTarget): Promise<void> {
  expect(await system.install(pathOf(target, kind))).toMatchObject({ exit: 0, stderr: "" });
  const installed = await system.content();
  expect(installed).toEqual(expect.arrayContaining([...files[kind], ...manual]));
  expect(manual).toContain("usr/share/man/man1/pinner-auth-status.1.gz");
  expect(await system.verify()).toMatchObject({ exit: 0, stdout: "" });
  const program = join(system.root, "usr/bin/pinner");
  expect(await must(...starter(target), program, "--version")).toBe(`${manifest.version}\n`);
  if (target === host) await expectCompletions(system.root, kind);
  const page = await must("man", "--pager=cat", join(system.root, "usr/share/man/man1/pinner.1.gz"));
  expect(page).toContain(manifest.version);
  expect(await system.remove()).toMatchObject({ exit: 0, stderr: "" });
  expect((await system.content()).filter((path) => path.includes("pinner"))).toEqual([]);
}

/** Each shell finds the script in its own place, and what it offers comes from the program. */
async function expectCompletions(root: string, kind: "deb" | "rpm"): Promise<void> {
  const share = join(root, "usr/share");
  const env = {
    PATH: `${root}/usr/bin:${process.env["PATH"]}`,
    HOME: join(root, "var"),
    // Where bash-completion and fish look.
    XDG_DATA_DIRS: share,
    FPATH_OF_PACKAGE: join(share, "zsh", kind === "deb" ? "vendor-completions" : "site-functions"),
  };
  const bash =
    "source /usr/share/bash-completion/bash_completion; _completion_loader pinner; complete -p pinner";
  expect(await run(["bash", "--norc", "-c", bash], { env })).toMatchObject({
    stdout: expect.stringContaining("__pinner_complete"),
  });
  expect((await run(["fish", "-c", 'complete -C "pinner auth st"'], { env })).stdout).toStartWith("status\t");
  const zsh = "fpath=($FPATH_OF_PACKAGE $fpath); autoload -U compinit; compinit -u -D; print $_comps[pinner]";
  expect((await run(["zsh", "-f", "-c", zsh], { env })).stdout).toBe("_pinner\n");
  const shown = await must(join(root, "usr/bin/pinner"), "completion", "powershell");
  expect((await readFile(join(share, "pinner/completion.ps1"), "utf8")).trimEnd()).toBe(shown.trimEnd());
}

describe.each(targets)("the Debian package for %s", (target) => {
  const path = pathOf(target, "deb");

  test("says what it is, for which machine, and which libc it needs", async () => {
    const fields = await must("dpkg-deb", "-f", path);
    expect(fields).toContain(`Package: ${manifest.name}\nVersion: ${manifest.version}\n`);
    expect(fields).toContain(`Architecture: ${target === "linux-x64" ? "amd64" : "arm64"}\n`);
    expect(fields).toContain(`Depends: libc6 (>= ${await glibcOf(target)})\n`);
    expect(fields).toContain(`Homepage: ${manifest.homepage}\n`);
  });

  test("is installed, run and removed, and leaves nothing", async () => {
    await using system = await createDebian(target, await glibcOf(target));
    await live(system, "deb", target);
  });
});

describe.each(targets)("the RPM package for %s", (target) => {
  const path = pathOf(target, "rpm");

  test("says what it is and for which machine; its digests are right", async () => {
    expect(await must("rpm", "-K", "--nosignature", path)).toBe(`${path}: digests OK\n`);
    const format = "%{NAME} %{VERSION} %{RELEASE} %{ARCH} %{OS} %{LICENSE} %{URL}\n";
    const architecture = target === "linux-x64" ? "x86_64" : "aarch64";
    expect(await must("rpm", "-qp", "--nosignature", "--qf", format, path)).toBe(
      `${manifest.name} ${manifest.version} 1 ${architecture} linux MIT ${manifest.homepage}\n`,
    );
  });

  test("needs the libc that the executable asks for, and gives what rpm would say of it", async () => {
    const needs = (await must("rpm", "-qp", "--nosignature", "--requires", path)).split("\n");
    const [libc = "", ...others] = needs.filter((need) => need && !need.startsWith("rpmlib("));
    expect(libc).toBe(`libc.so.6(GLIBC_${await glibcOf(target)})(64bit)`);
    expect(others).toEqual([]);
    const found = await must("/usr/lib/rpm/elfdeps", "--requires", join(release, binaryName(target)));
    expect(found.split("\n")).toContain(libc);
    const isa = target === "linux-x64" ? "x86-64" : "aarch-64";
    expect(await must("rpm", "-qp", "--nosignature", "--provides", path)).toBe(
      `pinner = ${manifest.version}-1\npinner(${isa}) = ${manifest.version}-1\n`,
    );
  });

  test("is installed, run and removed, and leaves nothing", async () => {
    await using system = await createFedora();
    await live(system, "rpm", target);
  });
});

describe("a Debian package", () => {
  /** With a small program in the place of ours, of which lintian tells at length what is wrong with Bun. */
  async function small(): Promise<{ path: string; directory: string }> {
    const directory = await mkdtemp(join(tmpdir(), "pinner-deb-"));
    const program = await readFile("/bin/dash");
    const path = join(directory, "pinner.deb");
    await writeFile(path, await deb(host, program, await gzipped(program)));
    return { path, directory };
  }

  test("is as Debian's policy asks", async () => {
    const { path, directory } = await small();
    const { stdout } = await run(["lintian", "--display-info", "--tag-display-limit", "0", path]);
    await rm(directory, { recursive: true });
    expect(stdout).toBe("");
  });

  test("is not set up where the C library is older than it needs", async () => {
    const { path, directory } = await small();
    await using system = await createDebian(host, "2.16");
    const { exit, stderr } = await system.install(path);
    await rm(directory, { recursive: true });
    expect(exit).toBe(1);
    expect(stderr).toContain("pinner depends on libc6 (>= 2.");
  });
});

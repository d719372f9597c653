import { expect } from "bun:test";
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { architectures, type PackagedTarget } from "../../tooling/build/package.ts";
import { type Run, run } from "../../tooling/process.ts";

/** A system in a directory of its own: it has a package manager's records, and nothing else yet. */
export interface System extends AsyncDisposable {
  root: string;
  install(path: string): Promise<Run>;
  /** What differs from what was installed. */
  verify(): Promise<Run>;
  remove(): Promise<Run>;
  /** The paths of all files and directories, but for the package manager's own. */
  content(): Promise<string[]>;
}

type Command = (...args: string[]) => Promise<Run>;

async function createSystem(
  prepare: (root: string) => Promise<Pick<System, "install" | "verify" | "remove">>,
): Promise<System> {
  const root = await mkdtemp(join(tmpdir(), "pinner-system-"));
  return {
    root,
    ...(await prepare(root)),
    async content() {
      const paths = await readdir(root, { recursive: true });
      return paths.filter((path) => !/^var($|\/)/.test(path)).sort();
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** @param glibc the version of the C library that it claims to have */
export const createDebian = (target: PackagedTarget, glibc: string): Promise<System> =>
  createSystem(async (root) => {
    const admin = join(root, "var/lib/dpkg");
    await mkdir(join(admin, "info"), { recursive: true });
    await mkdir(join(admin, "updates"));
    await mkdir(join(root, "var/log"));
    const architecture = architectures[target].deb;
    await writeFile(join(admin, "arch"), "amd64\narm64\n");
    await writeFile(join(admin, "info", `libc6:${architecture}.list`), "/.\n");
    await appendFile(
      join(admin, "status"),
      `Package: libc6
Status: install ok installed
Maintainer: Nobody <nobody@example.com>
Architecture: ${architecture}
Multi-Arch: same
Version: ${glibc}
Description: stands for the C library

`,
    );
    const dpkg: Command = (...args) => run(["dpkg", `--root=${root}`, ...args]);
    return {
      install: (path) => dpkg("-i", path),
      verify: () => dpkg("-V", "pinner"),
      remove: () => dpkg("--remove", "pinner"),
    };
  });

/** Its records know of no C library: what is needed is looked at apart. */
export const createFedora = (): Promise<System> =>
  createSystem(async (root) => {
    // On Debian it says each time that one had better use Debian's packages.
    const rpm: Command = async (...args) => {
      const result = await run(["rpm", "--root", root, ...args]);
      return { ...result, stderr: result.stderr.replace(/^rpm: (RPM should|However).*\n/gm, "") };
    };
    return {
      install: (path) => rpm("-i", "--nodeps", "--ignorearch", path),
      verify: () => rpm("-V", "--nodeps", "pinner"),
      remove: () => rpm("-e", "pinner"),
    };
  });

/** Runs something that must succeed, and say nothing on stderr. */
export async function must(...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command);
  const complaint = stderr.replace(/^rpm: (RPM should|However).*\n/gm, "");
  expect({ command, exit, stderr: complaint }).toEqual({ command, exit: 0, stderr: "" });
  return stdout;
}

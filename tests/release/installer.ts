import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tarGz } from "../../tooling/build/archive.ts";
import { type Run, run } from "../../tooling/process.ts";
import { type FileServer, serveFiles } from "./file-server.ts";

const installScript = join(import.meta.dir, "../../install.sh");

/** The shell that runs the script, and the programs that it finds. */
export interface Machine {
  shell: string[];
  tools: readonly string[];
  /** Busybox, where it is every one of the tools. */
  applets?: string;
}

const common = [
  ..."awk cat cut getconf grep gzip ldd mkdir mktemp mv readlink rm sed sleep tar tr uname".split(" "),
  ...(process.platform === "darwin" ? ["shasum", "sysctl", "perl"] : ["sha256sum"]),
];
const sh = process.platform === "linux" ? "/bin/dash" : "/bin/sh";

export const machines: Record<string, Machine> = {
  "a plain shell with curl": { shell: [sh], tools: [...common, "curl"] },
  ...(process.platform === "linux"
    ? {
        "a plain shell with wget": { shell: [sh], tools: [...common, "wget"] },
        "busybox alone": {
          shell: ["/bin/busybox", "sh"],
          tools:
            "awk cat cut grep gzip mkdir mktemp mv readlink rm sed sha256sum sleep tar tr uname wget".split(
              " ",
            ),
          applets: "/bin/busybox",
        },
      }
    : {}),
};

export const plain: Machine = machines["a plain shell with curl"] ?? { shell: [sh], tools: common };

/** A shell script that the installer takes for one of our binaries, by what Bun leaves in them. */
export const ours = (text: string): string => `#!/bin/sh\n# /$bunfs/root/pinner\n${text}\n`;

export interface Installer extends AsyncDisposable {
  server: FileServer;
  home: string;
  /** Where it installs by default. */
  directory: string;
  /** What calls itself by these names on this machine, as shell scripts. */
  fake(tools: Record<string, string>): Promise<void>;
  /** Puts a release on the server: an archive for each target, of a `pinner` that is this shell script. */
  publish(
    version: string,
    options?: { latest?: boolean; program?: string; targets?: string[] },
  ): Promise<void>;
  command: string[];
  env: Record<string, string>;
  install(env?: Record<string, string>): Promise<Run>;
  /** The names of everything in the directory, hidden files included. */
  content(directory?: string): Promise<string[]>;
}

const hostArchive = (): string => {
  const os = process.platform === "darwin" ? "darwin" : "linux";
  return `pinner-${os}-${process.arch}.tar.gz`;
};

export async function createInstaller(machine: Machine = plain): Promise<Installer> {
  const server = await serveFiles();
  const home = await mkdtemp(join(tmpdir(), "pinner-install-"));
  const tools = join(home, "tools");
  const fakes = join(home, "fakes");
  const directory = join(home, ".local", "bin");
  await mkdir(tools);
  await mkdir(fakes);
  for (const tool of machine.tools) {
    const path = machine.applets ?? Bun.which(tool);
    if (path) await symlink(path, join(tools, tool));
  }
  const command = [...machine.shell, installScript];
  const env = {
    HOME: home,
    PATH: `${fakes}:${tools}`,
    PINNER_DOWNLOAD_BASE: server.url,
  };
  return {
    server,
    home,
    directory,
    command,
    env,
    async fake(scripts) {
      for (const [name, text] of Object.entries(scripts)) {
        await writeFile(join(fakes, name), `#!/bin/sh\n${text}\n`);
        await chmod(join(fakes, name), 0o755);
      }
    },
    async publish(version, { latest = true, program = `echo ${version}`, targets = [hostArchive()] } = {}) {
      const data = Buffer.from(ours(program));
      const archive = await tarGz([
        { name: "pinner", data, executable: true },
        { name: "LICENSE", data: Buffer.from("MIT\n") },
      ]);
      const hash = Bun.SHA256.hash(archive, "hex");
      const files: [string, Uint8Array | string][] = [
        ["SHA256SUMS", targets.map((name) => `${hash}  ${name}\n`).join("")],
        ...targets.map((name): [string, Uint8Array] => [name, archive]),
      ];
      for (const [name, file] of files) {
        server.files.set(`/download/v${version}/${name}`, file);
        // As GitHub answers it.
        if (latest) server.files.set(`/latest/download/${name}`, `/download/v${version}/${name}`);
      }
    },
    install: (more = {}) => run(command, { env: { ...env, ...more }, cwd: home }),
    content: (where = directory) => readdir(where).catch(() => []),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The archive that the script wants on the machine that runs the tests. */
export const archive: string = hostArchive();

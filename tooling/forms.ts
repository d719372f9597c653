import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureReleased, release } from "./binary.ts";
import { binaryName } from "./build/targets.ts";
import { need } from "./install.ts";
import { findNode, node } from "./nodes.ts";
import { must, root, run } from "./process.ts";

const dist = join(root, "dist");
export const modules = join(root, "node_modules");
/** What the forms are made from, apart from `dist`; each suite makes its own part. */
const workshop = join(modules, ".cache", "forms");

/** One way in which people get the program. */
export interface Form {
  /** Makes it ready. @returns how it is started, for a home directory and an endpoint */
  prepare(): Promise<(place: { home: string; url: string }) => Start>;
  /** Whether it can be run in a terminal of this machine. */
  terminal: boolean;
  /** Its stdin must be a file: pipes cannot be read asynchronously under wine. */
  stdinFile?: boolean;
  /** Steps that the machine, not the form, cannot do. */
  except?: readonly string[];
}

export interface Start {
  command: string[];
  env?: Record<string, string>;
  cwd?: string;
}

const npmForm = (runtime: () => Promise<string[]>): Form => ({
  terminal: true,
  async prepare() {
    const command = [...(await runtime()), join(dist, "pinner.mjs")];
    return () => ({ command });
  },
});

/** The package as it is published, installed in an empty directory, and started as people start it. */
const installed = (name: string, starter: string[]): Form => ({
  terminal: true,
  async prepare() {
    const directory = await installPackage(name);
    return () => ({ command: [...starter, "pinner"], cwd: directory });
  },
});

/** Packs the package, and installs the result in an empty directory. */
export async function installPackage(name: string): Promise<string> {
  const directory = join(workshop, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await must("npm", "pack", "--silent", "--pack-destination", directory);
  const [tarball = ""] = (await must("ls", directory)).split("\n");
  await writeFile(join(directory, "package.json"), '{"private": true, "type": "module"}');
  const { exit, stderr } = await run(["npm", "install", "--no-audit", "--no-fund", `./${tarball}`], {
    cwd: directory,
  });
  if (exit !== 0) throw new Error(`the package could not be installed: ${stderr}`);
  return directory;
}

const [program = ""] = new Bun.Glob("@deno/*/deno").scanSync({ cwd: modules });
/** Deno itself: what npm puts on PATH is a script that starts Node first, and takes the signals. */
export const deno = join(modules, program);

/** The permissions that the README gives to `deno run`, and no others. */
const denoFlags = (home: string, url: string): string[] => [
  "--no-prompt",
  `--allow-net=${new URL(url).hostname}`,
  "--ignore-env",
  "--allow-env=PINNER_*,HOME,XDG_CONFIG_HOME,NO_COLOR,FORCE_COLOR,TERM,LANG,LC_*",
  "--allow-env=HTTPS_PROXY,HTTP_PROXY,ALL_PROXY,NO_PROXY,https_proxy,http_proxy,all_proxy,no_proxy",
  `--allow-read=${home}/.config/pinner`,
  `--allow-write=${home}/.config/pinner`,
];

export const forms = {
  "linux-x64": {
    terminal: true,
    prepare: async () => () => ({ command: [join(dist, "pinner")] }),
  },
  "linux-arm64": {
    terminal: true,
    async prepare() {
      need("the tests of linux-arm64", "qemu-user-static", "libc6-foreign-cross");
      await ensureReleased();
      const binary = join(release, binaryName("linux-arm64"));
      // What is compiled while it runs would be translated once more.
      const env = { BUN_JSC_useJIT: "0" };
      // A Raspberry Pi 4's: old, common, and imitated in three quarters of the time of the newest.
      const imitation = ["qemu-aarch64-static", "-cpu", "cortex-a72", "-L", "/usr/aarch64-linux-gnu"];
      return () => ({ command: [...imitation, binary], env });
    },
  },
  "windows-x64": {
    terminal: false,
    stdinFile: true,
    // Wine 8 never tells that a connection was refused: it ends by its timeout.
    except: ["a service that cannot be reached"],
    prepare: prepareWine,
  },
  "npm on Node 20": npmForm(async () => [await findNode(node.twenty)]),
  "npm on Node 20.13.0": npmForm(async () => [await findNode(node.oldest)]),
  "npm on Node 22.0.0": npmForm(async () => [await findNode(node.oldest22)]),
  "npm on the current LTS": npmForm(async () => [await findNode(node.currentLts)]),
  "npm on Bun": npmForm(async () => [process.execPath]),
  "npm on Deno": npmForm(async () => [deno, "run", "--allow-all"]),
  "sources on Deno": {
    terminal: true,
    async prepare() {
      return ({ home, url }) => ({
        command: [deno, "run", ...denoFlags(home, url), join(root, "src/bin.ts")],
      });
    },
  },
  npx: installed("npx", ["npx", "--no-install"]),
  bunx: installed("bunx", [process.execPath, "x", "--bun", "--no-install"]),
} satisfies Record<string, Form>;

export type FormName = keyof typeof forms;

/** How long wine's server waits for a next program. */
const SERVED_SECONDS = 20;

/** Wine lacks one function that Bun calls at its start: a library of five lines beside the binary has it. */
async function prepareWine(): Promise<() => Start> {
  need("the tests of windows-x64", "wine64", "gcc-mingw-w64-x86-64-win32");
  await ensureReleased();
  const directory = join(workshop, "windows");
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "prefix"), { recursive: true });
  const binary = join(directory, "pinner.exe");
  await copyFile(join(release, binaryName("windows-x64")), binary);
  const source = join(directory, "process-prng.c");
  await writeFile(
    source,
    `#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return RtlGenRandom(data, size); }
`,
  );
  const library = join(directory, "bcryptprimitives.dll");
  await must("x86_64-w64-mingw32-gcc", "-shared", "-o", library, source, "-ladvapi32");
  const env = {
    WINEPREFIX: join(directory, "prefix"),
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml=",
  };
  const surroundings = { PATH: process.env["PATH"] ?? "", HOME: directory, ...env };
  // The first start makes the prefix, and what serves all of Windows' programs. That would otherwise be made anew by each
  // step, and hold its stdout open for seconds after it has ended.
  const stdio: ["ignore", "ignore", "ignore"] = ["ignore", "ignore", "ignore"];
  for (const command of [
    ["/usr/lib/wine/wineserver64", `--persistent=${SERVED_SECONDS}`],
    ["/usr/lib/wine/wine64", binary, "--version"],
  ])
    await Bun.spawn(command, { stdio, env: surroundings }).exited;
  return () => ({ command: ["/usr/lib/wine/wine64", binary], env });
}

/** Notes that all of a form's tests have passed: the run of all tests tells at its end which forms were tried. */
export async function recordForm(name: string): Promise<void> {
  await mkdir(join(dist, ".forms"), { recursive: true });
  await writeFile(join(dist, ".forms", name), "");
}

import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { must, root } from "./process.ts";

const dist = join(root, "dist");
/** What `bun run build` makes for this machine. */
export const binary = join(dist, process.platform === "win32" ? "pinner.exe" : "pinner");
/** What `bun run build --all` makes besides. */
export const release = join(dist, "release");

/** What the build reads, or is. */
const sources = [
  "src",
  "tooling/build",
  "tooling/reference",
  "scripts/build.ts",
  "package.json",
  "bun.lock",
  "tsconfig.build.json",
  // What a release holds besides.
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "install.ps1",
  "install.sh",
];
const lock = join(root, "node_modules/.cache/pinner-build.lock");
/** A build takes seconds: a lock of this age was left by one that was killed. */
const ABANDONED_MS = 180_000;

let built: Promise<void> | undefined;
let released: Promise<void> | undefined;

/** Builds, where the sources are newer than what was built: no test passes against an older program. */
export function ensureBuilt(): Promise<void> {
  built ??= buildUnlessFresh(binary);
  return built;
}

/** The same for everything that a release consists of. */
export function ensureReleased(): Promise<void> {
  released ??= buildUnlessFresh(join(release, "SHA256SUMS"), "--all");
  return released;
}

async function buildUnlessFresh(made: string, ...flags: string[]): Promise<void> {
  if (await isFresh(made)) return;
  await mkdir(join(lock, ".."), { recursive: true });
  // Files of tests run side by side in processes of their own.
  while (
    !(await mkdir(lock).then(
      () => true,
      () => false,
    ))
  ) {
    if (Date.now() - (await timeOf(lock)) > ABANDONED_MS) await rm(lock, { recursive: true, force: true });
    else await Bun.sleep(100);
  }
  try {
    if (!(await isFresh(made))) await must(process.execPath, "scripts/build.ts", ...flags);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function isFresh(made: string): Promise<boolean> {
  const time = await timeOf(made);
  return time > 0 && time >= (await newest(sources.map((name) => join(root, name))));
}

/** When the newest of these, or of what is in them, was changed; a directory also when something left it. */
async function newest(paths: string[]): Promise<number> {
  const times = await Promise.all(
    paths.map(async (path) => {
      const below = await readdir(path).catch(() => []);
      return Math.max(await timeOf(path), await newest(below.map((name) => join(path, name))));
    }),
  );
  return Math.max(0, ...times);
}

const timeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

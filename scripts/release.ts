/**
 * `bun run release 0.2.0`: makes a release. It sets the version, dates its section of CHANGELOG.md, commits, tags and
 * pushes; the release workflow builds, tries and publishes it.
 * `bun run release 0.2.0 --dry-run`: does it in a clone that goes away, and builds there what would be published; with
 * `--target linux-x64` only what there is of one target. It prints the checksums.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { root, run } from "../tooling/process.ts";
import { isVersion, versionedFiles, withVersion } from "../tooling/version.ts";

type Git = (...args: string[]) => Promise<string>;

/** @throws with what it printed, where it failed */
async function must(cwd: string, ...command: string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command, { cwd });
  if (exit !== 0) throw new Error(`${command.join(" ")} failed\n${stdout}${stderr}`.trim());
  return stdout.trim();
}

const gitIn =
  (directory: string): Git =>
  (...args) =>
    must(directory, "git", ...args);

/** @throws when this is not the state that a release is made of */
async function check(git: Git, version: string): Promise<void> {
  if (!isVersion(version)) throw new Error("the version must be like 0.2.0, or 0.2.0-rc.1 for a pre-release");
  const branch = await git("rev-parse", "--abbrev-ref", "HEAD");
  if (branch !== "main") throw new Error(`a release is made of main, and this is ${branch}`);
  if (await git("status", "--porcelain")) throw new Error("there are changes that are not committed");
  if (await git("tag", "--list", `v${version}`)) throw new Error(`there is a tag v${version} already`);
  await git("fetch", "--quiet", "origin", "main");
  if (await git("rev-list", "HEAD..origin/main"))
    throw new Error("origin has commits that are not here: pull");
}

/** Commits and tags the version. */
async function commit(directory: string, git: Git, version: string): Promise<void> {
  const release = { version, date: new Date().toISOString().slice(0, 10), previous: manifest.version };
  const texts = new Map<string, string>();
  // All of them before the first is written: one may be refused.
  for (const file of versionedFiles)
    texts.set(file, withVersion(file, await Bun.file(join(directory, file)).text(), release));
  for (const [file, text] of texts) await Bun.write(join(directory, file), text);
  await git("commit", "--quiet", "--message", `Release ${version}`, "--", ...versionedFiles);
  await git("tag", "--annotate", `v${version}`, "--message", `pinner ${version}`);
}

async function publish(version: string): Promise<void> {
  const git = gitIn(root);
  await check(git, version);
  await commit(root, git, version);
  await git("push", "--quiet", "--atomic", "origin", "main", `v${version}`);
  console.log(`v${version} is pushed: the release workflow does the rest`);
}

/** @param targets what it builds; everything where none is named */
async function rehearse(version: string, targets: string[]): Promise<void> {
  await check(gitIn(root), version);
  const directory = await mkdtemp(join(tmpdir(), "pinner-release-"));
  try {
    const git = gitIn(directory);
    await git("clone", "--quiet", root, ".");
    // A clone does not bring who commits, which may stand in this one's settings alone.
    for (const name of ["user.name", "user.email"])
      await git("config", name, await gitIn(root)("config", name));
    await commit(directory, git, version);
    await must(directory, process.execPath, "install", "--frozen-lockfile");
    const wanted = targets.length > 0 ? targets.flatMap((target) => ["--target", target]) : ["--all"];
    await must(directory, process.execPath, "scripts/build.ts", ...wanted);
    console.log(await git("show", "--stat", "--format=%s"));
    console.log(`\n${(await Bun.file(join(directory, "dist/release/SHA256SUMS")).text()).trimEnd()}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const USAGE = "usage: bun run release VERSION [--dry-run [--target TARGET …]]";
const options = {
  "dry-run": { type: "boolean", default: false },
  target: { type: "string", multiple: true, default: [] as string[] },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const [version, ...others] = positionals;
  const { "dry-run": dry, target } = values;
  if (version === undefined || others.length > 0 || (target.length > 0 && !dry)) throw new Error(USAGE);
  await (dry ? rehearse(version, target) : publish(version));
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});

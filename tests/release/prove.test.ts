import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { host } from "../../tooling/build/targets.ts";
import { need } from "../../tooling/install.ts";
import { type Run, root, run } from "../../tooling/process.ts";
import { versionedFiles } from "../../tooling/version.ts";

setDefaultTimeout(240_000);

const NEXT = "9.9.9";
const NEWS = "- What the next release brings.";

/** Somebody's clone, with the project as it is here as its one commit, and the repository that it came from. */
let directory: string;
let clone: string;
const git = async (...args: string[]): Promise<string> => {
  const { exit, stdout, stderr } = await run(["git", ...args], { cwd: clone });
  expect({ args, exit, stderr }).toMatchObject({ args, exit: 0 });
  return stdout.trim();
};
const release = (...args: string[]): Promise<Run> =>
  run([process.execPath, "scripts/release.ts", ...args], { cwd: clone });

beforeAll(async () => {
  need("the tests of releases", "git");
  directory = await mkdtemp(join(tmpdir(), "pinner-prove-"));
  clone = join(directory, "clone");
  const left = ["node_modules", "dist", ".git"].map((name) => join(root, name));
  await cp(root, clone, { recursive: true, filter: (path) => !left.includes(path) });
  const changelog = join(clone, "CHANGELOG.md");
  const told = await readFile(changelog, "utf8");
  await writeFile(changelog, told.replace("## [Unreleased]\n", `## [Unreleased]\n\n${NEWS}\n`));
  await run(["git", "init", "--quiet", "--bare", "--initial-branch=main", join(directory, "origin")]);
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "Somebody");
  await git("config", "user.email", "somebody@example.com");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "All of it");
  await git("remote", "add", "origin", join(directory, "origin"));
  await git("push", "--quiet", "origin", "main");
  expect((await run([process.execPath, "install", "--frozen-lockfile"], { cwd: clone })).exit).toBe(0);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a release is not made", () => {
  const unchanged = async (work: Promise<Run>): Promise<string> => {
    const before = await git("rev-parse", "HEAD");
    const { exit, stdout, stderr } = await work;
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect([await git("rev-parse", "HEAD"), await git("tag")]).toEqual([before, ""]);
    return stderr;
  };

  test("without a version, or with one that is none", async () => {
    expect(await unchanged(release())).toStartWith("usage: bun run release VERSION");
    for (const version of ["v0.2.0", "0.2", "0.2.0-beta", "next"])
      expect(await unchanged(release(version))).toContain("must be like 0.2.0");
  });

  test("of a tree with changes, or of another branch", async () => {
    await writeFile(join(clone, "new.txt"), "");
    expect(await unchanged(release(NEXT))).toContain("not committed");
    await rm(join(clone, "new.txt"));
    await git("checkout", "--quiet", "-b", "other");
    expect(await unchanged(release(NEXT))).toContain("this is other");
    await git("checkout", "--quiet", "main");
  });

  test("where the changelog says nothing of it", async () => {
    const path = join(clone, "CHANGELOG.md");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/(?<=## \[Unreleased\]\n)[\s\S]*?(?=^## \[)/m, "\n"));
    await git("commit", "--quiet", "--all", "--message", "Nothing new");
    expect(await unchanged(release(NEXT))).toContain(`says nothing of ${NEXT}`);
    await git("reset", "--quiet", "--hard", "HEAD~1");
  });

  test("where origin has what is not here", async () => {
    await git("commit", "--quiet", "--allow-empty", "--message", "Another's");
    await git("push", "--quiet", "origin", "main");
    await git("reset", "--quiet", "--hard", "HEAD~1");
    expect(await unchanged(release(NEXT))).toContain("pull");
    await git("push", "--quiet", "--force", "origin", "main");
  });
});

test("what a dry run builds, anyone builds from the tag, elsewhere and to the byte", async () => {
  const before = await git("rev-parse", "HEAD");
  const dry = await release(NEXT, "--dry-run", "--target", host);
  expect({ exit: dry.exit, stderr: dry.stderr }).toEqual({ exit: 0, stderr: "" });
  expect([await git("rev-parse", "HEAD"), await git("tag"), await git("status", "--porcelain")]).toEqual([
    before,
    "",
    "",
  ]);
  const promised = dry.stdout.split("\n").filter((line) => /^[0-9a-f]{64} {2}/.test(line));

  expect(await release(NEXT)).toMatchObject({ exit: 0, stderr: "" });

  // Another folder, another hour of the day, and another habit of who may read new files.
  const other = join(directory, "somewhere/else entirely/clone");
  await mkdir(other, { recursive: true });
  const origin = join(directory, "origin");
  const build = `umask 077 && git clone --quiet --branch v${NEXT} "$1" . 2>&1 && "$2" install --frozen-lockfile && "$2" scripts/build.ts --target ${host}`;
  const env = { PATH: process.env["PATH"] ?? "", HOME: join(directory, "somewhere"), TZ: "Pacific/Auckland" };
  const again = await run(["sh", "-c", build, "sh", origin, process.execPath], { cwd: other, env });
  expect({ exit: again.exit, stderr: again.stderr }).toMatchObject({ exit: 0 });
  const sums = await readFile(join(other, "dist/release/SHA256SUMS"), "utf8");
  expect(sums.trimEnd().split("\n")).toEqual(promised);
  for (const name of [
    `pinner-${host}.tar.gz`,
    `pinner-${host}.deb`,
    `pinner-${host}.rpm`,
    "pinner.cdx.json",
    `pinner-${NEXT}.tgz`,
  ])
    expect(sums).toContain(`  ${name}\n`);
  const checked = await run(["sha256sum", "--check", "--strict", "SHA256SUMS"], {
    cwd: join(other, "dist/release"),
  });
  expect(checked.exit).toBe(0);
  expect((await run([join(other, "dist/pinner"), "--version"])).stdout).toBe(`${NEXT}\n`);
  // Nothing of one target alone names the archives of others.
  expect((await readdir(join(other, "dist/release"))).filter((name) => name.endsWith(".rb"))).toEqual([]);
});

test("a release is one commit, a tag, and both are pushed", async () => {
  expect(await git("ls-remote", "origin")).toContain(`refs/tags/v${NEXT}`);
  expect(await git("rev-parse", "origin/main")).toBe(await git("rev-parse", `v${NEXT}^{commit}`));
  expect(await git("log", "-1", "--format=%s")).toBe(`Release ${NEXT}`);
  const changed = await git("diff", "--name-only", "HEAD~1");
  expect(changed.split("\n").sort()).toEqual([...versionedFiles].sort());
  // Where the version was, the new one is; and nowhere does the old one stay behind as the present one.
  const texts = await Promise.all(
    versionedFiles.map(async (file) => [file, await readFile(join(clone, file), "utf8")] as const),
  );
  for (const [file, text] of texts)
    expect({ file, found: text.includes(NEXT) }).toEqual({ file, found: true });
  const pinned = `(pinner-xyz/pinner(:|@v|/v)|npx --yes pinner@)${manifest.version.replaceAll(".", "[.]")}`;
  const behind = await run(["git", "grep", "-nE", pinned, "--", ".", ":!CHANGELOG.md", ":!tests"], {
    cwd: clone,
  });
  expect(behind.stdout).toBe("");
  const changelog = await readFile(join(clone, "CHANGELOG.md"), "utf8");
  const today = new Date().toISOString().slice(0, 10);
  expect(changelog).toContain(`## [Unreleased]\n\n## [${NEXT}] - ${today}\n\n${NEWS}\n`);
  expect(changelog).toContain(`/compare/v${manifest.version}...v${NEXT}\n`);
  expect(await release(NEXT)).toMatchObject({ exit: 1, stderr: `there is a tag v${NEXT} already\n` });
});

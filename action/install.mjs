/** Installs a release of pinner for one job: what is downloaded must have the checksum that the release gives. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const RELEASES = "https://github.com/pinner-xyz/pinner/releases";
const TRIES = 3;
const PAUSE_MS = 1000;
const DOWNLOAD_LIMIT_MS = 300_000;

/**
 * The version that this action was published with.
 * @returns {Promise<string>}
 */
export async function ownVersion() {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return JSON.parse(manifest).version;
}

/**
 * @param {string} version such as 0.1.0
 * @param {string} base a mirror of the releases; empty for the releases themselves
 * @returns {Promise<{directory: string, program: string}>} where it is: a directory of its own, which the runner empties
 * @throws {Error} with one line that says what failed; nothing was run then
 */
export async function install(version, base) {
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version))
    throw new Error("the input version is not a version such as 0.1.0");
  const archive = archiveName();
  const from = `${(base || RELEASES).replace(/\/+$/, "")}/download/v${version}`;
  const sums = (await download(`${from}/SHA256SUMS`)).toString("utf8");
  const content = await download(`${from}/${archive}`);
  verify(archive, content, sums);

  const temporary = process.env["RUNNER_TEMP"] || tmpdir();
  await mkdir(temporary, { recursive: true });
  const directory = await mkdtemp(join(temporary, "pinner-"));
  const packed = join(directory, archive);
  await writeFile(packed, content);
  const isWindows = process.platform === "win32";
  const name = isWindows ? "pinner.exe" : "pinner";
  // Windows' own tar reads zip archives; another one that comes first on PATH may not.
  const tar = isWindows ? join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "tar.exe") : "tar";
  run(`${archive} could not be unpacked`, tar, [isWindows ? "-xf" : "-xzf", packed, "-C", directory, name]);
  const program = join(directory, name);
  const installed = run("pinner does not run here", program, ["--version"]).trim();
  if (installed !== version) throw new Error(`the release ${version} has pinner ${installed} in it`);
  return { directory, program };
}

/** @returns {string} the archive of a release that is for this machine */
function archiveName() {
  const { arch, platform } = process;
  const system = { linux: "linux", darwin: "darwin", win32: "windows" }[String(platform)];
  if (!system || !["x64", "arm64"].includes(arch))
    throw new Error(`there is no pinner for ${platform} on ${arch}`);
  return `pinner-${system}-${arch}${isMusl() ? "-musl" : ""}${system === "windows" ? ".zip" : ".tar.gz"}`;
}

function isMusl() {
  if (process.platform !== "linux") return false;
  // Node names the C library that it runs on, if that is glibc.
  const { header } = /** @type {{header: {glibcVersionRuntime?: string}}} */ (process.report.getReport());
  return header.glibcVersionRuntime === undefined;
}

/**
 * @param {string} url
 * @returns {Promise<Buffer>}
 */
async function download(url) {
  for (let left = TRIES - 1; ; left--) {
    const answer = await fetchWhole(url);
    if (Buffer.isBuffer(answer)) return answer;
    if (left === 0 || !answer.mayPass) throw new Error(`${url} could not be downloaded: ${answer.reason}`);
    await sleep(PAUSE_MS);
  }
}

/**
 * @param {string} url
 * @returns {Promise<Buffer | {reason: string, mayPass: boolean}>} the file, or why not, and whether another try may help
 */
async function fetchWhole(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_LIMIT_MS) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    const { status } = response;
    return { reason: `it answers ${status}`, mayPass: status >= 500 || status === 429 };
  } catch (error) {
    const { cause, message } = /** @type {Error} */ (error);
    return { reason: cause instanceof Error ? cause.message : message, mayPass: URL.canParse(url) };
  }
}

/**
 * @param {string} archive
 * @param {Buffer} content
 * @param {string} sums as sha256sum writes them
 */
function verify(archive, content, sums) {
  const lines = sums.split("\n").map((line) => line.trim().split(/\s+\*?/));
  const [expected = ""] = lines.find(([, name]) => name === archive) ?? [];
  if (!/^[0-9a-f]{64}$/i.test(expected)) throw new Error(`SHA256SUMS has no checksum of ${archive}`);
  const actual = createHash("sha256").update(content).digest("hex");
  if (actual !== expected.toLowerCase())
    throw new Error(`${archive} has not the checksum that SHA256SUMS gives: ${actual}, not ${expected}`);
}

/**
 * @param {string} failure what to say when it fails
 * @param {string} program
 * @param {string[]} args
 */
function run(failure, program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${failure}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

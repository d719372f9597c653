import { existsSync, lstatSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./process.ts";

/** The official images that the Dockerfile starts from. */
export const BUILD_IMAGE = "oven/bun:1.4.5";
export const BASE_IMAGE = "gcr.io/distroless/base-nossl-debian13:nonroot";
/** The same with a shell. */
export const DEBUG_VARIANT = "debug-nonroot";
export const DEBUG_IMAGE = BASE_IMAGE.replace(/[^:]+$/, DEBUG_VARIANT);

const NONROOT = 65532;
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

export interface Root {
  directory: string;
  /** As in the image specification. */
  config: { Env: string[]; User?: string; WorkingDir?: string };
}

/** Bun, a shell and what both are linked with. It trusts whom this machine trusts, for the registry's sake. */
export async function makeBuildRoot(directory: string): Promise<Root> {
  await makeDirectories(directory, ["usr/local/bin", "root"]);
  await copyFile(process.execPath, join(directory, "usr/local/bin/bun"));
  const programs = ["/bin/sh", "/bin/mkdir"];
  const { stdout } = await run(["ldd", process.execPath, ...programs]);
  const libraries = [...new Set(stdout.match(/\/\S+\.so\S*/g))];
  await copyFromHere(directory, [...programs, ...libraries], "--dereference");
  const trusted = process.env["NODE_EXTRA_CA_CERTS"] || CERTIFICATES;
  if (!existsSync(trusted)) return { directory, config: { Env: [PATH] } };
  await copyFile(trusted, join(directory, CERTIFICATES));
  return { directory, config: { Env: [PATH, `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`] } };
}

/** glibc, time zones, certificates and two users, as in the official image, and about as large. */
export async function makeBaseRoot(directory: string, architecture: string, foreign: boolean): Promise<Root> {
  await makeDirectories(directory, ["home/nonroot", "root"]);
  const libc = foreign ? `libc6-${architecture}-cross` : "libc6";
  const files = await Promise.all([libc, "tzdata", "netbase", "media-types"].map(filesOf));
  // Where Debian puts the other architecture's libraries, and where they are at home.
  const home = ["--transform", "s,^usr/[^/]*-linux-gnu/lib/,usr/lib/,S"];
  await copyFromHere(directory, files.flat(), ...(foreign ? home : []));
  if (existsSync(CERTIFICATES)) await copyFile(CERTIFICATES, join(directory, CERTIFICATES));
  const user = (name: string, id: number, at: string) =>
    `${name}:x:${id}:${id}:${name}:${at}:/sbin/nologin\n`;
  const users = user("root", 0, "/root") + user("nonroot", NONROOT, "/home/nonroot");
  await Bun.write(join(directory, "etc/passwd"), users);
  await Bun.write(join(directory, "etc/group"), `root:x:0:\nnonroot:x:${NONROOT}:\n`);
  await Bun.write(join(directory, "etc/nsswitch.conf"), "hosts: files dns\n");
  const own = join(directory, "home/nonroot");
  await chmod(own, 0o700);
  await chown(own, NONROOT, NONROOT);
  const Env = [PATH, `SSL_CERT_FILE=${CERTIFICATES}`];
  return { directory, config: { Env, User: String(NONROOT), WorkingDir: "/home/nonroot" } };
}

/** The base with busybox, and a name for each of its programs, where the official one has them. */
export async function makeDebugRoot(directory: string, architecture: string): Promise<Root> {
  const { config } = await makeBaseRoot(directory, architecture, false);
  const at = join(directory, "busybox");
  await mkdir(at);
  const { stdout } = await run(["ldd", "/bin/busybox"]);
  await copyFromHere(directory, [...new Set(stdout.match(/\/\S+\.so\S*/g))], "--dereference");
  await copyFile("/bin/busybox", join(at, "busybox"));
  const { stdout: programs } = await run(["/bin/busybox", "--list"]);
  for (const name of programs.trim().split("\n"))
    if (name !== "busybox") await symlink("busybox", join(at, name));
  return { directory, config: { ...config, Env: [`${PATH}:/busybox`, ...config.Env.slice(1)] } };
}

async function makeDirectories(directory: string, names: string[]): Promise<void> {
  for (const name of ["usr/lib", "usr/lib64", "usr/bin", "usr/sbin", "etc/ssl/certs", "tmp", ...names])
    await mkdir(join(directory, name), { recursive: true });
  for (const name of ["lib", "lib64", "bin", "sbin"]) await symlink(`usr/${name}`, join(directory, name));
  await chmod(join(directory, "tmp"), 0o1777);
}

/** The files of a Debian package, if it is installed; some systems leave out its documentation. */
async function filesOf(name: string): Promise<string[]> {
  const { stdout } = await run(["dpkg", "-L", name]);
  const isFile = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  return stdout.split("\n").filter((path) => path.startsWith("/") && isFile(path));
}

/** @param flags of tar */
async function copyFromHere(directory: string, files: string[], ...flags: string[]): Promise<void> {
  const script = 'tar -C / -c --files-from=- "$@" | tar -C "$0" -x';
  const merged = ["--transform", "s,^\\(lib\\|lib64\\|bin\\|sbin\\)/,usr/\\1/,S"];
  const command = ["bash", "-o", "pipefail", "-c", script, directory, ...merged, ...flags];
  const { exit, stderr } = await run(command, { stdin: files.map((file) => file.slice(1)).join("\n") });
  if (exit !== 0) throw new Error(`files of this machine cannot be copied: ${stderr}`);
}

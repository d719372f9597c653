import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BASE_IMAGE,
  BUILD_IMAGE,
  DEBUG_IMAGE,
  DEBUG_VARIANT,
  makeBaseRoot,
  makeBuildRoot,
  makeDebugRoot,
  type Root,
} from "./base-images.ts";
import { need } from "./install.ts";
import { must, type Run, type RunOptions, root, run } from "./process.ts";

const PATIENCE_MS = 30_000;

/** What the image may take beside the binary, in bytes. */
export const MAX_IMAGE_OVERHEAD = 25_000_000;

export type Architecture = "amd64" | "arm64";
export const host: Architecture = process.arch === "arm64" ? "arm64" : "amd64";
export const foreign: Architecture = host === "amd64" ? "arm64" : "amd64";
const foreignMachine = foreign === "arm64" ? "aarch64" : "x86_64";
/** Runs programs of the other architecture. */
export const emulator = `/usr/bin/qemu-${foreignMachine}-static`;

/** A Docker engine, and the client that speaks to it. */
export interface Docker extends AsyncDisposable {
  client: string;
  env: Record<string, string>;
  /** Runs the client. */
  docker(args: string[], options?: RunOptions): Promise<Run>;
  /** Runs the client, which must succeed. @returns its stdout */
  must(...args: string[]): Promise<string>;
  /** Builds the Dockerfile as users do. @returns what the build printed */
  build(tag: string, architecture: Architecture, env?: Record<string, string>): Promise<string>;
  /** The same with a shell in it. */
  buildDebug(tag: string): Promise<string>;
}

/**
 * The engine that answers; where none does, one of our own that ends with the tests. Ours can pull no images, so the
 * base images are made here under their official names.
 * @throws with one line when there is no engine and none can be started
 */
export async function startDocker(): Promise<Docker> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error("the Docker tests need Linux and root: they start an engine and make other users' files");
  need("the Docker tests", "qemu-user-static", "busybox");
  const answering = await findEngine();
  return answering ?? startEngine();
}

const clientPath = () => (existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker");

async function findEngine(): Promise<Docker | undefined> {
  const env = inherited();
  const client = Bun.which(clientPath());
  if (!client || (await run([client, "version"], { env })).exit !== 0) return undefined;
  return createDocker(client, env, []);
}

async function startEngine(): Promise<Docker> {
  need("the Docker tests", "docker.io", "libc6-foreign-cross");
  const directory = await mkdtemp(join(tmpdir(), "pinner-docker-"));
  const socket = `unix://${join(directory, "docker.sock")}`;
  const log = join(directory, "log");
  const flags = [
    "--iptables=false",
    "--ip6tables=false",
    "--bridge=none",
    `--host=${socket}`,
    `--data-root=${join(directory, "data")}`,
    `--exec-root=${join(directory, "exec")}`,
    `--pidfile=${join(directory, "pid")}`,
  ];
  // It ends with us, however we end.
  const engine = Bun.spawn(["setpriv", "--pdeathsig", "TERM", "dockerd", ...flags], {
    env: inherited(),
    stdin: "ignore",
    stdout: Bun.file(log),
    stderr: Bun.file(log),
  });
  const stop = async () => {
    engine.kill("SIGTERM");
    const late = setTimeout(() => engine.kill("SIGKILL"), PATIENCE_MS);
    await engine.exited;
    clearTimeout(late);
    await removeMounted(directory);
  };
  try {
    const env = { ...inherited(), DOCKER_HOST: socket, DOCKER_CONFIG: join(directory, "config") };
    const end = Date.now() + PATIENCE_MS;
    while ((await run([clientPath(), "version"], { env })).exit !== 0) {
      if (engine.exitCode === null && Date.now() < end) await Bun.sleep(50);
      else throw new Error(`no Docker engine starts here: ${(await Bun.file(log).text()).slice(-2000)}`);
    }
    const docker = createDocker(clientPath(), env, ["--network", "host"], directory);
    await loadImage(docker, BUILD_IMAGE, host, await makeBuildRoot(join(directory, "build")));
    return { ...docker, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param own where base images can be made, if the engine is our own */
function createDocker(
  client: string,
  env: Record<string, string>,
  buildFlags: string[],
  own?: string,
): Docker {
  const tags: string[] = [];
  const docker: Docker = {
    client,
    env,
    docker: (args, options = {}) => run([client, ...args], { ...options, env: { ...env, ...options.env } }),
    async must(...args) {
      const { exit, stdout, stderr } = await docker.docker(args);
      if (exit !== 0) throw new Error(`docker ${args.join(" ")} exited with ${exit}\n${stdout}${stderr}`);
      return stdout;
    },
    async build(tag, architecture, more = {}) {
      if (own) {
        const files = await makeBaseRoot(join(own, architecture), architecture, architecture !== host);
        await loadImage(docker, BASE_IMAGE, architecture, files);
      }
      return buildImage(tag, architecture, [], more);
    },
    async buildDebug(tag) {
      if (own) await loadImage(docker, DEBUG_IMAGE, host, await makeDebugRoot(join(own, "debug"), host));
      return buildImage(tag, host, ["--build-arg", `VARIANT=${DEBUG_VARIANT}`]);
    },
    async [Symbol.asyncDispose]() {
      if (tags.length > 0) await docker.docker(["image", "rm", "--force", ...tags]);
    },
  };
  async function buildImage(
    tag: string,
    architecture: Architecture,
    more: string[],
    variables: Record<string, string> = {},
  ): Promise<string> {
    tags.push(tag);
    const flags = ["--platform", `linux/${architecture}`, "--tag", tag, ...more, ...buildFlags];
    const { exit, stdout, stderr } = await docker.docker(["build", ...flags, root], {
      env: { DOCKER_BUILDKIT: "1", BUILDKIT_PROGRESS: "plain", ...variables },
    });
    if (exit !== 0) throw new Error(`the image cannot be built\n${stdout}${stderr}`);
    return stdout + stderr;
  }
  return docker;
}

/** Not by `docker import`, which knows no other architecture than the engine's. */
async function loadImage(
  docker: Docker,
  name: string,
  architecture: Architecture,
  base: Root,
): Promise<void> {
  const archive = `${base.directory}.image`;
  const layer = join(archive, "layer.tar");
  await mkdir(archive, { recursive: true });
  await must("tar", "-C", base.directory, "-cf", layer, ".");
  const [digest = ""] = (await must("sha256sum", layer)).split(" ");
  const rootfs = { type: "layers", diff_ids: [`sha256:${digest}`] };
  const config = { architecture, os: "linux", config: base.config, rootfs };
  await Bun.write(join(archive, "config.json"), JSON.stringify(config));
  const manifest = [{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }];
  await Bun.write(join(archive, "manifest.json"), JSON.stringify(manifest));
  await must("tar", "-C", archive, "-cf", `${archive}.tar`, ".");
  await docker.must("load", "--input", `${archive}.tar`);
}

/** Removes a directory, and what an engine left mounted in it. */
async function removeMounted(directory: string): Promise<void> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  for (const path of mounts.match(/(?<= )\/\S+(?= )/g) ?? []) {
    if (path.startsWith(`${directory}/`)) await run(["umount", "--lazy", path]);
  }
  await rm(directory, { recursive: true, force: true });
}

const inherited = () => ({ ...process.env }) as Record<string, string>;

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { BASE_IMAGE, BUILD_IMAGE, DEBUG_IMAGE } from "../../tooling/base-images.ts";
import { flags } from "../../tooling/build/compile.ts";
import {
  type Docker,
  emulator,
  foreign,
  host,
  MAX_IMAGE_OVERHEAD,
  startDocker,
} from "../../tooling/docker.ts";
import { recordForm } from "../../tooling/forms.ts";
import { run } from "../../tooling/process.ts";
import { openTerminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, modeOf, PASSWORD, type World } from "../../tooling/world.ts";
import { expand, furnish, normalise, type Situation, steps } from "../forms/scenarios.ts";

const MB = 1_000_000;
/** Docker itself takes a moment, and kills what does not end within 10 s. */
const AT_ONCE_MS = 6000;
const id = `pinner-test-${process.pid}-${Date.now().toString(36)}`;
const image = `${id}:${host}`;
const foreignImage = `${id}:${foreign}`;
const credentials = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
const hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
const users = { root: 0, "the image's user": 65532, "a user nobody knows": 54321 };

setDefaultTimeout(90_000);

let docker: Docker;
let scratch: string;
let built: string;

beforeAll(async () => {
  docker = await startDocker();
  scratch = await mkdtemp(join(tmpdir(), "pinner-docker-test-"));
  built = await docker.build(image, host, { PINNER_AUTH_TOKEN: "token-of-the-builder", ...credentials });
}, 180_000);

afterAll(async () => {
  await docker?.[Symbol.asyncDispose]();
  if (scratch) await rm(scratch, { recursive: true, force: true });
}, 60_000);

describe("the image", () => {
  test("is built of the sources alone, with the Bun that they are tested with", async () => {
    const [, size = "", unit] = /transferring context: ([\d.]+)(k?B)\b/.exec(built) ?? [];
    expect(Number(size) * (unit === "kB" ? 1000 : 1)).toBeLessThan(MB);
    expect(Number(size)).toBeGreaterThan(0);
    const dockerfile = await readFile(join(import.meta.dir, "../../Dockerfile"), "utf8");
    expect([...dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, name]) => name)).toEqual([
      BUILD_IMAGE,
      BASE_IMAGE.replace(/[^:]+$/, "$VARIANT"),
    ]);
    expect(dockerfile).toContain(`ARG VARIANT=${BASE_IMAGE.split(":")[1]}\n`);
    expect(BUILD_IMAGE).toBe(`oven/${manifest.packageManager.replace("@", ":")}`);
    const [command = ""] = /^RUN bun build (?:.*\\\n)*.*$/m.exec(dockerfile) ?? [];
    expect([...command.matchAll(/--(?!target|outfile)\S+/g)].map(([flag]) => flag)).toEqual(flags);
  });

  test("says what it is, and starts pinner as a user without rights", async () => {
    const { Config, Architecture } = await inspect(image);
    expect(Architecture).toBe(host);
    expect(Config).toMatchObject({ User: "65532:65532", Entrypoint: ["pinner"] });
    expect(Config.Volumes ?? null).toBeNull();
    expect(Config.Env).toContain("PINNER_HOME=/data");
    expect(Config.Labels).toEqual({
      "org.opencontainers.image.title": "pinner",
      "org.opencontainers.image.description": expect.stringContaining("Pinner.xyz"),
      "org.opencontainers.image.licenses": manifest.license,
      "org.opencontainers.image.url": manifest.homepage,
      "org.opencontainers.image.base.name": BASE_IMAGE,
    });
    expect(await docker.must("run", "--rm", "--network", "none", image, "--version")).toBe(
      `${manifest.version}\n`,
    );
  });

  test("is at most 25 MB larger than the binary in it", async () => {
    const binary = await takeBinary(image);
    const { size } = await stat(binary);
    const overhead = (await inspect(image)).Size - size;
    console.log(`image: ${(size / MB).toFixed(1)} MB of binary + ${(overhead / MB).toFixed(1)} MB`);
    expect(overhead).toBeLessThan(MAX_IMAGE_OVERHEAD);
  });

  test("has no shell and no package manager", async () => {
    await using container = await create(image);
    const archive = join(scratch, "files.tar");
    await docker.must("export", "--output", archive, container.name);
    const files = await Bun.$`tar -tf ${archive}`.text();
    expect(files).toContain("usr/local/bin/pinner\n");
    expect(files).not.toMatch(/bin\/(?:sh|bash|dash|ash|busybox|apt|apt-get|dpkg|apk|bun|node)\n/);
  });

  test("holds no secret of whoever built it", async () => {
    const history = await docker.must("history", "--no-trunc", image);
    for (const text of [history, JSON.stringify(await inspect(image))]) {
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toContain("token-of-the-builder");
    }
  });

  test(`is built for ${foreign} too, and logs in there`, async () => {
    await docker.build(foreignImage, foreign);
    const { Architecture, Config, Size } = await inspect(foreignImage);
    expect(Architecture).toBe(foreign);
    expect(Config.Entrypoint).toEqual(["pinner"]);
    const { size } = await stat(await takeBinary(foreignImage));
    expect(Size - size).toBeLessThan(MAX_IMAGE_OVERHEAD);

    await using world = await createWorld();
    const emulated = ["-v", `${emulator}:/emulator:ro`, "--entrypoint", "/emulator"];
    const { exit, stdout } = await pinner(world, ["/usr/local/bin/pinner", "auth", "--stdout"], {
      image: foreignImage,
      options: ["--platform", `linux/${foreign}`, ...emulated],
      env: credentials,
    });
    expect(exit).toBe(0);
    expect(await world.portal.isLive(stdout.trim())).toBe(true);
  });
});

describe("the image with a shell", () => {
  const debug = `${id}:debug`;
  const credentialsAsFlags = ["-e", "PINNER_EMAIL", "-e", "PINNER_PASSWORD", "-e", "PINNER_BASE_ENDPOINT"];
  const runs = (options: string[], world: World) =>
    docker.docker(["run", "--rm", "--network", "host", ...credentialsAsFlags, ...options], {
      env: { ...credentials, PINNER_BASE_ENDPOINT: world.url },
    });
  beforeAll(() => docker.buildDebug(debug), 120_000);

  test("is the same program, started as it is", async () => {
    const { Config } = await inspect(debug);
    expect(Config).toMatchObject({ User: "65532:65532", Entrypoint: ["pinner"] });
    expect(Config.Labels["org.opencontainers.image.base.name"]).toBe(DEBUG_IMAGE);
    expect(await docker.must("run", "--rm", debug, "--version")).toBe(`${manifest.version}\n`);
  });

  test("runs a script as GitLab's runner does, which takes the entry point away", async () => {
    await using world = await createWorld();
    // What the runner starts: it looks for a shell, and feeds it the script.
    const find = "if [ -x /bin/bash ]; then exec /bin/bash; else exec /busybox/sh; fi";
    const script = "set -e\npinner auth exec -- sh -c 'test -n \"$PINNER_AUTH_TOKEN\"'\npinner --version\n";
    const { exit, stdout, stderr } = await docker.docker(
      [
        "run",
        "-i",
        "--rm",
        "--network",
        "host",
        ...credentialsAsFlags,
        "--entrypoint",
        "",
        debug,
        "sh",
        "-c",
        find,
      ],
      { env: { ...credentials, PINNER_BASE_ENDPOINT: world.url }, stdin: script },
    );
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect(world.portal.liveKeys(EMAIL)).toEqual([]);
  });

  test("runs steps as GitHub's runner does, in a container that waits", async () => {
    await using world = await createWorld();
    const name = `${id}-job`;
    const env = { ...credentials, PINNER_BASE_ENDPOINT: world.url };
    await docker.docker(
      [
        "run",
        "-d",
        "--name",
        name,
        "--network",
        "host",
        ...credentialsAsFlags,
        "--entrypoint",
        "tail",
        debug,
        "-f",
        "/dev/null",
      ],
      { env },
    );
    try {
      const step = (script: string) => docker.docker(["exec", name, "sh", "-e", "-c", script]);
      expect(await step("pinner auth")).toMatchObject({ exit: 0 });
      expect(await step("pinner auth status")).toMatchObject({ exit: 0 });
      expect(await step("pinner auth logout")).toMatchObject({ exit: 0 });
      expect(world.portal.liveKeys(EMAIL)).toEqual([]);
    } finally {
      await docker.docker(["rm", "--force", name]);
    }
  });

  test("starts pinner without a shell, too", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await runs([debug, "auth", "--stdout"], world);
    expect({ exit, live: await world.portal.isLive(stdout.trim()) }).toEqual({ exit: 0, live: true });
  });
});

describe.concurrent("logging in from a container", () => {
  test("prints the token and nothing else", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await pinner(world, ["auth", "--stdout"], { env: credentials });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(await world.portal.isLive(stdout.trim())).toBe(true);
  });

  test("needs no rights and no place to write to", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await pinner(world, ["auth", "--stdout"], {
      env: credentials,
      options: hardened,
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(await world.portal.isLive(stdout.trim())).toBe(true);
  });

  test("takes the password from stdin, which neither the engine nor its logs come to know", async () => {
    await using world = await createWorld();
    await using container = named();
    const { exit, stdout } = await pinner(world, ["auth", "--json", "-e", EMAIL], {
      stdin: `${PASSWORD}\n`,
      keep: container.name,
    });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "authenticated",
      configPath: "/data/pinner/config.yaml",
    });
    const inspected = await docker.must("inspect", container.name);
    const logs = await docker.docker(["logs", container.name]);
    expect(logs.stdout).toBe(stdout);
    for (const text of [inspected, logs.stdout, logs.stderr]) expect(text).not.toContain(PASSWORD);
    expect(logs.stdout).not.toMatch(/eyJ[\w-]{8}/);
  });

  test.serial("prompts at a terminal", async () => {
    await using world = await createWorld();
    const terminal = terminalIn(world, ["auth"]);
    await terminal.shows("Email");
    terminal.type(`${EMAIL}\r`);
    await terminal.shows("Password");
    terminal.type(`${PASSWORD}\r`);
    await terminal.shows("Logged in to");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text()).not.toContain(PASSWORD);
    expect(terminal.isRestored()).toBe(true);
  });
});

describe.concurrent("the config on a volume", () => {
  for (const [who, uid] of Object.entries(users)) {
    test(`is kept for ${who} in a directory of theirs, and read again`, async () => {
      await using world = await createWorld();
      const directory = await directoryOf(uid);
      const options = [...hardened, "--user", `${uid}:${uid}`, "-v", `${directory}:/data`];
      const login = await pinner(world, ["auth"], { env: credentials, options });
      expect({ exit: login.exit, stderr: login.stderr }).toEqual({ exit: 0, stderr: "" });

      const file = join(directory, "pinner/config.yaml");
      expect([await modeOf(file), await modeOf(join(directory, "pinner"))]).toEqual([0o600, 0o700]);
      expect([(await stat(file)).uid, (await stat(join(directory, "pinner"))).uid]).toEqual([uid, uid]);
      expect(await readdir(join(directory, "pinner"))).toEqual(["config.yaml"]);

      const status = await pinner(world, ["auth", "status", "--json"], { options });
      expect(status.exit).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ status: "authenticated", email: EMAIL });
    });

    test(`is kept for ${who} in a volume that Docker makes`, async () => {
      await using world = await createWorld();
      await using volume = named("volume");
      const options = [...hardened, "--user", `${uid}:${uid}`, "-v", `${volume.name}:/data`];
      expect((await pinner(world, ["auth"], { env: credentials, options })).exit).toBe(0);
      const { exit, stdout } = await pinner(world, ["auth", "token"], { options });
      expect(exit).toBe(0);
      expect(await world.portal.isLive(stdout.trim())).toBe(true);
    });
  }

  const unwritable: Record<string, { why: string; options: () => Promise<string[]> }> = {
    "on a read-only mount": {
      why: "the file system is read-only",
      options: async () => ["-v", `${await directoryOf(65532)}:/data:ro`],
    },
    "in a container that is read-only": {
      why: "the file system is read-only",
      options: async () => hardened,
    },
    "in another user's open directory": {
      why: "permission denied",
      options: async () => ["-v", `${await directoryOf(1000, 0o755)}:/data`],
    },
    "in another user's closed directory": {
      why: "permission denied",
      options: async () => ["-v", `${await directoryOf(1000, 0o700)}:/data`],
    },
    "by root in a file mounted by itself": {
      why: "mounted by itself",
      options: async () => [
        "--user",
        "0:0",
        "-v",
        `${await configOf(0, "secure: true\n")}:/data/pinner/config.yaml`,
      ],
    },
    "in a file mounted by itself": {
      why: "mounted by itself",
      options: async () => ["-v", `${await configOf(65532, "secure: true\n")}:/data/pinner/config.yaml`],
    },
  };
  for (const [where, { why, options }] of Object.entries(unwritable)) {
    test(`cannot be written ${where}, which is said before anything is sent`, async () => {
      await using world = await createWorld();
      const given = { env: credentials, options: await options() };
      const { exit, stdout, stderr } = await pinner(world, ["auth", "--json"], given);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      const { error } = JSON.parse(stderr);
      expect(error.code).toMatch(/^config_(?:unwritable|invalid)$/);
      expect(error.message).toContain("/data/pinner/config.yaml");
      expect(error.message).toContain(why);
      expect(world.portal.requests).toHaveLength(0);
    });
  }

  test("is read from a read-only mount, from a file mounted by itself too", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "elsewhere");
    const file = await configOf(65532, `auth_token: ${token}\n`);
    for (const mount of [`${join(file, "../..")}:/data:ro`, `${file}:/data/pinner/config.yaml:ro`]) {
      const { exit, stdout, stderr } = await pinner(world, ["account", "--json"], {
        options: [...hardened, "-v", mount],
      });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(JSON.parse(stdout).email).toBe(EMAIL);
    }
  });
});

describe("as the first process of its container, without --init", () => {
  test("docker stop ends it at once, and its password is not to be seen until then", async () => {
    await using world = await createWorld();
    await using container = named();
    const arrived = hangAtLogin(world);
    const ended = pinner(world, ["auth", "-e", EMAIL], { stdin: PASSWORD, keep: container.name });
    await arrived;
    expect(await docker.must("inspect", container.name)).not.toContain(PASSWORD);
    const took = await timed("docker stop", () => docker.must("stop", container.name));
    expect((await ended).exit).toBe(143);
    expect(took).toBeLessThan(AT_ONCE_MS);
  });

  test("Ctrl-C at the client ends it at once", async () => {
    await using world = await createWorld();
    const arrived = hangAtLogin(world);
    let interrupt = () => {};
    const ended = pinner(world, ["auth", "--json"], {
      env: credentials,
      onStart: (child) => {
        interrupt = () => child.kill("SIGINT");
      },
    });
    await arrived;
    let exit: number | undefined;
    const took = await timed("Ctrl-C", async () => {
      interrupt();
      const { exit: code, stdout, stderr } = await ended;
      exit = code;
      expect(stdout).toBe("");
      expect(JSON.parse(stderr).error.code).toBe("cancelled");
    });
    expect(exit).toBe(130);
    expect(took).toBeLessThan(AT_ONCE_MS);
  });

  test("Ctrl-C at a terminal ends a login, and the terminal is as it was", async () => {
    await using world = await createWorld();
    const arrived = hangAtLogin(world);
    const terminal = terminalIn(world, ["auth"], credentials);
    await arrived;
    const took = await timed("Ctrl-C at a terminal", async () => {
      terminal.type("\u0003");
      expect(await terminal.exit()).toBe(130);
    });
    expect(took).toBeLessThan(AT_ONCE_MS);
    expect(terminal.isRestored()).toBe(true);
  });

  test("Ctrl-C at a prompt ends it, and the terminal is as it was", async () => {
    await using world = await createWorld();
    const terminal = terminalIn(world, ["auth", "-e", EMAIL]);
    await terminal.shows("Password");
    terminal.type("\u0003");
    expect(await terminal.exit()).toBe(130);
    expect(terminal.isRestored()).toBe(true);
    expect(world.portal.requests).toHaveLength(0);
  });
});

test("the README's commands run, with the secrets in no argument", async () => {
  await using world = await createWorld();
  await using volume = named("volume");
  const readme = await readFile(join(import.meta.dir, "../../README.md"), "utf8");
  const [, script = ""] = /^```sh\n(docker run.*?)^```$/ms.exec(readme) ?? [];
  const lines = script
    .replaceAll("docker run", `"$DOCKER" run --network host -e PINNER_BASE_ENDPOINT`)
    .replaceAll("pinner:/data", `${volume.name}:/data`)
    .replaceAll(` ghcr.io/pinner-xyz/pinner:${manifest.version} auth`, ` ${image} auth`);
  await writeFile(join(scratch, "password.txt"), `${PASSWORD}\n`);
  const { exit, stdout, stderr } = await run(["bash", "-euxc", lines], {
    cwd: scratch,
    env: { ...docker.env, ...credentials, DOCKER: docker.client, PINNER_BASE_ENDPOINT: world.url },
  });
  expect({ exit, said: exit === 0 ? "" : stderr }).toEqual({ exit: 0, said: "" });
  expect(stdout).toContain(`Logged in to ${world.url} as ${EMAIL}`);
  expect(stdout + stderr).not.toContain(PASSWORD);
  const printed = (await readFile(join(scratch, "token.txt"), "utf8")).trim();
  expect(await world.portal.isLive(printed)).toBe(true);
});

describe("the image does what every other form does", () => {
  let world: World;
  let situation: Situation;
  let passed = 0;
  const volume = named("volume");
  const options = [...hardened, "-v", `${volume.name}:/data`];

  beforeAll(async () => {
    world = await createWorld();
    furnish(world);
    situation = { world, configPath: "/data/pinner/config.yaml", printed: new Map() };
  });
  afterAll(async () => {
    await volume[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
    if (passed === steps.length) await recordForm("docker");
  });

  for (const { name, args, stdin, env, fault, ...expected } of steps) {
    test(name, async () => {
      if (fault) world.portal.fault("any", fault);
      const input = typeof stdin === "function" ? stdin(situation) : stdin;
      const { exit, stdout, stderr } = await pinner(world, args(situation), {
        options,
        ...(env ? { env: env(situation) } : {}),
        ...(input === undefined ? {} : { stdin: input }),
      });
      world.portal.clearFaults();
      situation.printed.set(name, stdout);
      const said = expected.stderr === undefined ? {} : { stderr: expand(expected.stderr, situation) };
      expect({ exit, stdout: normalise(stdout), ...("stderr" in said ? { stderr } : {}) }).toEqual({
        exit: expected.exit,
        stdout: normalise(expand(expected.stdout, situation)),
        ...said,
      });
      passed++;
    });
  }
});

interface ContainerOptions {
  image?: string;
  /** Flags of `docker run`. */
  options?: string[];
  /** Passed on by name, as `-e NAME`. */
  env?: Record<string, string>;
  stdin?: string;
  /** The name of a container that is to stay when it has ended. */
  keep?: string;
  onStart?: (child: { kill(signal: NodeJS.Signals): void }) => void;
}

/** Runs pinner in a container to its end. */
function pinner(world: World, args: string[], given: ContainerOptions = {}) {
  const { env = {}, stdin, onStart } = given;
  return docker.docker(runArgs(world, args, given), {
    env,
    ...(stdin === undefined ? {} : { stdin }),
    ...(onStart ? { onStart } : {}),
  });
}

function runArgs(world: World, args: string[], given: ContainerOptions): string[] {
  const { options = [], env = {}, stdin, keep } = given;
  return [
    "run",
    ...(keep ? ["--name", keep] : ["--rm"]),
    ...(stdin === undefined ? [] : ["-i"]),
    ...["--network", "host"],
    ...Object.entries({ PINNER_BASE_ENDPOINT: world.url, ...env }).flatMap(([name, value]) =>
      // A name alone is taken from the client's environment: so a secret is no argument of the client's.
      ["-e", name === "PINNER_BASE_ENDPOINT" ? `${name}=${value}` : name],
    ),
    ...options,
    given.image ?? image,
    ...args,
  ];
}

function terminalIn(world: World, args: string[], env: Record<string, string> = {}) {
  const command = [docker.client, ...runArgs(world, args, { env, options: ["-it"] })];
  return openTerminal(command, { ...docker.env, ...env, TERM: "xterm-256color" }, 100);
}

/** Makes logins wait for ever. @returns when one has come */
function hangAtLogin(world: World): Promise<void> {
  world.portal.fault("login", { kind: "hang" });
  return new Promise((resolve) => {
    world.portal.onArrival = (step) => {
      if (step === "login") resolve();
    };
  });
}

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  const took = Math.round(performance.now() - started);
  console.log(`${what}: ${took} ms`);
  return took;
}

/** A container or volume of this test, removed at its end. */
function named(kind: "container" | "volume" = "container"): AsyncDisposable & { name: string } {
  const name = `${id}-${crypto.randomUUID().slice(0, 8)}`;
  return {
    name,
    async [Symbol.asyncDispose]() {
      await docker.docker([kind, "rm", "--force", name]);
    },
  };
}

async function create(from: string) {
  const container = named();
  await docker.must("create", "--name", container.name, from);
  return container;
}

async function takeBinary(from: string): Promise<string> {
  await using container = await create(from);
  const path = join(scratch, container.name);
  await docker.must("cp", `${container.name}:/usr/local/bin/pinner`, path);
  return path;
}

interface Inspected {
  Architecture: string;
  Size: number;
  Config: {
    User: string;
    Env: string[];
    Entrypoint: string[];
    Labels: Record<string, string>;
    Volumes?: unknown;
  };
}

async function inspect(name: string): Promise<Inspected> {
  const [found] = JSON.parse(await docker.must("image", "inspect", name)) as Inspected[];
  if (!found) throw new Error(`there is no image ${name}`);
  return found;
}

/** A fresh directory that belongs to a user. */
async function directoryOf(uid: number, mode = 0o700): Promise<string> {
  const directory = await mkdtemp(join(scratch, "volume-"));
  await chmod(directory, mode);
  await chown(directory, uid, uid);
  return directory;
}

/** A config file that belongs to a user, in a directory of theirs. @returns the file */
async function configOf(uid: number, text: string): Promise<string> {
  const directory = join(await directoryOf(uid), "pinner");
  const file = join(directory, "config.yaml");
  await mkdir(directory, { mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  for (const path of [directory, file]) await chown(path, uid, uid);
  return file;
}

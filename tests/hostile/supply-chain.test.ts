import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureBuilt } from "../../tooling/binary.ts";
import { run } from "../../tooling/process.ts";

await ensureBuilt();

setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../..");
const LIFECYCLE =
  /^(?:pre|post)?(?:install|prepare|prepublish|publish|pack|uninstall|dependencies|version)$|^prepublishOnly$/;

interface Package {
  name: string;
  license: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  trustedDependencies?: string[];
}

const { devDependencies, scripts, trustedDependencies }: typeof manifest & Partial<Package> = manifest;
const read = async (path: string): Promise<Package> => JSON.parse(await readFile(path, "utf8"));
const installed = (name: string) => read(join(root, "node_modules", name, "package.json"));

/** Packages of which there is code in what ships, by the sources that source maps name. */
async function bundled(): Promise<string[]> {
  const forms = [
    { entrypoints: [join(root, "src/bin.ts")], target: "bun" },
    { entrypoints: [join(root, "src/bin.ts")], target: "node" },
    { entrypoints: [join(root, "src/index.ts")], target: "node" },
    { entrypoints: [join(root, "src/sandbox.ts")], target: "node" },
    { entrypoints: [join(root, "src/testing/index.ts")], target: "browser" },
  ] as const;
  const names = new Set<string>();
  for (const form of forms) {
    const { outputs } = await Bun.build({
      ...form,
      entrypoints: [...form.entrypoints],
      format: "esm",
      sourcemap: "external",
      tsconfig: join(root, "tsconfig.build.json"),
    });
    const map = outputs.find(({ kind }) => kind === "sourcemap");
    const { sources }: { sources: string[] } = JSON.parse((await map?.text()) ?? "{}");
    for (const path of sources) {
      const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
      if (name) names.add(name);
    }
  }
  return [...names].sort();
}

describe("docs/dependencies.md", () => {
  /** Rows of the two tables: cells without their quotes. */
  let shipped: string[][];
  let others: string[][];

  beforeAll(async () => {
    const text = await readFile(join(root, "docs/dependencies.md"), "utf8");
    const [, first = "", second = ""] = text.split("\n## ");
    const rows = (section: string) =>
      [...section.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
        row
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.replaceAll("`", "").trim()),
      );
    shipped = rows(first);
    others = rows(second);
  });

  test("lists what is bundled into what ships, and nothing else", async () => {
    const expected = await bundled();
    expect(expected.length).toBeGreaterThan(10);
    expect(shipped.map(([name = ""]) => name)).toEqual(expected);
  });

  test("lists every other package of package.json as one that only builds and tests", () => {
    const ships = new Set(shipped.map(([name]) => name));
    expect(others.map(([name = ""]) => name)).toEqual(
      Object.keys(devDependencies).filter((name) => !ships.has(name)),
    );
  });

  test("says of each why it is there, its true licence, and what it brings", async () => {
    for (const [name = "", why = "", licence, brings] of [...shipped, ...others]) {
      const { license, dependencies = {} } = await installed(name);
      expect({ name, licence, explained: why.length > 10 }).toEqual({
        name,
        licence: license,
        explained: true,
      });
      if (brings !== undefined)
        expect({ name, brings: brings.split(", ").sort() }).toEqual({
          name,
          brings: Object.keys(dependencies).length > 0 ? Object.keys(dependencies).sort() : ["–"],
        });
    }
  });

  test("has a permissive licence for everything that ships", () => {
    for (const [name, , licence] of shipped)
      expect({ name, licence }).toEqual({
        name,
        licence: expect.stringMatching(/^(?:MIT|ISC|BlueOak-1\.0\.0)$/),
      });
  });
});

describe("what is installed", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pinner-supply-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test("is pinned to exact versions, and so are those that bring it", async () => {
    for (const [name, version] of Object.entries(devDependencies))
      expect({ name, version }).toEqual({ name, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    const lock = await readFile(join(root, "bun.lock"), "utf8");
    const packages = lock.slice(lock.indexOf('"packages": {'));
    const hashes = packages.match(/"sha512-[\w+/]{86}=="/g) ?? [];
    expect(hashes.length).toBe(packages.match(/^ {4}"/gm)?.length ?? 0);
  });

  test("is what the lock file says, for whoever builds, tests or makes an image", async () => {
    expect(scripts.setup).toBe("bun install --frozen-lockfile --no-summary");
    for (const name of ["test", "demo", "sandbox"] as const)
      expect(scripts[name]).toStartWith("bun run --silent setup &&");
    expect(await readFile(join(root, ".ci/run"), "utf8")).toMatch(/bun@[\d.]+ run test$/m);
    const workflows = join(root, ".github/workflows");
    const files = [
      join(root, "Dockerfile"),
      ...(existsSync(workflows) ? (await readdir(workflows)).map((name) => join(workflows, name)) : []),
    ];
    for (const file of files) {
      const installs =
        (await readFile(file, "utf8")).match(/^.*\b(?:bun|npm|pnpm|yarn) (?:install|i|ci|add)\b.*$/gm) ?? [];
      for (const line of installs)
        expect({ file, line }).toEqual({ file, line: expect.stringContaining("--frozen-lockfile") });
    }
  });

  test("is not installed at all when lock file and package.json differ", async () => {
    const project = join(directory, "project");
    await mkdir(join(project, "part"), { recursive: true });
    await writeFile(join(project, "part/package.json"), '{"name": "part", "version": "1.0.0"}');
    const describeProject = (dependencies: object) =>
      writeFile(
        join(project, "package.json"),
        JSON.stringify({ name: "project", scripts: { setup: scripts.setup }, dependencies }),
      );
    const bun = (...args: string[]) =>
      run([process.execPath, ...args], {
        cwd: project,
        // No package of this test is fetched from anywhere.
        env: {
          PATH: `${join(process.execPath, "..")}:${process.env["PATH"]}`,
          HOME: directory,
          BUN_CONFIG_REGISTRY: "http://127.0.0.1:1",
        },
      });
    await describeProject({ part: "file:./part" });
    expect((await bun("install")).exit).toBe(0);
    expect((await bun("run", "setup")).exit).toBe(0);
    const lock = await readFile(join(project, "bun.lock"), "utf8");
    await describeProject({});
    const { exit, stderr } = await bun("run", "setup");
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining("lockfile is frozen") });
    expect(await readFile(join(project, "bun.lock"), "utf8")).toBe(lock);
  });

  test("runs nothing: no package is trusted to, and Bun lets no other", async () => {
    expect(trustedDependencies).toEqual([]);
    const project = join(directory, "trusting");
    const dependency = join(project, "evil");
    await mkdir(dependency, { recursive: true });
    const touch = `touch ${join(directory, "evil-ran")}`;
    await writeFile(
      join(dependency, "package.json"),
      JSON.stringify({
        name: "evil",
        version: "1.0.0",
        scripts: { preinstall: touch, install: touch, postinstall: touch },
      }),
    );
    await run([
      "tar",
      "-czf",
      join(project, "evil.tgz"),
      "-C",
      project,
      "--transform",
      "s,^evil,package,",
      "evil",
    ]);
    const install = async (trusted: string[] | undefined) => {
      await writeFile(
        join(project, "package.json"),
        JSON.stringify({
          name: "project",
          dependencies: { evil: "file:./evil.tgz" },
          trustedDependencies: trusted,
        }),
      );
      await rm(join(project, "node_modules"), { recursive: true, force: true });
      const { exit } = await run([process.execPath, "install"], {
        cwd: project,
        env: { PATH: process.env["PATH"] ?? "", HOME: directory, BUN_CONFIG_REGISTRY: "http://127.0.0.1:1" },
      });
      expect(exit).toBe(0);
      return existsSync(join(directory, "evil-ran"));
    };
    expect(await install(trustedDependencies)).toBe(false);
    // So it would have been noticed.
    expect(await install(["evil"])).toBe(true);
  });

  test("of ours brings nothing and runs nothing either", async () => {
    const { exit } = await run(
      ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", directory],
      { cwd: root },
    );
    expect(exit).toBe(0);
    await run(["tar", "-xzf", join(directory, `${manifest.name}-${manifest.version}.tgz`), "-C", directory]);
    const packed = await read(join(directory, "package/package.json"));
    expect(packed.name).toBe("pinner");
    expect(packed.dependencies).toBeUndefined();
    for (const kind of ["optionalDependencies", "peerDependencies", "bundleDependencies", "gypfile"])
      expect(packed).not.toHaveProperty(kind);
    expect(Object.keys(packed.scripts ?? {}).filter((name) => LIFECYCLE.test(name))).toEqual([]);
    expect(existsSync(join(directory, "package/binding.gyp"))).toBe(false);
  });

  test("starts no other program but a browser, and evaluates no text, as far as its code tells", async () => {
    const dist = join(root, "dist");
    const pieces = (await readdir(join(dist, "cli"))).map((name) => `cli/${name}`);
    const files = (await readdir(dist)).filter((name) => name.endsWith(".mjs"));
    const found = new Set<string>();
    for (const file of [...files, ...pieces]) {
      // Of a file that the bundler made, each module begins with its name.
      const parts = (await readFile(join(dist, file), "utf8")).split(/^\/\/ (\S+\.(?:ts|js|mjs))$/m);
      for (let at = 0; at < parts.length; at += 2) {
        const words = (parts[at] ?? "").matchAll(
          /child_process|\beval\(|\bnew Function\(|\bBun\.spawn|\bDeno\.Command|\bBun\.\$/g,
        );
        const module = (parts[at - 1] ?? file).replace(/^node_modules\/([^/]+)\/.*/, "$1");
        for (const [word] of words) found.add(`${word} in ${module}`);
      }
    }
    // What runs the COMMAND of `exec` and `rotate`, and what opens the page of `auth --web`: `open` and what it needs.
    const opener = [
      "default-browser",
      "default-browser-id",
      "open",
      "powershell-utils",
      "run-applescript",
      "wsl-utils",
    ];
    expect([...found].sort()).toEqual(
      [...opener, "src/cli/run-program.ts"].sort().map((module) => `child_process in ${module}`),
    );
  });
});

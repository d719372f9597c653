import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { installPackage } from "../../tooling/forms.ts";
import { need } from "../../tooling/install.ts";
import { type Run, root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import type { FileServer } from "../release/file-server.ts";
import { blocksOf } from "../support/blocks.ts";
import { createProject } from "./gitlab.ts";
import { layStep, meet, rotateTwice } from "./meeting.ts";
import { serveSmallRelease } from "./releases.ts";
import { startJob } from "./runner.ts";

setDefaultTimeout(60_000);

const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
const documents = ["README.md", "docs/pipelines.md"];
const examples = (await readdir(join(root, "examples"), { recursive: true })).filter((name) =>
  name.includes("."),
);
const recipes = [...documents, "templates/pinner.yml", ...examples.map((name) => `examples/${name}`)];

let release: FileServer;
let world: World;
/** Where the npm package is installed, as `npx` has it. */
let installed: string;
beforeAll(async () => {
  need("the tests of recipes", "make", "git", "rsync", "curl");
  release = await serveSmallRelease();
  installed = await installPackage("recipes");
}, 120_000);
afterAll(() => release[Symbol.asyncDispose]());

beforeEach(async () => {
  world = await createWorld();
  const bin = join(world.home, "bin");
  await mkdir(bin);
  await symlink(world.command[0] ?? "", join(bin, "pinner"));
  await layStep(join(world.home, "upload.sh"));
  world.env["PATH"] = `${bin}:${world.env["PATH"]}`;
  return () => world[Symbol.asyncDispose]();
});

/** The line of a recipe by which it is known. */
const titleOf = (code: string): string => /^.*\bpinner\b.*$/m.exec(code)?.[0].trim() ?? code;

const inHome = (command: string[], env: Record<string, string>): Promise<Run> =>
  run(command, { cwd: world.home, env: { ...world.env, ...env } });

describe.each(recipes)("%s", (path) => {
  test("pins pinner, wherever it names one to be fetched, and Nodes that it runs on", async () => {
    const text = await readFile(join(root, path), "utf8");
    const pins =
      /(?:npx (?:--yes|-y) pinner@?|uses: pinner-xyz\/pinner@v|pinner-xyz\/pinner\/v|ghcr\.io\/pinner-xyz\/pinner:)(\S*?)(?=[/`"\s]|-debug|$)/gm;
    for (const [whole, version] of text.matchAll(pins))
      expect([whole, version]).toEqual([whole, manifest.version]);
    for (const [whole, major] of text.matchAll(/(?:node-version:|image: node:) *(\d+)/g))
      expect([whole, Bun.semver.satisfies(`${major}.0.0`, ">=22")]).toEqual([whole, true]);
  });
});

test("there is a recipe of each kind", async () => {
  const texts = await Promise.all(recipes.map((path) => readFile(join(root, path), "utf8")));
  for (const pin of [
    `pinner@${manifest.version}`,
    `pinner-xyz/pinner@v${manifest.version}`,
    "node-version: 24",
    "image: node:24",
  ])
    expect(texts.join("\n")).toContain(pin);
});

describe("two scripts at once", async () => {
  const keys = (code: string) => code.split("./upload.sh").length - 1;
  const scripts = [...(await blocksOf("README.md", "sh")), ...(await blocksOf("docs/pipelines.md", "bash"))];
  for (const code of scripts.filter((script) => script.includes("./upload.sh")))
    test(titleOf(code), () =>
      meet(
        world,
        EMAIL,
        (env) => inHome(["bash", "-euo", "pipefail", "-c", code], { ...login, ...env }),
        keys(code),
      ),
    );
  for (const code of scripts.filter((script) => script.includes("rotate")))
    test(titleOf(code), () =>
      rotateTwice(world, EMAIL, (env) => inHome(["bash", "-euo", "pipefail", "-c", code], env)),
    );

  test("a script that fails leaves no key, and fails", async () => {
    const [code = ""] = scripts.filter((script) => script.includes("trap"));
    await writeFile(join(world.home, "upload.sh"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
    const only = code.replace(/^pinner auth exec.*$/m, "");
    const { exit } = await inHome(["bash", "-euo", "pipefail", "-c", only], { ...login, BUILD_ID: "1" });
    expect({ exit, left: world.portal.liveKeys(EMAIL) }).toEqual({ exit: 7, left: [] });
  });
});

describe("two runs of make at once", async () => {
  const [makefile = ""] = await blocksOf("docs/pipelines.md", "make");
  const make = async (targets: string[], env: Record<string, string>) => {
    await writeFile(join(world.home, "Makefile"), makefile);
    return inHome(["make", "--silent", ...targets], env);
  };
  test("upload release", () =>
    meet(world, EMAIL, (env) => make(["upload", "release"], { ...login, ...env }), 2));
  test("rotate", () => rotateTwice(world, EMAIL, (env) => make(["rotate"], env)));
});

describe("two workflows of GitHub at once", async () => {
  const blocks = [...(await blocksOf("README.md", "yaml")), ...(await blocksOf("docs/pipelines.md", "yaml"))];
  for (const code of blocks.filter((block) => block.startsWith("jobs:")))
    test(titleOf(code), () => meet(world, EMAIL, (env) => workflow(code, env)));

  const path = "examples/github-actions/rotate.yml";
  test(path, async () => {
    const text = await readFile(join(root, path), "utf8");
    const { on, concurrency } = parse(text);
    expect({ schedules: on.schedule.length, concurrency }).toEqual({
      schedules: 1,
      concurrency: expect.any(String),
    });
    await rotateTwice(world, EMAIL, (env) => workflow(text, env));
  });

  /** Runs the one job of a workflow, with what its repository has. */
  async function workflow(text: string, env: Record<string, string>): Promise<Run> {
    const repository: Record<string, string> = {
      "vars.PINNER_EMAIL": EMAIL,
      "secrets.PINNER_PASSWORD": PASSWORD,
      "secrets.PINNER_AUTH_TOKEN": env["PINNER_AUTH_TOKEN"] ?? "",
    };
    const [job] = Object.values(
      parse(text.replace(/\$\{\{ (\S+) \}\}/g, (_, name) => repository[name] ?? "")).jobs,
    );
    const { env: variables = {}, steps } = job as {
      env?: Record<string, string>;
      steps: { uses?: string; with?: Record<string, string>; run?: string }[];
    };
    const { PATH = "", PINNER_BASE_ENDPOINT = "" } = world.env;
    const { PINNER_AUTH_TOKEN: _, ...more } = env;
    const download = { PINNER_DOWNLOAD_BASE: release.url };
    await using runner = await startJob({ PATH, PINNER_BASE_ENDPOINT, ...download, ...more, ...variables });
    // What the checkout and the set-up of Node bring.
    await cp(join(world.home, "upload.sh"), join(runner.directory, "upload.sh"));
    await cp(installed, runner.directory, { recursive: true });
    const done: Run[] = [];
    for (const step of steps) {
      if (step.uses?.startsWith("pinner-xyz/")) done.push(await runner.uses(step.with ?? {}));
      else if (step.run) done.push(await runner.runs(step.run));
      if (done.some(({ exit }) => exit !== 0)) break;
    }
    done.push(...(await runner.end()));
    const all = (name: "stdout" | "stderr") =>
      done.map((step) => step[name].replace(/^::add-mask::.*$/gm, "")).join("\n");
    return { exit: Math.max(...done.map(({ exit }) => exit)), stdout: all("stdout"), stderr: all("stderr") };
  }
});

describe("two pipelines of GitLab at once", async () => {
  const blocks = [...(await blocksOf("README.md", "yaml")), ...(await blocksOf("docs/pipelines.md", "yaml"))];
  for (const code of blocks.filter((block) => !block.startsWith("jobs:")))
    test(titleOf(code), () =>
      meet(world, EMAIL, async (env) => {
        const project = await createProject(world, `project-${env["JOB"]}`);
        await cp(installed, project.directory, { recursive: true });
        const assignments = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
        const step = `#!/bin/sh\n${assignments.join(" ")} exec '${world.home}/upload.sh'\n`;
        await writeFile(join(project.directory, "upload.sh"), step, { mode: 0o755 });
        const content = parse(code);
        // The template of this commit, and the release that the tests serve.
        const local = { local: "templates/pinner.yml", inputs: { "download-base": release.url } };
        if (content.include) content.include = [local];
        const result = await project.pipeline(content, login);
        expect(await project.left()).toEqual([]);
        return result;
      }),
    );

  test("include the template that is in this repository", async () => {
    for (const code of blocks.filter((block) => block.includes("include:"))) {
      const [{ remote }] = parse(code).include;
      expect(remote).toEndWith(`/pinner-xyz/pinner/v${manifest.version}/templates/pinner.yml`);
    }
  });
});

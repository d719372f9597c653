import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installPackage, modules } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import { sources } from "./type-users.ts";

/** What a program does with the library; it prints one line of JSON. */
const program = `
import { Pinner, isApiError, isNetworkError, isTokenError, readClaims } from "pinner";

const { ENDPOINT: baseEndpoint, API_KEY: token } = globalThis.process?.env ?? {};
const pinner = new Pinner({ baseEndpoint });
const lists = await Promise.all(Array.from({ length: 10 }, () => pinner.listKeys()));
const refused = await new Pinner({ baseEndpoint, token: "wrong" }).account().catch((error) => error);
const unreachable = await new Pinner({ baseEndpoint: "http://127.0.0.1:2", token }).ping().catch((error) => error);
const twoFactor = await pinner.validateOtp("not a token", "123456").catch((error) => error);
console.log(JSON.stringify({
  lists: lists.map((keys) => keys.length),
  kind: readClaims(token).kind,
  refused: [isApiError(refused), refused.status],
  unreachable: [isNetworkError(unreachable), unreachable.reason],
  twoFactor: isTokenError(twoFactor),
}));
`;

let directory: string;
let world: World;

beforeAll(async () => {
  world = await createWorld();
  directory = await installPackage("library");
  await writeFile(join(directory, "program.mjs"), program);
}, 60_000);
afterAll(() => world[Symbol.asyncDispose]());

const runtimes: Record<string, () => Promise<string[]>> = {
  "Node 20": async () => [await findNode(node.twenty)],
  "Node 20.13.0": async () => [await findNode(node.oldest)],
  "Node 22.0.0": async () => [await findNode(node.oldest22)],
  "the current LTS of Node": async () => [await findNode(node.currentLts)],
  Bun: async () => [process.execPath],
  Deno: async () => [
    join(modules, ".bin/deno"),
    "run",
    "--allow-net=127.0.0.1",
    "--allow-env",
    "--no-prompt",
  ],
};
for (const [name, command] of Object.entries(runtimes)) {
  test(`the packed library does its work on ${name}, and exchanges its key once`, async () => {
    const { token, uuid } = await world.portal.createKey(EMAIL, "library");
    world.portal.requests.length = 0;
    const { exit, stdout, stderr } = await run([...(await command()), "program.mjs"], {
      cwd: directory,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: directory,
        ENDPOINT: world.url,
        API_KEY: token,
        PINNER_AUTH_TOKEN: token,
      },
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      lists: Array(10).fill(1),
      kind: "api_key",
      refused: [true, 401],
      unreachable: [true, "ECONNREFUSED"],
      twoFactor: true,
    });
    const own = world.portal.requests.filter(({ headers }) => headers["authorization"] === `Bearer ${token}`);
    expect(own.map(({ step }) => step)).toEqual(["exchange"]);
    const account = world.portal.get(EMAIL);
    account.keys = account.keys.filter((key) => key.uuid !== uuid);
  }, 120_000);
}

test("its types hold in a strict TypeScript program, and only for what is there", async () => {
  const config = {
    compilerOptions: {
      strict: true,
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "dom"],
      types: [],
      noEmit: true,
    },
    files: ["module.mts"],
  };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(directory, "module.mts"), sources["module.mts"]);
  const { exit, stdout } = await run([join(modules, ".bin/tsc"), "-p", directory], { cwd: directory });
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
}, 60_000);

test("the package is well formed to publint and arethetypeswrong", async () => {
  for (const command of [
    ["publint", "--strict"],
    // It has types of its own: the registry need not be asked for others.
    ["attw", "--pack", ".", "--no-color", "--no-definitely-typed"],
  ]) {
    const [tool = "", ...args] = command;
    const { exit, stdout, stderr } = await run([join(modules, ".bin", tool), ...args], {
      cwd: root,
      env: process.env as Record<string, string>,
    });
    expect({ tool, exit, said: exit === 0 ? "" : stdout + stderr }).toEqual({ tool, exit: 0, said: "" });
  }
}, 60_000);

test("the package holds what people use, and nothing of its development", async () => {
  const { stdout } = await run(["npm", "pack", "--dry-run", "--json"], { cwd: root });
  const [{ files }] = JSON.parse(stdout);
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths.filter((path) => !/^dist\/(?:cjs|cli|types)\//.test(path)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/cli.mjs",
    "dist/index.mjs",
    "dist/pinner-sandbox.mjs",
    "dist/pinner.mjs",
    "dist/sandbox.mjs",
    "dist/testing.mjs",
    "package.json",
  ]);
});

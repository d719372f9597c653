import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "../../tooling/binary.ts";
import { installPackage } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

await ensureBuilt();

let project: string;
let world: World;
beforeAll(async () => {
  world = await createWorld();
  project = await mkdtemp(join(tmpdir(), "pinner-examples-"));
  // Node takes no TypeScript below a directory `node_modules`.
  await cp(await installPackage("examples"), project, { recursive: true });
  await cp(join(root, "examples/library"), project, { recursive: true });
}, 60_000);
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(project, { recursive: true, force: true });
});

const start = async (args: string[], env: Record<string, string>, stdin?: string) =>
  run([await findNode(node.currentLts), ...args], {
    cwd: project,
    env: { PATH: process.env["PATH"] ?? "", HOME: project, PINNER_BASE_ENDPOINT: world.url, ...env },
    ...(stdin === undefined ? {} : { stdin }),
  });

test("each is right by the published types", async () => {
  const directory = join(root, "node_modules/.cache/examples");
  const settings = { extends: join(root, "tsconfig.json"), include: [join(root, "examples/library")] };
  await Bun.write(join(directory, "tsconfig.json"), JSON.stringify(settings));
  const { exit, stdout } = await run([join(root, "node_modules/.bin/tsc"), "-p", directory]);
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
}, 60_000);

test("login.ts asks for a 2FA code, once more after a wrong one, and prints a key that works", async () => {
  const email = "grace@example.com";
  const password = "correct horse battery staple";
  world.portal.addAccount({ email, password, otp: true });
  const code = world.portal.otpCode(email);
  const wrong = code === "000000" ? "000001" : "000000";
  const env = { PINNER_EMAIL: email, PINNER_PASSWORD: password };
  const { exit, stdout, stderr } = await start(["login.ts", "laptop"], env, `${wrong}\n${code}\n`);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining("wrong or too old") });
  expect(await world.portal.isLive(stdout.trim())).toBe(true);
  expect(world.portal.liveKeys(email).map(({ name }) => name)).toEqual(["laptop"]);
}, 60_000);

test("rotate.ts leaves one key, which is in the file", async () => {
  const { token } = await world.portal.createKey(EMAIL, "ci");
  const { exit, stdout, stderr } = await start(["rotate.ts", "token.txt"], { PINNER_AUTH_TOKEN: token });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const [{ uuid } = { uuid: "" }, ...others] = world.portal.liveKeys(EMAIL);
  expect({ stdout, others }).toEqual({ stdout: `token.txt holds the key ${uuid}\n`, others: [] });
  const kept = (await readFile(join(project, "token.txt"), "utf8")).trim();
  expect([await world.portal.isLive(kept), await world.portal.isLive(token)]).toEqual([true, false]);
}, 60_000);

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { variables } from "../../src/cli/variables.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { root } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import type { FileServer } from "../release/file-server.ts";
import { archive, folder, publish, serveRelease, serveSmallRelease } from "./releases.ts";
import { action, type Job, startJob } from "./runner.ts";

setDefaultTimeout(60_000);

let release: FileServer;
beforeAll(async () => {
  release = await serveSmallRelease();
});
afterAll(() => release[Symbol.asyncDispose]());

const login = { email: EMAIL, password: PASSWORD };
const uuids = ({ portal }: World, email = EMAIL) => portal.liveKeys(email).map(({ uuid }) => uuid);

/** A job whose action installs from the server above and logs in to the world's portal. */
async function jobIn({ url }: World, nodePath?: string): Promise<Job> {
  return startJob({ PINNER_DOWNLOAD_BASE: release.url, PINNER_BASE_ENDPOINT: url }, nodePath);
}

describe("action.yml", () => {
  test("describes every input and output that the action has, and no other", async () => {
    const files = (await readdir(join(root, "action"))).map((name) =>
      readFile(join(root, "action", name), "utf8"),
    );
    const source = (await Promise.all(files)).join("\n");
    const named = (call: string) =>
      [...source.matchAll(new RegExp(`\\b${call}\\("([\\w-]+)"`, "g"))].map(([, name]) => name);
    const inputs = new Set([...named("input"), ...named("secretInput")]);
    expect([...inputs].sort()).toEqual(Object.keys(action.inputs).sort());
    expect(named("setOutput").sort()).toEqual(Object.keys(action.outputs).sort());
  });

  test("ends the key also after a failure, and names files that need nothing but Node", async () => {
    expect(action.runs).toMatchObject({ using: expect.stringMatching(/^node2\d$/), "post-if": "always()" });
    for (const name of await readdir(join(root, "action")))
      for (const [, from = ""] of (await readFile(join(root, "action", name), "utf8")).matchAll(
        /^import .* from "(.*)"/gm,
      ))
        expect(from).toMatch(/^(?:node:|\.\/)/);
  });
});

describe.each([node.twenty, node.currentLts])("a job, on Node %s", (version) => {
  test("has pinner and a key of its own, which ends with it", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    await using job = await jobIn(world, await findNode(version));
    await using whole = await serveRelease();
    const inputs = { ...login, "key-name": "nightly", "download-base": whole.url };
    const { exit, log, stdout, outputs, warnings } = await job.uses(inputs);
    expect({ exit, warnings }).toEqual({ exit: 0, warnings: [] });
    const token = job.env["PINNER_AUTH_TOKEN"] ?? "";
    expect(await world.portal.isLive(token)).toBe(true);
    expect(outputs).toEqual({
      version: manifest.version,
      "key-name": "nightly",
      "key-uuid": expect.any(String),
    });

    const step = await job.runs(
      'pinner --version; pinner account api-keys list --json; echo "$PINNER_AUTH_TOKEN"',
    );
    expect(step.exit).toBe(0);
    expect(step.stdout).toStartWith(`${manifest.version}\n`);
    expect(step.stdout).toContain(outputs["key-uuid"] ?? "none");
    // The runner masks the token, wherever a step shows it; no line of the action's own holds a secret at all.
    expect(step.log).not.toContain(token);
    const unmasked = stdout.replace(/^::add-mask::.*$/gm, "") + log;
    for (const secret of [token, PASSWORD]) expect(unmasked).not.toContain(secret);

    const [end] = await job.end();
    expect(end).toMatchObject({ exit: 0, warnings: [], errors: [] });
    expect(uuids(world)).toEqual([uuid]);
  });
});

describe("the action", () => {
  test("logs in with 2FA, and names the key after the run", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const secret = world.portal.get(OTP_EMAIL).otpSecret ?? "";
    const { outputs, log } = await job.uses({ email: OTP_EMAIL, password: PASSWORD, "otp-secret": secret });
    expect(outputs["key-name"]).toBe("github-1658821493");
    expect(log).not.toContain(secret);
    await job.end();
    expect(uuids(world, OTP_EMAIL)).toEqual([]);
  });

  test("makes the job's key out of a token, which it neither exports nor deletes", async () => {
    await using world = await createWorld();
    const { uuid, token } = await world.portal.createKey(EMAIL, "of the repository");
    await using job = await jobIn(world);
    expect((await job.uses({ token: `${token}\n` })).exit).toBe(0);
    expect(job.env["PINNER_AUTH_TOKEN"]).not.toBe(token);
    expect(await world.portal.isLive(job.env["PINNER_AUTH_TOKEN"] ?? "")).toBe(true);
    await job.end();
    expect(uuids(world)).toEqual([uuid]);
  });

  test("passes on what pinner warns of", async () => {
    await using world = await createWorld();
    const { uuid } = await world.portal.createKey(EMAIL, "ends soon");
    const exp = Math.floor(Date.now() / 1000) + 24 * 3600;
    await using job = await jobIn(world);
    const { exit, warnings } = await job.uses({
      token: await world.portal.issue("api", EMAIL, { exp, jti: uuid }),
    });
    expect(exit).toBe(0);
    expect(warnings).toEqual([expect.stringContaining("ends at")]);
  });

  test("takes a name of several lines for a name, which sets and says nothing else", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const name = "ci\nPINNER_AUTH_TOKEN=other\n::error::said by the name";
    const { exit, errors, outputs } = await job.uses({ ...login, "key-name": name });
    expect({ exit, errors, name: outputs["key-name"] }).toEqual({ exit: 0, errors: [], name });
    expect(job.env["PINNER_AUTH_TOKEN"]).toStartWith("eyJ");
    await job.end();
    expect(uuids(world)).toEqual([]);
  });

  test("serves two jobs at once under one name, and neither ends the other's key", async () => {
    await using world = await createWorld();
    await using one = await jobIn(world);
    await using other = await jobIn(world);
    await Promise.all([one, other].map((job) => job.uses({ ...login, "key-name": "ci" })));
    expect(uuids(world)).toHaveLength(2);
    await one.end();
    expect((await other.runs("pinner account")).exit).toBe(0);
    await other.end();
    expect(uuids(world)).toEqual([]);
  });

  test("logs in with its inputs alone, whoever the job's own variables say that it is", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const names = Object.entries(variables).flatMap(([name, kind]) =>
      kind === "text" ? [] : [name, `${name}_FILE`],
    );
    const env = Object.fromEntries(names.map((name) => [name, "somebody's"]));
    expect(await job.uses(login, { env })).toMatchObject({ exit: 0, warnings: [] });
    expect(uuids(world)).toHaveLength(1);
  });

  test("sends the token to the base endpoint that it is given, and its deletion too", async () => {
    await using world = await createWorld();
    await using job = await startJob({ PINNER_DOWNLOAD_BASE: release.url });
    expect((await job.uses({ ...login, "base-endpoint": world.url })).exit).toBe(0);
    expect((await job.runs("pinner account")).exit).toBe(0);
    for (const line of [
      "PINNER_BASE_ENDPOINT=http://127.0.0.1:9",
      "PINNER_DEFAULT_TIMEOUT=abc",
      "PINNER_MAX_RETRIES=-1",
    ])
      await job.runs(`echo ${line} >> "$GITHUB_ENV"`);
    await job.end();
    expect(uuids(world)).toEqual([]);
  });

  test("asks for nothing where a step after it fails, and ends the key all the same", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    await job.uses(login);
    expect((await job.runs("exit 3")).exit).toBe(3);
    expect(await job.end()).toMatchObject([{ exit: 0, warnings: [] }]);
    expect(uuids(world)).toEqual([]);
  });

  test.each([
    ["in the middle, with the key at its end", "GITHUB_ENV", 1],
    ["where it cannot be remembered, at once", "GITHUB_STATE", 0],
  ])("that fails leaves no key: %s", async (_, broken, left) => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const env = { [broken]: join(job.directory, "nowhere", "file") };
    const { exit, errors } = await job.uses(login, { env });
    expect({ exit, errors }).toEqual({ exit: 1, errors: [expect.stringContaining("ENOENT")] });
    expect(uuids(world)).toHaveLength(left);
    expect(await job.end()).toMatchObject([{ exit: 0, errors: [] }]);
    expect(uuids(world)).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("that is cancelled by %s leaves no key", async (signal) => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    world.portal.fault("createKey", { kind: "delay", ms: 300 });
    const { exit, errors } = await job.uses(login, {
      onStart(child) {
        world.portal.onArrival = (step) => void (step === "createKey" && child.kill(signal));
      },
    });
    expect(exit).not.toBe(0);
    expect(errors).toHaveLength(1);
    await job.end();
    expect(uuids(world)).toEqual([]);
  });

  test("finds at its end that a step has deleted the key", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const { outputs } = await job.uses(login);
    await job.runs(`pinner account api-keys delete ${outputs["key-uuid"]} --force`);
    expect(await job.end()).toMatchObject([{ exit: 0, warnings: [], errors: [] }]);
  });

  test("names the key that a service which is gone at the end keeps, and fails nothing", async () => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    await job.uses(login);
    world.portal.fault("deleteKey", { kind: "status", status: 403 });
    const [uuid = ""] = uuids(world);
    const [end] = await job.end();
    expect(end).toMatchObject({
      exit: 0,
      warnings: [expect.stringContaining(`pinner account api-keys delete ${uuid}`)],
    });
  });
});

describe("the action refuses", () => {
  test.each<[string, Record<string, string>, said: string]>([
    ["no credentials", {}, "either the inputs email and password or the input token"],
    ["no password", { email: EMAIL, password: "" }, "the input password is empty"],
    ["two ways to log in", { ...login, token: "eyJ" }, "exclude each other"],
    ["a wrong password", { email: EMAIL, password: "wrong-horse" }, "refused"],
    ["a wrong token", { token: "no-token-at-all" }, "token"],
    ["a version that is none", { ...login, version: "latest; id" }, "not a version"],
    ["a release that is not there", { ...login, version: "99.0.0" }, "it answers 404"],
    ["a mirror that is none", { ...login, "download-base": "no address" }, "could not be downloaded"],
  ])("%s, in one line and without a secret", async (_, inputs, said) => {
    await using world = await createWorld();
    await using job = await jobIn(world);
    const { exit, errors, log } = await job.uses(inputs);
    expect({ exit, errors }).toEqual({ exit: 1, errors: [expect.stringContaining(said)] });
    for (const secret of [PASSWORD, "wrong-horse", "no-token-at-all"]) expect(log).not.toContain(secret);
    expect(await job.end()).toMatchObject([{ exit: 0, stdout: "" }]);
    expect(world.portal.steps().filter((step) => step !== "login" && step !== "exchange")).toEqual([]);
  });

  /** What an attacker, or a broken mirror, may do to a release. */
  const harms: Record<string, [harm: (server: FileServer) => void, said: string]> = {
    "an archive with another checksum": [
      ({ files }) => files.set(`${folder}/${archive}`, new Uint8Array(1000)),
      "has not the checksum",
    ],
    "an archive without a checksum": [
      ({ files }) => files.set(`${folder}/SHA256SUMS`, `${"0".repeat(64)}  other.tar.gz\n`),
      "SHA256SUMS has no checksum of",
    ],
    "a checksum of something else": [
      ({ files }) => files.set(`${folder}/SHA256SUMS`, `${"0".repeat(64)}  x${archive}\n`),
      "SHA256SUMS has no checksum of",
    ],
    "an archive that is none": [
      (server) => publish(server, Buffer.from("no archive")),
      "could not be unpacked",
    ],
  };
  for (const [what, [harm, said]] of Object.entries(harms))
    test(`${what}, before anything of it is run or a secret is sent`, async () => {
      await using world = await createWorld();
      await using server = await serveSmallRelease();
      harm(server);
      await using job = await jobIn(world);
      const { exit, errors } = await job.uses({ ...login, "download-base": `${server.url}/` });
      expect({ exit, errors }).toEqual({ exit: 1, errors: [expect.stringContaining(said)] });
      expect(world.portal.requests).toEqual([]);
      expect(job.env["PINNER_AUTH_TOKEN"]).toBeUndefined();
    });
});

import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

/** What the file and a variable say, and the flags. */
interface Said {
  file?: string;
  env?: Record<string, string>;
  args?: string[];
}

async function account(world: World, { file = "", env = {}, args = [] }: Said) {
  const { token } = await world.portal.createKey(EMAIL, "ci");
  await world.writeConfig(`${file}\nauth_token: ${token}\n`);
  return world.pinner(["account", "--json", ...args], { env });
}

describe("how long a request may take", () => {
  test.each([
    ["seconds in the file", { file: "default_timeout: 0.3" }],
    ["a duration in the file", { file: "default_timeout: 300ms" }],
    ["seconds in quotes in the file", { file: 'default_timeout: "0.3"' }],
    ["the variable", { env: { PINNER_DEFAULT_TIMEOUT: "0.3s" }, file: "default_timeout: 1m30s" }],
    [
      "the flag",
      { args: ["--timeout", "0.3"], env: { PINNER_DEFAULT_TIMEOUT: "1h" }, file: "default_timeout: soon" },
    ],
  ] satisfies [string, Said][])("is told by %s", async (_, said) => {
    await using world = await createWorld();
    world.portal.fault("exchange", { kind: "hang" });
    const { exit, stderr } = await account(world, said);
    expect({ exit, error: JSON.parse(stderr).error }).toMatchObject({ exit: 3, error: { code: "timeout" } });
    expect(stderr).toMatch(/0\.3 s|300 ms/);
  });
});

describe("how often a request is tried again", () => {
  test.each([
    ["the file", { file: "max_retries: 0" }, 1],
    ["the file, in quotes", { file: 'max_retries: "1"' }, 2],
    ["the variable", { env: { PINNER_MAX_RETRIES: "4" }, file: "max_retries: many" }, 5],
    ["nothing", { file: "max_retries:\ndefault_timeout: ''" }, 3],
  ] satisfies [string, Said, number][])("is told by %s", async (_, said, attempts) => {
    await using world = await createWorld();
    world.portal.fault("exchange", { kind: "status", status: 429, headers: { "retry-after": "0" } });
    expect((await account(world, said)).exit).toBe(3);
    expect(world.portal.steps()).toEqual(Array.from({ length: attempts }, () => "exchange"));
  });
});

/** Each is nonsense, told of by the name of its place. */
const nonsense: [place: string, said: Said][] = [
  ["default_timeout in CONFIG", { file: "default_timeout: hunter2" }],
  ["default_timeout in CONFIG", { file: "default_timeout: 0" }],
  ["default_timeout in CONFIG", { file: "default_timeout: -1" }],
  ["default_timeout in CONFIG", { file: "default_timeout: [30]" }],
  ["default_timeout in CONFIG", { file: "default_timeout: 25h" }],
  ["default_timeout in CONFIG", { file: "default_timeout: .inf" }],
  ["max_retries in CONFIG", { file: "max_retries: -1" }],
  ["max_retries in CONFIG", { file: "max_retries: 1.5" }],
  ["max_retries in CONFIG", { file: "max_retries: {}" }],
  ["max_retries in CONFIG", { file: "max_retries: 101" }],
  ["PINNER_DEFAULT_TIMEOUT", { env: { PINNER_DEFAULT_TIMEOUT: "hunter2" } }],
  ["PINNER_DEFAULT_TIMEOUT", { env: { PINNER_DEFAULT_TIMEOUT: "1m 30s" } }],
  ["PINNER_MAX_RETRIES", { env: { PINNER_MAX_RETRIES: "hunter2" } }],
  ["--timeout", { args: ["--timeout", "hunter2"] }],
  ["base_endpoint in CONFIG", { file: "base_endpoint: '{hunter2}'", env: { PINNER_BASE_ENDPOINT: "" } }],
  ["PINNER_BASE_ENDPOINT", { env: { PINNER_BASE_ENDPOINT: '"https://hunter2"' } }],
  ["--base-endpoint", { args: ["--base-endpoint", "https:/hunter2"] }],
  ["PINNER_SECURE", { env: { PINNER_SECURE: "hunter2" } }],
];

describe("nonsense", () => {
  test.each(nonsense)("in %s is exit 2, named by its place (%j)", async (place, said) => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await account(world, said);
    const { error } = JSON.parse(stderr);
    expect({ exit, stdout, code: error.code }).toEqual({ exit: 2, stdout: "", code: "usage" });
    expect(error.message).toStartWith(place.replace("CONFIG", world.configPath));
    expect(stderr).not.toContain("hunter2");
    expect(world.portal.requests).toHaveLength(0);
  });

  test("in the file, written by whomever, stops neither `config` nor `auth logout`", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.portal.createKey(EMAIL, "ci");
    const foreign = "default_timeout: soon\nmax_retries: many\n";
    await world.writeConfig(`${foreign}auth_token: ${token}\n`);
    expect(await world.pinner(["config", "set", "secure", "no"])).toMatchObject({ exit: 0, stderr: "" });
    expect(await world.pinner(["config"])).toMatchObject({ exit: 0, stderr: "" });
    const { exit, stdout, stderr } = await world.pinner(["auth", "logout"]);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining(uuid) });
    expect(stderr).toContain("default_timeout");
    expect(await world.config()).toBe(`${foreign}secure: false\n`);
  });
});

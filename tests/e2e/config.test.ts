import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, modeOf } from "../../tooling/world.ts";

const CONFIG = `# shared with other tools
gateway: &gateway "https://gw.example.com" # theirs

base_endpoint: pins.example.com   # ours
nested:
  auth_token: not ours
list: [ 1,  2 ]
secure: true
also: *gateway
`;

describe("pinner config", () => {
  test("lists what is ours in the file, with the token masked", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    await world.writeConfig(`${CONFIG}auth_token: ${token}\n`);
    expect(await world.pinner(["config"])).toEqual({
      exit: 0,
      stdout: "auth_token: eyJ…\nbase_endpoint: pins.example.com\nsecure: true\n",
      stderr: "",
    });
    const { stdout } = await world.pinner(["config", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      configPath: world.configPath,
      auth_token: "eyJ…",
      base_endpoint: "pins.example.com",
      secure: true,
    });
    const unmasked = await world.pinner(["config", "--unmask"]);
    expect(unmasked.stdout).toStartWith(`auth_token: ${token}\n`);
    expect(JSON.parse((await world.pinner(["config", "--json", "--unmask"])).stdout).auth_token).toBe(token);
  });

  test("masks a token of another form wholly", async () => {
    await using world = await createWorld();
    await world.writeConfig("auth_token: opaque-secret\n");
    for (const args of [["config"], ["config", "get", "auth_token"], ["config", "-v", "--json"]]) {
      const { exit, stdout, stderr } = await world.pinner(args);
      expect(exit).toBe(0);
      expect(`${stdout}${stderr}`).not.toMatch(/opaque|secret/);
    }
  });

  test("masks user and password in an endpoint", async () => {
    await using world = await createWorld();
    const endpoint = "https://someone:hunter2@pins.example.com";
    for (const args of [["set", "base_endpoint", endpoint], ["get", "base_endpoint"], []]) {
      for (const json of [[], ["--json"]]) {
        const { exit, stdout, stderr } = await world.pinner(["config", ...args, ...json]);
        expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
        expect(stdout).toContain("https://…@pins.example.com");
      }
    }
    expect(await world.config()).toBe(`base_endpoint: ${endpoint}\n`);
    expect((await world.pinner(["config", "--unmask"])).stdout).toContain(endpoint);
  });

  test("of no file is empty, and creates none", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner(["config"]);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
    const json = await world.pinner(["config", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ configPath: world.configPath });
    expect(await world.config()).toBeUndefined();
  });

  test("shows what the file says with control characters made visible", async () => {
    await using world = await createWorld();
    await world.writeConfig('base_endpoint: "\\e]0;x\\a\\u202e"\n');
    for (const args of [["config"], ["config", "get", "base_endpoint"], ["config", "--json"]])
      expect((await world.pinner(args)).stdout).toContain("\\u001b]0;x\\u0007\\u202e");
  });

  test("path tells where the file is, or would be", async () => {
    await using world = await createWorld();
    const path = async (env: Record<string, string>) =>
      (await world.pinner(["config", "path"], { env })).stdout;
    expect(await path({})).toBe(`${world.configPath}\n`);
    const elsewhere = { PINNER_HOME: "", XDG_CONFIG_HOME: `${world.home}/xdg` };
    expect(await path(elsewhere)).toBe(`${world.home}/xdg/pinner/config.yaml\n`);
    await Bun.write(`${world.home}/.config/pinner/config.yaml`, "");
    expect(await path(elsewhere)).toBe(`${world.home}/.config/pinner/config.yaml\n`);
  });
});

describe("pinner config get", () => {
  test("prints one value, the token masked unless told otherwise", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    await world.writeConfig(`${CONFIG}auth_token: ${token}\n`);
    for (const [args, expected] of [
      [["base_endpoint"], "pins.example.com\n"],
      [["secure"], "true\n"],
      [["auth_token"], "eyJ…\n"],
      [["auth_token", "--unmask"], `${token}\n`],
    ] as const)
      expect(await world.pinner(["config", "get", ...args])).toEqual({
        exit: 0,
        stdout: expected,
        stderr: "",
      });
    const { stdout } = await world.pinner(["config", "get", "secure", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ key: "secure", value: true });
  });

  test("of what is not set is exit 1, with nothing on stdout", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner(["config", "get", "secure", "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(JSON.parse(stderr).error.code).toBe("not_found");
    expect(await world.config()).toBeUndefined();
  });
});

describe("pinner config set and unset", () => {
  test("change one line, and keep every other key, comment and space", async () => {
    await using world = await createWorld();
    await world.writeConfig(CONFIG);
    expect((await world.pinner(["config", "set", "base_endpoint", "other.example.com"])).exit).toBe(0);
    const changed = CONFIG.replace("pins.example.com", "other.example.com");
    expect(await world.config()).toBe(changed);
    expect((await world.pinner(["config", "set", "secure", "false"])).exit).toBe(0);
    expect(await world.config()).toBe(changed.replace("secure: true", "secure: false"));
    expect((await world.pinner(["config", "unset", "secure"])).exit).toBe(0);
    expect((await world.pinner(["config", "unset", "base_endpoint"])).exit).toBe(0);
    const rest = (await world.config()) ?? "";
    expect(rest).not.toMatch(/^(base_endpoint|secure):/m);
    for (const kept of CONFIG.split("\n").filter((line) => !/^(base_endpoint|secure):/.test(line)))
      expect(rest).toContain(kept);
  });

  test("take effect on the next command", async () => {
    await using world = await createWorld();
    await world.logIn();
    const env = { PINNER_BASE_ENDPOINT: "" };
    await world.pinner(["config", "set", "base_endpoint", ` ${world.url} `], { env });
    expect(await world.config()).toContain(`base_endpoint: ${world.url}\n`);
    expect((await world.pinner(["account"], { env })).exit).toBe(0);
    expect(world.portal.steps()).toEqual(["exchange", "account"]);
  });

  test("set creates a file for its owner only; unset of what is not there creates none", async () => {
    await using world = await createWorld();
    const unset = await world.pinner(["config", "unset", "secure", "--json"]);
    expect(JSON.parse(unset.stdout)).toEqual({ key: "secure", value: null, configPath: world.configPath });
    expect(await world.config()).toBeUndefined();
    const { stdout } = await world.pinner(["config", "set", "secure", "false", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ key: "secure", value: false, configPath: world.configPath });
    expect(await world.config()).toBe("secure: false\n");
    expect(await modeOf(world.configPath)).toBe(0o600);
  });

  test("refuse other keys and values with exit 2, repeat none, and change nothing", async () => {
    await using world = await createWorld();
    await world.writeConfig(CONFIG);
    const cases: [args: string[], code: string, expected: string][] = [
      [["get"], "input_missing", "base_endpoint"],
      [["get", "hunter2"], "usage", "base_endpoint"],
      [["get", "__proto__"], "usage", "base_endpoint"],
      [["set"], "input_missing", "base_endpoint"],
      [["set", "gateway", "hunter2"], "usage", "base_endpoint"],
      [["set", "secure"], "input_missing", "VALUE"],
      [["set", "secure", "hunter2"], "usage", "true or false"],
      [["set", "secure", ""], "input_missing", "VALUE"],
      [["set", "base_endpoint", " "], "usage", "VALUE"],
      [["set", "base_endpoint", "ftp://hunter2"], "usage", "http"],
      ...['"https://hunter2"', "https:/hunter2", "{hunter2}", "hunter2..b", "hunter2 hunter2"].map(
        (value): [string[], string, string] => [["set", "base_endpoint", value], "usage", "host name"],
      ),
      [["set", "auth_token", "hunter2"], "usage", "pinner auth --with-token"],
      [["set", "auth_token"], "usage", "pinner auth --with-token"],
      [["unset"], "input_missing", "base_endpoint"],
      [["unset", "gateway"], "usage", "base_endpoint"],
      [["unset", "auth_token"], "usage", "pinner auth logout"],
      [["hunter2"], "usage", "pinner config --help"],
    ];
    for (const [args, code, expected] of cases) {
      const { exit, stdout, stderr } = await world.pinner(["config", ...args, "--json"]);
      expect({ args, exit, stdout }).toEqual({ args, exit: 2, stdout: "" });
      const { error } = JSON.parse(stderr);
      expect({ args, code: error.code }).toEqual({ args, code });
      expect(error.message).toContain(expected);
      expect(stderr).not.toContain("hunter2");
      expect(await world.config()).toBe(CONFIG);
    }
  });

  test("leave a file that cannot be parsed as it is", async () => {
    await using world = await createWorld();
    const broken = "secure: true\nbase_endpoint: [\n";
    await world.writeConfig(broken);
    for (const args of [[], ["get", "secure"], ["set", "secure", "false"], ["unset", "secure"]]) {
      const { exit, stdout, stderr } = await world.pinner(["config", ...args, "--json"]);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({
        code: "config_invalid",
        message: expect.stringMatching(/line \d+, column \d+/),
      });
    }
    expect(await world.config()).toBe(broken);
  });
});

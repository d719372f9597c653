import { describe, expect, test } from "bun:test";
import { mkdir, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

const SECRET = "hunter2-hunter2-hunter2";

describe("bad usage", () => {
  const cases: [args: string[], expected: string][] = [
    [["--bogus"], "--bogus"],
    [["auth", "--emial", "x"], "--email"],
    [["auth", "--email"], "--email"],
    [["auth", "--email", "--force"], "--email"],
    [["auth", "--email", "nobody"], "name@example.com"],
    [["auth", "-e", EMAIL, "--otp-code", "12345"], "six digits"],
    [["auth", "-e", EMAIL, "--force=yes"], "--force"],
    [["auth", "--timeout", "soon"], "--timeout"],
    [["auth", "--timeout", "0"], "--timeout"],
    [["auth", "--secure", "--no-secure"], "--no-secure"],
    [["auth", "-e", EMAIL, "--no-create-key", "-k", "x"], "--key-name"],
    [["auth", "status", SECRET], "no arguments"],
    [["auth", SECRET, SECRET], "1 argument"],
    [["auth", "status", `--${SECRET}`], "unknown flag"],
    [["auth", "statsu"], "pinner auth status"],
    [["auht"], "pinner auth"],
    [["acount", "keys", "ls"], "did you mean `pinner account`?"],
    [["status"], "did you mean `pinner auth status`?"],
    [["auth", "list"], "did you mean `pinner account api-keys list`?"],
    [["account", "kyes", "rm", "x", "-f"], "did you mean `pinner account keys`?"],
    [["LOGIN"], "did you mean `pinner auth`?"],
    [["Auth", "status"], "did you mean `pinner auth`?"],
    [["auth", "help"], "did you mean `pinner help auth`?"],
    [["account", "help", "keys"], "did you mean `pinner help account`?"],
    [["help", "acount"], "did you mean `pinner account`?"],
    [["auth", "--auth-token", " "], "--auth-token is blank"],
    [["auth", "status", "--auth-token", "\t"], "--auth-token is blank"],
    [["auth", "-e", " "], "--email is blank"],
    [[SECRET], "pinner --help"],
    [["constructor"], "pinner --help"],
    [["auth", "status", "--base-endpoint", "ftp://example.com"], "base endpoint"],
    [["auth", "-e", EMAIL, "-p", SECRET, "--base-endpoint", "http://example.com"], "plain http"],
  ];
  for (const [args, expected] of cases) {
    test(`pinner ${args.join(" ")}`, async () => {
      await using world = await createWorld();
      const plain = await world.pinner(args);
      expect({ exit: plain.exit, stdout: plain.stdout }).toEqual({ exit: 2, stdout: "" });
      expect(plain.stderr).toContain(expected);
      expect(plain.stderr.match(/^error: .*\n$/gm)).toHaveLength(1);
      const json = await world.pinner([...args, "--json"]);
      expect({ exit: json.exit, stdout: json.stdout }).toEqual({ exit: 2, stdout: "" });
      const { error } = JSON.parse(json.stderr);
      expect(["usage", "token_invalid"]).toContain(error.code);
      expect(`${plain.stderr}${json.stderr}`).not.toContain(SECRET);
      expect(world.portal.requests).toHaveLength(0);
      expect(await world.config()).toBeUndefined();
    });
  }

  test("PINNER_SECURE and PINNER_OTP are checked as their flags are", async () => {
    await using world = await createWorld();
    for (const env of [
      { PINNER_SECURE: "maybe" },
      { PINNER_OTP: "abc" },
      { PINNER_OTP: " " },
      { PINNER_AUTH_TOKEN: " " },
    ]) {
      const { exit, stderr } = await world.pinner(["auth", "-e", EMAIL], { env, stdin: PASSWORD });
      expect(exit).toBe(2);
      expect(stderr).toContain(Object.keys(env)[0] ?? "");
    }
    expect(world.portal.requests).toHaveLength(0);
  });
});

describe("a secret that reads like a command's name", () => {
  test.each<[string[], Record<string, string>, string]>([
    [["auth", "toke"], {}, "error: unknown command: did you mean `pinner auth token`?\n"],
    [["auth", "statu"], {}, "error: unknown command: did you mean `pinner auth status`?\n"],
    [["account"], { PINNER_PASSWORD: "auth" }, "error: not logged in. Run `pinner auth`\n"],
    [["account"], { PINNER_PASSWORD: "pinner" }, "error: not logged in. Run `pinner auth`\n"],
  ])("garbles no message: %j with %j", async (args, env, message) => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner(args, { env });
    expect({ failed: exit > 0, stdout, stderr }).toEqual({ failed: true, stdout: "", stderr: message });
  });
});

describe("help and version", () => {
  test("help goes to stdout, with examples, and needs no valid input", async () => {
    await using world = await createWorld();
    for (const args of [
      ["--help"],
      [],
      ["auth", "-h"],
      ["auth", "status", "--help"],
      ["auth", "--bogus", "--help"],
      ["auth", "logout", "--help"],
      ["auth", "token", "--help"],
    ]) {
      const { exit, stdout, stderr } = await world.pinner(args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).toContain("USAGE pinner");
      expect(stdout).not.toContain("\u001b");
      if (args.includes("auth")) expect(stdout).toContain("EXAMPLES");
    }
  });

  test("a key stays, whatever else is in the group of flags that asks for help or version", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const before = await world.config();
    for (const args of [
      ["auth", "logout", "-qh"],
      ["logout", "-hq"],
      ["account", "api-keys", "delete", uuid, "-fh"],
      ["account", "keys", "rm", uuid, "-qfV"],
      ["-qV", "logout"],
      ["help", "logout"],
      ["-q", "help", "account", "keys", "rm"],
      ["version"],
    ]) {
      const { exit, stdout, stderr } = await world.pinner(args);
      expect({ args, exit, stderr }).toEqual({ args, exit: 0, stderr: "" });
      expect(stdout).toMatch(/USAGE pinner|^\d+\.\d+\.\d+\n$/);
    }
    expect(world.portal.requests).toHaveLength(0);
    expect(await world.config()).toBe(before as string);
  });

  test("a letter that is the value of a flag asks for nothing", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(["auth", "-eh", "-pV"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("name@example.com");
  });

  test.each([
    [
      ["login", "-h"],
      ["auth", "-h"],
    ],
    [
      ["auth", "login", "-h"],
      ["auth", "-h"],
    ],
    [
      ["logout", "-h"],
      ["auth", "logout", "-h"],
    ],
    [["whoami"], ["auth", "status"]],
    [["account", "info"], ["account"]],
    [
      ["account", "info", "--json"],
      ["account", "--json"],
    ],
    [
      ["auth", "whoami", "--json"],
      ["auth", "status", "--json"],
    ],
    [
      ["-qv", "auth", "status"],
      ["auth", "status", "-qv"],
    ],
    [
      ["account", "keys", "ls"],
      ["account", "api-keys", "list"],
    ],
    [["help"], ["--help"]],
    [
      ["help", "whoami"],
      ["auth", "status", "--help"],
    ],
  ])("%j is %j", async (typed, meant) => {
    await using world = await createWorld();
    expect(await world.pinner(typed)).toEqual(await world.pinner(meant));
  });

  test("the version is that of the package", async () => {
    await using world = await createWorld();
    expect((await world.pinner(["--version"])).stdout).toBe(`${manifest.version}\n`);
    expect((await world.pinner(["-V"])).stdout).toBe(`${manifest.version}\n`);
    expect((await world.pinner(["auth", "--version"])).stdout).toBe(`${manifest.version}\n`);
  });

  test("flags of every command may stand before the command", async () => {
    await using world = await createWorld();
    const { stdout } = await world.pinner(["--json", "--timeout", "5", "auth", "status"]);
    expect(JSON.parse(stdout).status).toBe("not_authenticated");
  });
});

describe("a config file that cannot be used", () => {
  test("malformed YAML is reported with line and column, before anything is sent, and left as it is", async () => {
    await using world = await createWorld();
    const text = `a: 1\nauth_token: "${SECRET}\n`;
    await world.writeConfig(text);
    for (const args of [
      ["auth", "-e", EMAIL, "--force"],
      ["auth", "status"],
      ["auth", "logout"],
    ]) {
      const { exit, stdout, stderr } = await world.pinner([...args, "--json"], { stdin: PASSWORD });
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      const { error } = JSON.parse(stderr);
      expect(error.code).toBe("config_invalid");
      expect(error.message).toMatch(/line \d+, column \d+/);
      expect(stderr).not.toContain(SECRET);
    }
    expect(await world.config()).toBe(text);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("a directory that cannot be written is found out before anything is sent", async () => {
    await using world = await createWorld();
    // /proc refuses to hold files for root too.
    const env = { PINNER_HOME: "/proc" };
    const { exit, stderr } = await world.pinner(["auth", "-e", EMAIL, "--json"], { stdin: PASSWORD, env });
    expect(exit).toBe(1);
    expect(JSON.parse(stderr).error.code).toBe("config_unwritable");
    expect(world.portal.requests).toHaveLength(0);
  });

  test("a file where the directory should be is said so", async () => {
    await using world = await createWorld();
    await Bun.write(dirname(world.configPath), "");
    const { exit, stderr } = await world.pinner(["auth", "-e", EMAIL], { stdin: PASSWORD });
    expect(exit).toBe(1);
    expect(stderr).toContain(world.configPath);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("a file that others can read is warned about, and tightened by the next write", async () => {
    await using world = await createWorld();
    await world.logIn();
    await Bun.$`chmod 644 ${world.configPath}`.quiet();
    expect((await world.pinner(["auth", "status"])).stderr).toContain("can be read by other users");
    await world.pinner(["auth", "-e", EMAIL, "--force"], { stdin: PASSWORD });
    expect((await world.pinner(["auth", "status"])).stderr).toBe("");
  });

  test("a symbolic link is written through", async () => {
    await using world = await createWorld();
    const target = `${world.home}/dotfiles/pinner.yaml`;
    await Bun.write(target, "# in a repository\n");
    await mkdir(dirname(world.configPath), { recursive: true });
    await symlink(target, world.configPath);
    expect((await world.pinner(["auth", "-e", EMAIL], { stdin: PASSWORD })).exit).toBe(0);
    expect(await Bun.file(target).text()).toMatch(/^# in a repository\nauth_token: \S+\n$/);
  });
});

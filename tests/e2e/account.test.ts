import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD } from "../../tooling/world.ts";

describe("pinner account", () => {
  test("shows whose account it is", async () => {
    await using world = await createWorld({ quirks: { accountCreatedAt: true } });
    await world.logIn();
    const { exit, stdout, stderr } = await world.pinner(["account"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const { createdAt } = world.portal.get(EMAIL);
    expect(stdout).toBe(
      `Email    ${EMAIL}\nName     Alice Person\n2FA      off: \`pinner account otp enable\`\nId       1\nCreated  ${createdAt}\n`,
    );
    await world.logIn(OTP_EMAIL);
    world.portal.get(OTP_EMAIL).verified = false;
    const other = (await world.pinner(["account"])).stdout;
    expect(other).toContain(`Email    ${OTP_EMAIL} (not confirmed: \`pinner confirm-email\`)\n`);
    expect(other).toContain("2FA      on\n");
  });

  test("gives the fields that the service has, and no others, as JSON", async () => {
    await using world = await createWorld({ quirks: { extraFields: true, accountCreatedAt: true } });
    await world.logIn();
    const full = await world.pinner(["account", "--json"]);
    const required = {
      id: 1,
      email: EMAIL,
      first_name: "Alice",
      last_name: "Person",
      verified: true,
      otp: false,
    };
    expect(JSON.parse(full.stdout)).toEqual({ ...required, created_at: world.portal.get(EMAIL).createdAt });
    world.portal.fault("account", { kind: "json", value: { ...required, created_at: null } }, 2);
    const least = await world.pinner(["account", "--json"]);
    expect(JSON.parse(least.stdout)).toEqual(required);
    expect((await world.pinner(["account"])).stdout).not.toContain("Created");
    const avatar = "https://pinner.xyz/a.png";
    world.portal.fault("account", { kind: "json", value: { ...required, avatar } }, 1);
    const most = await world.pinner(["account", "--json"]);
    expect(JSON.parse(most.stdout)).toEqual({ ...required, avatar });
  });

  test("shows names with escape sequences as visible text", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.get(EMAIL).firstName = "\u001b[2J\u202eAl";
    expect((await world.pinner(["account"])).stdout).toContain("\\u001b[2J\\u202eAl Person");
    const { stdout } = await world.pinner(["account", "--json"]);
    expect(stdout).toContain('"\\u001b[2J\\u202eAl"');
    expect(JSON.parse(stdout).first_name).toBe("\u001b[2J\u202eAl");
  });

  for (const command of [["account"], ["account", "otp", "enable"], ["account", "otp", "disable"]]) {
    test(`pinner ${command.join(" ")} without a token that could work sends nothing`, async () => {
      await using world = await createWorld();
      const expired = await world.portal.issue("api", EMAIL, { exp: 1000 });
      for (const [token, code] of [
        ["", "auth_required"],
        [expired, "token_expired"],
        [await world.portal.issue("2fa", EMAIL), "token_refused"],
        ["two words", "token_refused"],
      ] as const) {
        const env = { PINNER_AUTH_TOKEN: token, PINNER_PASSWORD: PASSWORD };
        const { exit, stdout, stderr } = await world.pinner([...command, "--json"], { env });
        expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
        const { error } = JSON.parse(stderr);
        expect(error).toMatchObject({ code, hint: expect.stringContaining("pinner auth") });
        if (token) expect(stderr).not.toContain(token);
      }
      expect(world.portal.requests).toHaveLength(0);
    });
  }

  test("a token that the service refuses is exit 4", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.get(EMAIL).keys = [];
    const { exit, stdout, stderr } = await world.pinner(["account", "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error).toMatchObject({ code: "token_refused", status: 401 });
    expect(world.portal.steps()).toEqual(["exchange"]);
  });

  test("asks again when the service is busy for a moment", async () => {
    await using world = await createWorld();
    await world.logIn();
    const headers = { "retry-after": "0" };
    world.portal.fault("account", { kind: "status", status: 429, headers }, 2);
    expect((await world.pinner(["account"])).exit).toBe(0);
    expect(world.portal.steps()).toEqual(["exchange", "account", "account", "account"]);
  });

  test("an answer without a listed field is exit 1, and says which", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.fault("account", { kind: "json", value: { id: 1, email: EMAIL } });
    const { exit, stderr } = await world.pinner(["account", "--json"]);
    expect(exit).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: "bad_response", status: 200 });
    expect(stderr).toContain("first_name");
  });
});

describe("pinner account otp disable", () => {
  const disable = ["account", "otp", "disable"];

  test("takes the password from its flag, else PINNER_PASSWORD, else stdin", async () => {
    const env = { PINNER_PASSWORD: PASSWORD };
    for (const { args = [], options } of [
      { args: ["--password", PASSWORD], options: { env: { PINNER_PASSWORD: "another" } } },
      { options: { env, stdin: "another" } },
      { options: { stdin: `${PASSWORD}\n` } },
    ]) {
      await using world = await createWorld();
      await world.logIn(OTP_EMAIL);
      const { exit, stdout, stderr } = await world.pinner([...disable, ...args], options);
      expect({ exit, stdout }).toEqual({
        exit: 0,
        stdout: "2FA is off: the password alone logs in from now on\n",
      });
      expect(stderr.includes("other users of this machine")).toBe(args.length > 0);
      expect(world.portal.get(OTP_EMAIL).otpEnabled).toBe(false);
    }
  });

  for (const otpVerifyStatus of [200, 204] as const) {
    test(`answers with one JSON document when the service says ${otpVerifyStatus}`, async () => {
      await using world = await createWorld({ quirks: { otpVerifyStatus } });
      await world.logIn(OTP_EMAIL);
      const { exit, stdout, stderr } = await world.pinner([...disable, "--json"], { stdin: PASSWORD });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual({ status: "disabled", message: expect.any(String) });
    });
  }

  test("a wrong password is exit 4, is not repeated, and 2FA stays on", async () => {
    await using world = await createWorld();
    await world.logIn(OTP_EMAIL);
    const { exit, stdout, stderr } = await world.pinner([...disable, "--json"], { stdin: "wrong-password" });
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error).toMatchObject({ code: "credentials_refused", status: 401 });
    expect(stderr).not.toContain("wrong-password");
    expect(world.portal.get(OTP_EMAIL).otpEnabled).toBe(true);
  });

  test("a missing password names its flag and variable", async () => {
    await using world = await createWorld();
    await world.logIn(OTP_EMAIL);
    const { exit, stderr } = await world.pinner([...disable, "--json"], { stdin: "\n" });
    expect(exit).toBe(2);
    expect(JSON.parse(stderr).error.code).toBe("input_missing");
    for (const source of ["--password", "PINNER_PASSWORD", "stdin"]) expect(stderr).toContain(source);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("asks at a terminal, and echoes nothing", async () => {
    await using world = await createWorld();
    await world.logIn(OTP_EMAIL);
    const cancelled = world.terminal(disable);
    await cancelled.shows("Password");
    cancelled.type("\u0003");
    expect(await cancelled.exit()).toBe(130);
    expect(cancelled.isRestored()).toBe(true);
    expect(world.portal.get(OTP_EMAIL).otpEnabled).toBe(true);
    const terminal = world.terminal(disable);
    await terminal.shows("Password");
    terminal.type(`${PASSWORD}\r`);
    await terminal.shows("2FA is off");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.raw()).not.toContain(PASSWORD);
    expect(world.portal.get(OTP_EMAIL).otpEnabled).toBe(false);
  });
});

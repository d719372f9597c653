import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, modeOf, OTP_EMAIL, PASSWORD } from "../../tooling/world.ts";

const login = ["auth", "--email", EMAIL];
const storedToken = (config: string | undefined) => /^auth_token: (\S+)$/m.exec(config ?? "")?.[1] ?? "";

describe("pinner auth", () => {
  test("logs in with the password on stdin and stores a working key, for its owner only", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner(login, { stdin: `${PASSWORD}\n` });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toStartWith(`Logged in to ${world.url} as ${EMAIL}.`);
    expect(await world.portal.isLive(storedToken(await world.config()))).toBe(true);
    expect(await modeOf(world.configPath)).toBe(0o600);
    expect(await modeOf(`${world.home}/pinner`)).toBe(0o700);
    const [first, ...sideBySide] = world.portal.steps();
    expect([first, ...sideBySide.toSorted()]).toEqual(["login", "createKey", "listKeys"]);
  });

  test("answers with one JSON document, and keeps the token out of it", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner([...login, "--json"], { stdin: PASSWORD });
    expect(exit).toBe(0);
    const document = JSON.parse(stdout);
    const [key] = world.portal.liveKeys(EMAIL);
    expect(document).toEqual({
      status: "authenticated",
      configPath: world.configPath,
      portalURL: world.url,
      apiKeyName: "cli-generated",
      apiKeyUuid: key?.uuid,
      expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      replaced: [],
      message: expect.stringContaining(EMAIL),
    });
    expect(stdout).toBe(`${JSON.stringify(document, null, 2)}\n`);
    expect(stdout).not.toContain(storedToken(await world.config()).slice(0, 12));
  });

  test("shows the token in JSON with --unmask", async () => {
    await using world = await createWorld();
    const { stdout } = await world.pinner([...login, "--json", "--unmask"], { stdin: PASSWORD });
    expect(JSON.parse(stdout).token).toBe(storedToken(await world.config()));
  });

  test("takes email, password and code from variables", async () => {
    await using world = await createWorld();
    const env = {
      PINNER_EMAIL: OTP_EMAIL,
      PINNER_PASSWORD: PASSWORD,
      PINNER_OTP: world.portal.otpCode(OTP_EMAIL),
    };
    const { exit, stderr } = await world.pinner(["auth"], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const [first, second, ...sideBySide] = world.portal.steps();
    expect([first, second, ...sideBySide.toSorted()]).toEqual([
      "login",
      "otpValidate",
      "createKey",
      "listKeys",
    ]);
  });

  test("warns once about each secret given as a flag, and works", async () => {
    await using world = await createWorld();
    const code = world.portal.otpCode(OTP_EMAIL);
    const { exit, stderr } = await world.pinner(["auth", "-e", OTP_EMAIL, "-p", PASSWORD, "-o", code]);
    expect(exit).toBe(0);
    expect(stderr.match(/--password/g)).toHaveLength(1);
    expect(stderr.match(/--otp-code/g)).toHaveLength(1);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr).not.toContain(code);
  });

  test("lets a flag win over its variable", async () => {
    await using world = await createWorld();
    const env = { PINNER_EMAIL: "nobody@example.com", PINNER_PASSWORD: "not the password" };
    const { exit } = await world.pinner(["auth", `--email=${EMAIL}`, `--password=${PASSWORD}`], { env });
    expect(exit).toBe(0);
  });

  for (const answer of ["location", "cookie", "both", "json"] as const) {
    for (const audience of ["array", "string"] as const) {
      test(`understands a login answered by ${answer}, with \`aud\` as ${audience}`, async () => {
        await using world = await createWorld({
          quirks: {
            loginAnswer: answer,
            otpAnswer: answer,
            audience,
            jsonOtpFlag: "absent",
            issuedAt: false,
            extraFields: true,
          },
        });
        const env = { PINNER_PASSWORD: PASSWORD, PINNER_OTP: world.portal.otpCode(OTP_EMAIL) };
        for (const email of [EMAIL, OTP_EMAIL]) {
          // The key of the other account stays, and is told.
          const [left] = email === OTP_EMAIL ? world.portal.liveKeys(EMAIL) : [];
          const { exit, stderr } = await world.pinner(["auth", "--force", "--email", email], { env });
          expect({ exit, stderr }).toEqual({
            exit: 0,
            stderr: left ? expect.stringContaining(left.uuid) : "",
          });
          expect(await world.portal.isLive(storedToken(await world.config()))).toBe(true);
        }
      });
    }
  }

  const passwords = [
    "  edges  ",
    `quotes "'\`$x\\ `,
    "pässwörd-日本-🔑",
    "tab\tand\u0007bell",
    "-starts-with-dash",
  ];
  for (const password of passwords) {
    test(`takes the password ${JSON.stringify(password)} as it is from stdin, variable and flag`, async () => {
      await using world = await createWorld();
      world.portal.addAccount({ email: "odd@example.com", password });
      const args = ["auth", "--force", "-e", "odd@example.com"];
      for (const end of ["", "\n", "\r\n"])
        expect((await world.pinner(args, { stdin: `${password}${end}` })).exit).toBe(0);
      expect((await world.pinner(args, { env: { PINNER_PASSWORD: password } })).exit).toBe(0);
      expect((await world.pinner([...args, `--password=${password}`])).exit).toBe(0);
    });
  }

  test("cuts one line end from stdin and nothing else", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(login, { stdin: `${PASSWORD}\n\n` });
    expect(exit).toBe(4);
    expect(stderr).toContain("the login was refused");
    expect(world.portal.requests[0]?.body).toContain(`${PASSWORD}\\n"`);
  });

  test("refuses wrong credentials with exit 4 and stores nothing", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner([...login, "--json"], { stdin: "wrong password" });
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error).toMatchObject({ code: "credentials_refused", status: 401 });
    expect(await world.config()).toBeUndefined();
  });

  for (const wrongOtp of [400, 500] as const) {
    test(`refuses a wrong code answered by ${wrongOtp} with exit 4, without a terminal`, async () => {
      await using world = await createWorld({ quirks: { wrongOtp } });
      const env = { PINNER_PASSWORD: PASSWORD, PINNER_OTP: world.portal.otpCode(OTP_EMAIL, 100) };
      const { exit, stdout, stderr } = await world.pinner(["auth", "-e", OTP_EMAIL, "--json"], { env });
      expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({ code: "otp_refused", status: wrongOtp });
      expect(world.portal.steps()).toEqual(["login", "otpValidate"]);
      expect(await world.config()).toBeUndefined();
    });
  }

  test("names what would supply a missing code", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(["auth", "-e", OTP_EMAIL, "--json"], { stdin: PASSWORD });
    expect(exit).toBe(2);
    const { code, message } = JSON.parse(stderr).error;
    expect(code).toBe("otp_required");
    expect(message).toContain("--otp-code");
    expect(message).toContain("PINNER_OTP");
  });

  test("stores the login token with --no-create-key", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner([...login, "--no-create-key", "--json"], { stdin: PASSWORD });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty("apiKeyUuid");
    expect(world.portal.steps()).toEqual(["login"]);
    expect(await world.portal.verify(storedToken(await world.config()), "login")).toBeDefined();
  });

  test("prints only the token with --stdout, and stores nothing", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner([...login, "--stdout"], { stdin: PASSWORD });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toMatch(/^\S+\n$/);
    expect(await world.portal.isLive(stdout.trim())).toBe(true);
    expect(await world.config()).toBeUndefined();
  });

  test("leaves the stored key alone with --stdout and the same name", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.logIn(EMAIL, "ci");
    const [old] = world.portal.addKeys(EMAIL, ["ci"]);
    const { stdout } = await world.pinner([...login, "--stdout", "--json", "-k", "ci"], { stdin: PASSWORD });
    const { replaced, token: printed } = JSON.parse(stdout);
    expect(replaced).toEqual([old?.uuid]);
    expect(await world.portal.isLive(token)).toBe(true);
    expect(await world.portal.isLive(printed)).toBe(true);
    expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).toContain(uuid);
    expect(world.portal.liveKeys(EMAIL)).toHaveLength(2);
  });
});

describe("what pinner auth replaces", () => {
  test("asks for --force before it overwrites a live token, and sends no login", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    for (const args of [login, ["auth", token.replace(/.$/, "x")], [...login, "--json"]]) {
      const { exit, stdout, stderr } = await world.pinner(args, { stdin: PASSWORD });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      expect(stderr).toContain("--force");
    }
    // Whether the service still knows the stored key is all that it is asked.
    expect(new Set(world.portal.steps())).toEqual(new Set(["exchange"]));
    expect(storedToken(await world.config())).toBe(token);
  });

  test("overwrites an expired token without asking", async () => {
    await using world = await createWorld();
    const expired = await world.portal.issue("api", EMAIL, { exp: 1000 });
    await world.writeConfig(`auth_token: ${expired}\n`);
    expect((await world.pinner(login, { stdin: PASSWORD })).exit).toBe(0);
    expect(storedToken(await world.config())).not.toBe(expired);
  });

  test("takes a stored token of an unknown kind for one that is in use", async () => {
    await using world = await createWorld();
    await world.writeConfig("auth_token: something-else\n");
    expect((await world.pinner(login, { stdin: PASSWORD })).exit).toBe(2);
    expect((await world.pinner([...login, "--force"], { stdin: PASSWORD })).exit).toBe(0);
  });

  test("deletes only this machine's own previous key under the default name, and counts the others", async () => {
    await using world = await createWorld();
    const others = world.portal.addKeys(EMAIL, ["cli-generated", "cli-generated", "cli-generated-2"]);
    const own = await world.logIn();
    const { stdout, stderr } = await world.pinner([...login, "--force", "--json"], { stdin: PASSWORD });
    expect(JSON.parse(stdout).replaced).toEqual([own.uuid]);
    expect(stderr).toContain("2 other keys");
    const live = world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
    expect(live).toEqual(expect.arrayContaining(others.map(({ uuid }) => uuid)));
    expect(live).toHaveLength(4);
  });

  test("deletes every older key of exactly the name that was given", async () => {
    await using world = await createWorld();
    const old = world.portal.addKeys(EMAIL, ["laptop", "laptop"]);
    world.portal.addKeys(EMAIL, ["laptop-2", "Laptop", ...Array.from({ length: 105 }, (_, i) => `k${i}`)]);
    const { exit, stdout } = await world.pinner([...login, "-k", "laptop", "--json"], { stdin: PASSWORD });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).replaced.toSorted()).toEqual(old.map(({ uuid }) => uuid).toSorted());
    expect(world.portal.liveKeys(EMAIL).filter(({ name }) => /laptop/i.test(name))).toHaveLength(3);
  });

  test("says that PINNER_AUTH_TOKEN still wins, and neither stores nor deletes its key", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "laptop");
    const { exit, stderr } = await world.pinner([...login, "-k", "laptop"], {
      stdin: PASSWORD,
      env: { PINNER_AUTH_TOKEN: token },
    });
    expect(exit).toBe(0);
    expect(stderr).toContain("PINNER_AUTH_TOKEN");
    expect(await world.portal.isLive(token)).toBe(true);
    expect(storedToken(await world.config())).not.toBe(token);
  });

  test("keeps comments and the keys of other tools", async () => {
    await using world = await createWorld();
    const text = "# shared\nbase_dir: /data # here\nauth_token: ''\nmax: 3\nlist: [a, b]\n";
    await world.writeConfig(text);
    expect((await world.pinner(login, { stdin: PASSWORD })).exit).toBe(0);
    const written = (await world.config()) ?? "";
    expect(written.replace(/^auth_token: .*$/m, "auth_token: ''")).toBe(text);
  });

  test("warns and exits 0 when the older key cannot be deleted", async () => {
    await using world = await createWorld();
    const own = await world.logIn();
    world.portal.fault("deleteKey", { kind: "status", status: 500, body: '{"error":"boom"}' });
    const { exit, stderr } = await world.pinner([...login, "--force"], { stdin: PASSWORD });
    expect(exit).toBe(0);
    expect(stderr).toContain("warning:");
    expect(await world.portal.isLive(own.token)).toBe(true);
    expect(await world.portal.isLive(storedToken(await world.config()))).toBe(true);
  });
});

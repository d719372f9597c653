import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** A wrong value is told with the place that it came from, and never itself. */

const WRONG = "wr0ng-value";
const login = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
const reset = ["reset-password", "-e", EMAIL, "-t", "a1b2c3"];
const register = ["register", "-e", "new@example.com", "-f", "A", "-l", "B"];
const SHORT = "sh0rt";

/** What is run; `FILE` stands for a file that holds the value. */
const rows: [place: string, args: string[], env: Record<string, string>, value?: string, stdin?: string][] = [
  ["--email", ["auth", "-e", WRONG], {}],
  ["PINNER_EMAIL", ["auth"], { PINNER_EMAIL: WRONG }],
  ["PINNER_EMAIL_FILE (FILE)", ["auth"], { PINNER_EMAIL_FILE: "FILE" }],
  ["PINNER_EMAIL", ["auth", "exec", "--", "true"], { PINNER_EMAIL: WRONG }],
  ["--otp-code", ["auth", "-o", WRONG], login],
  ["PINNER_OTP", ["auth"], { ...login, PINNER_OTP: WRONG }],
  ["PINNER_OTP_FILE (FILE)", ["auth"], { ...login, PINNER_OTP_FILE: "FILE" }],
  ["PINNER_OTP_SECRET", ["auth", "-e", OTP_EMAIL], { ...login, PINNER_OTP_SECRET: WRONG }],
  ["PINNER_OTP_SECRET_FILE (FILE)", ["auth", "-e", OTP_EMAIL], { ...login, PINNER_OTP_SECRET_FILE: "FILE" }],
  ["--password", [...register, "-p", SHORT], {}, SHORT],
  ["PINNER_PASSWORD", register, { PINNER_PASSWORD: SHORT }, SHORT],
  ["PINNER_PASSWORD_FILE (FILE)", register, { PINNER_PASSWORD_FILE: "FILE" }, SHORT],
  ["stdin", register, {}, SHORT, SHORT],
  ["PINNER_NEW_PASSWORD", reset, { PINNER_NEW_PASSWORD: SHORT }, SHORT],
  ["PINNER_NEW_PASSWORD_FILE (FILE)", reset, { PINNER_NEW_PASSWORD_FILE: "FILE" }, SHORT],
  ["NEW", ["account", "email", WRONG], {}],
  ["TOKEN", ["auth", WRONG], {}],
  ["stdin", ["auth", "--with-token"], {}, WRONG, WRONG],
  ["base_endpoint", ["config", "set", "base_endpoint", "wr0ng..value"], {}, "wr0ng..value"],
  ["PINNER_BASE_ENDPOINT", ["account"], { PINNER_BASE_ENDPOINT: "wr0ng..value" }, "wr0ng..value"],
  ["PINNER_SECURE", ["account"], { PINNER_SECURE: WRONG }],
  ["PINNER_DEFAULT_TIMEOUT", ["account"], { PINNER_DEFAULT_TIMEOUT: WRONG }],
  ["PINNER_MAX_RETRIES", ["account"], { PINNER_MAX_RETRIES: WRONG }],
];

for (const [place, args, env, value = WRONG, stdin] of rows)
  test(`of ${place}: pinner ${args[0]} ${args.find((arg) => arg.startsWith("--")) ?? ""}`, async () => {
    await using world = await createWorld();
    await world.logIn();
    const file = join(world.home, "held");
    await writeFile(file, value);
    const filled = Object.fromEntries(
      Object.entries(env).map(([name, text]) => [name, text.replace("FILE", file)]),
    );
    const force = args[0] === "auth" && args[1] !== "exec" ? ["--force"] : [];
    const { exit, stdout, stderr } = await world.pinner([...args, ...force], {
      env: filled,
      ...(stdin ? { stdin } : {}),
    });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(`^error: ${RegExp.escape(place.replace("FILE)", `${file})`))}(?::| takes)`, "m"),
    );
    expect(stderr).not.toContain(value);
  });

test("of a token that no header can hold", async () => {
  await using world = await createWorld();
  const { exit, stderr } = await world.pinner(["account"], { env: { PINNER_AUTH_TOKEN: "a\nb" } });
  expect({ exit, stderr: stderr.split(". ")[0] }).toEqual({
    exit: 4,
    stderr: "error: PINNER_AUTH_TOKEN: the token holds characters that no token has",
  });
});

describe("a password that is refused, and that whatever stored it may have changed, is asked about", () => {
  const doubts: [what: string, password: string][] = [
    ["ends with a line end", `${PASSWORD}\n`],
    ["stands in quotes", `"${PASSWORD}"`],
    ["stands in quotes", `'${PASSWORD}'`],
    ["has several lines", `# of the account\n${PASSWORD}`],
    ["begins with a byte order mark", `\ufeff${PASSWORD}`],
    ["begins or ends with a space", ` ${PASSWORD}`],
  ];
  const runs: Record<string, (world: World, password: string) => ReturnType<World["pinner"]>> = {
    PINNER_PASSWORD: (world, password) =>
      world.pinner(["auth", "-e", EMAIL], { env: { PINNER_PASSWORD: password } }),
    "--password": (world, password) => world.pinner(["auth", "-e", EMAIL, "-p", password]),
    // One line end at its end is cut.
    stdin: (world, password) => world.pinner(["auth", "-e", EMAIL], { stdin: `${password}\n` }),
  };
  for (const [place, run] of Object.entries(runs))
    for (const [what, password] of doubts)
      test(`${place}: ${JSON.stringify(password)} ${what}`, async () => {
        await using world = await createWorld();
        const { exit, stderr } = await run(world, password);
        expect(exit).toBe(4);
        expect(stderr).toContain(`The password from ${place} ${what}: is that part of it? Check the email`);
        expect(stderr).not.toContain(PASSWORD);
      });

  test("in its file, and by other commands; in JSON too, with the status", async () => {
    await using world = await createWorld();
    await world.logIn(OTP_EMAIL);
    const file = join(world.home, "held");
    await writeFile(file, `"${PASSWORD}"\n`);
    const { exit, stderr } = await world.pinner(["account", "otp", "disable", "--json"], {
      env: { PINNER_PASSWORD_FILE: file },
    });
    const { error } = JSON.parse(stderr);
    expect({ exit, error }).toEqual({
      exit: 4,
      error: {
        code: "credentials_refused",
        message: "the password was refused",
        hint: `The password from PINNER_PASSWORD_FILE (${file}) stands in quotes: is that part of it? If the account has none: \`pinner reset-password\` sets one`,
        status: expect.any(Number),
      },
    });
  });

  test("and no other, nor what else goes wrong", async () => {
    await using world = await createWorld();
    const plain = await world.pinner(["auth", "-e", EMAIL], { env: { PINNER_PASSWORD: "wrong-password" } });
    expect(plain.stderr).not.toContain("is that part of it");
    world.portal.fault("login", { kind: "status", status: 500 });
    const failing = await world.pinner(["auth", "-e", EMAIL], { env: { PINNER_PASSWORD: `"${PASSWORD}"` } });
    expect(failing.exit).toBe(3);
    expect(failing.stderr).not.toContain("is that part of it");
  });
});

describe("a token of a variable that the service refuses is renewed there", () => {
  const NEW_ONE = "put a new one into PINNER_AUTH_TOKEN";
  const gone = async (world: World) => {
    const { token } = await world.portal.createKey(EMAIL, "gone");
    world.portal.get(EMAIL).keys = [];
    return { PINNER_AUTH_TOKEN: token };
  };

  for (const args of [["account"], ["auth", "status"], ["doctor"], ["account", "api-keys", "list"]])
    test(`says \`pinner ${args.join(" ")}\``, async () => {
      await using world = await createWorld();
      const { exit, stdout, stderr } = await world.pinner(args, { env: await gone(world) });
      expect(exit).toBe(4);
      expect(`${stdout}${stderr}`.toLowerCase()).toContain(NEW_ONE.toLowerCase());
      expect(`${stdout}${stderr}`.toLowerCase()).not.toContain("run `pinner auth`");
    });

  test("says `delete` of the key that the variable holds, and of the stored one to log in", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.portal.createKey(EMAIL, "ci");
    const remove = (key: string) => ["account", "api-keys", "delete", key, "--force"];
    const held = await world.pinner(remove(uuid), { env: { PINNER_AUTH_TOKEN: token } });
    expect(held.stderr).toContain(`from PINNER_AUTH_TOKEN: ${NEW_ONE}`);
    const stored = await world.logIn();
    expect((await world.pinner(remove(stored.uuid))).stderr).toContain("run `pinner auth`");
  });
});

import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

const NEW = "new+tag@example.com";
const CODE = "a1b2c3";
const confirm = ["confirm-email", "-e", NEW];
const WARNING = "warning: --token: other users of this machine can see it\n";

function addUnconfirmed({ portal }: World, expiresIn = 60_000): void {
  const account = portal.addAccount({ email: NEW, password: PASSWORD, verified: false });
  account.verification = { token: CODE, expiresAt: Date.now() + expiresIn };
}

describe("pinner confirm-email", () => {
  test("confirms with the code from the email, and tells what to run next", async () => {
    await using world = await createWorld();
    addUnconfirmed(world);
    const { exit, stdout, stderr } = await world.pinner([...confirm, "--token", ` ${CODE} `]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: WARNING });
    expect(stdout).toBe(`The service accepts the code for ${NEW}. Next: \`pinner auth --email ${NEW}\`\n`);
    expect(world.portal.get(NEW).verified).toBe(true);
    expect(JSON.parse(world.portal.requests[0]?.body ?? "")).toEqual({ email: NEW, token: CODE });
  });

  test("answers with one JSON document", async () => {
    await using world = await createWorld();
    addUnconfirmed(world);
    const { exit, stdout, stderr } = await world.pinner([...confirm, "-t", CODE, "--json"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: WARNING });
    expect(JSON.parse(stdout)).toEqual({
      status: "verified",
      email: NEW,
      message: expect.stringContaining("pinner auth"),
    });
  });

  const encoded = encodeURIComponent(NEW);
  for (const [link, email] of [
    [`https://pinner.xyz/verify?email=${encoded}&token=${CODE}`, undefined],
    [`https://pinner.xyz/verify?token=${CODE}&email=${encoded}&utm=x#top`, undefined],
    [`https://pinner.xyz/verify?token=${CODE}&email=${NEW}`, undefined],
    [`https://pinner.xyz/#/verify?email=${encoded}&token=${CODE}`, undefined],
    [` ?email=${encoded}&token=${CODE}\n`, undefined],
    [`https://pinner.xyz/verify?token=${CODE}#token=other`, NEW],
    [`https://pinner.xyz/verify?email=&token=${CODE}`, NEW],
    [`https://pinner.xyz/verify?email=other%40example.com&token=${CODE}`, NEW],
  ] as const) {
    test(`confirms with ${JSON.stringify(link)}${email ? " and the email beside it" : ""}`, async () => {
      await using world = await createWorld();
      addUnconfirmed(world);
      const { exit, stdout } = await world.pinner([
        "confirm-email",
        "-t",
        link,
        ...(email ? ["-e", email] : []),
        "--json",
      ]);
      expect({ exit, email: JSON.parse(stdout || "{}").email }).toEqual({ exit: 0, email: NEW });
      expect(world.portal.get(NEW).verified).toBe(true);
    });
  }

  test("says what is missing or wrong before anything is sent, and repeats no code", async () => {
    await using world = await createWorld();
    const cases: [args: string[], code: string, expected: string][] = [
      [["-t", CODE], "input_missing", "--email"],
      [["-t", `https://pinner.xyz/verify?token=${CODE}`], "input_missing", "--email"],
      [["-e", NEW], "input_missing", "--token"],
      [["-e", NEW, "-t", `https://pinner.xyz/verify?email=x&code=${CODE}`], "usage", "token="],
      [["-e", NEW, "-t", `https://pinner.xyz/verify?token=#${CODE}`], "usage", "token="],
      [["-e", NEW, "-t", `https://pinner.xyz/verify/${CODE}`], "usage", "token="],
      [["-e", NEW, "-t", " "], "usage", "--token"],
      [["-e", "nobody", "-t", CODE], "usage", "name@example.com"],
      [["-t", `https://pinner.xyz/verify?email=nobody&token=${CODE}`], "usage", "name@example.com"],
      [["-e", NEW, "-t", CODE, "--resend"], "usage", "--resend"],
      [["--resend"], "input_missing", "--email"],
    ];
    for (const [args, code, expected] of cases) {
      const env = { PINNER_EMAIL: NEW };
      const { exit, stdout, stderr } = await world.pinner(["confirm-email", ...args, "--json"], { env });
      expect({ args, exit, stdout }).toEqual({ args, exit: 2, stdout: "" });
      const { error } = JSON.parse(stderr);
      expect({ args, code: error.code }).toEqual({ args, code });
      expect(error.message).toContain(expected);
      expect(stderr).not.toContain(CODE);
    }
    expect(world.portal.requests).toHaveLength(0);
  });

  for (const verifyFailure of [400, 401, 500] as const) {
    for (const errorShape of ["reason", "text", "code", "plain", "page"] as const) {
      test(`a refused code is exit 1 when the service says ${verifyFailure} in shape ${errorShape}`, async () => {
        await using world = await createWorld({ quirks: { verifyFailure, errorShape } });
        addUnconfirmed(world);
        const { exit, stdout, stderr } = await world.pinner([...confirm, "-t", "zzzzzz", "--json"]);
        expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
        const { error } = JSON.parse(stderr);
        expect(error).toMatchObject({ code: "refused", status: verifyFailure });
        expect(error.hint).toContain("pinner confirm-email --resend");
        if (errorShape !== "page") expect(error.message).toContain("invalid or expired");
        expect(world.portal.get(NEW).verified).toBe(false);
        expect(world.portal.steps()).toEqual(["verifyEmail"]);
      });
    }
  }

  test("a code that has expired is refused like a wrong one", async () => {
    await using world = await createWorld();
    addUnconfirmed(world, -1000);
    const { exit, stderr } = await world.pinner([...confirm, "-t", CODE]);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining("invalid or expired") });
  });

  for (const [status, body, exitCode, code] of [
    [401, '{"error":"ErrSecurityTokenExpired","message":"expired"}', 1, "refused"],
    [422, '{"error":"bad"}', 1, "refused"],
    [429, "", 3, "rate_limited"],
    [500, "database is down", 3, "server_error"],
    [500, "<html><h1>500</h1></html>", 3, "server_error"],
    [503, "", 3, "server_error"],
  ] as const) {
    test(`a ${status} with ${JSON.stringify(body)} is exit ${exitCode}`, async () => {
      await using world = await createWorld();
      world.portal.fault("verifyEmail", { kind: "status", status, body });
      const { exit, stderr } = await world.pinner([...confirm, "-t", CODE, "--json"]);
      expect({ exit, ...JSON.parse(stderr).error }).toMatchObject({ exit: exitCode, code, status });
    });
  }

  test("an unknown user is not found, and a confirmed one a conflict", async () => {
    await using world = await createWorld({ quirks: { verifyUnknown: 404 } });
    const unknown = await world.pinner([...confirm, "-t", CODE, "--json"]);
    expect({ exit: unknown.exit, code: JSON.parse(unknown.stderr).error.code }).toEqual({
      exit: 1,
      code: "not_found",
    });
    const known = await world.pinner(["confirm-email", "-e", EMAIL, "-t", CODE, "--json"]);
    expect(known.exit).toBe(1);
    expect(JSON.parse(known.stderr).error).toMatchObject({ code: "conflict", status: 409 });
    expect(known.stderr).toContain("already verified");
  });
});

describe("pinner confirm-email --resend", () => {
  test("asks for a new email, whose link confirms", async () => {
    await using world = await createWorld();
    addUnconfirmed(world);
    const { exit, stdout, stderr } = await world.pinner([...confirm, "--resend", "--json"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      status: "sent",
      email: NEW,
      message: expect.stringContaining("pinner confirm-email"),
    });
    const [mail] = world.portal.emails;
    expect((await world.pinner(["confirm-email", "-t", mail?.link ?? ""])).exit).toBe(0);
    expect(world.portal.get(NEW).verified).toBe(true);
  });

  test("tells nobody whether an account exists", async () => {
    await using world = await createWorld();
    addUnconfirmed(world);
    const known = await world.pinner([...confirm, "--resend"]);
    const unknown = await world.pinner(["confirm-email", "-e", "no@example.com", "--resend"]);
    expect(unknown).toEqual({ ...known, stdout: known.stdout.replaceAll(NEW, "no@example.com") });
    expect(world.portal.emails).toHaveLength(1);
  });
});

describe("pinner confirm-email at a terminal", () => {
  test("asks for the email and for the code, which may be the link", async () => {
    await using world = await createWorld();
    addUnconfirmed(world);
    const terminal = world.terminal(["confirm-email"]);
    await terminal.shows("Email");
    terminal.type(`${NEW}\r`);
    await terminal.shows("Code from the email");
    terminal.type(`https://pinner.xyz/verify?token=${CODE}\r`);
    await terminal.shows("accepts the code");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text()).not.toContain(CODE);
    expect(world.portal.get(NEW).verified).toBe(true);
  });
});

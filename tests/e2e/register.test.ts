import { describe, expect, test } from "bun:test";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

const NEW = "new@example.com";
const register = ["register", "-e", NEW, "-f", "New", "-l", "Person"];

describe("pinner register", () => {
  test("sends what the flags say, and tells what to run next", async () => {
    await using world = await createWorld();
    const args = ["register", "--email", NEW, "--first-name", "Ada", "--last-name", "de la Cruz"];
    const { exit, stdout, stderr } = await world.pinner([...args, "--password", PASSWORD]);
    expect(exit).toBe(0);
    expect(stderr).toBe("warning: --password: other users of this machine can see it\n");
    expect(stdout).toContain(`\`pinner confirm-email --email ${NEW} --token CODE\``);
    expect(world.portal.requests.map(({ step, body }) => [step, JSON.parse(body)])).toEqual([
      ["register", { first_name: "Ada", last_name: "de la Cruz", email: NEW, password: PASSWORD }],
    ]);
    expect(world.portal.emails).toMatchObject([{ to: NEW, kind: "verify" }]);
    expect(await world.config()).toBeUndefined();
  });

  for (const registerStatus of [200, 201] as const) {
    test(`answers with one JSON document when the service says ${registerStatus}`, async () => {
      await using world = await createWorld({ quirks: { registerStatus } });
      const { exit, stdout, stderr } = await world.pinner([...register, "--json"], { stdin: PASSWORD });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual({
        status: "registered",
        email: NEW,
        message: expect.stringContaining("pinner confirm-email"),
      });
    });
  }

  test("takes the password from its flag, else PINNER_PASSWORD, else stdin without its line end", async () => {
    const cases = [
      {
        args: ["-p", "from-the-flag"],
        env: { PINNER_PASSWORD: "from-a-variable" },
        expected: "from-the-flag",
      },
      {
        args: [],
        env: { PINNER_PASSWORD: "from-a-variable" },
        stdin: "from-stdin",
        expected: "from-a-variable",
      },
      { args: [], stdin: " from-stdin \r\n", expected: " from-stdin " },
      { args: [], stdin: "two\nlines\n\n", expected: "two\nlines\n" },
    ];
    for (const { args, expected, ...options } of cases) {
      await using world = await createWorld();
      expect((await world.pinner([...register, ...args], options)).exit).toBe(0);
      expect(world.portal.get(NEW).password).toBe(expected);
    }
  });

  test("names the flag of what is missing, and does not take PINNER_EMAIL for it", async () => {
    await using world = await createWorld();
    const env = { PINNER_EMAIL: NEW, PINNER_PASSWORD: PASSWORD };
    for (const [args, flag] of [
      [["-f", "New", "-l", "Person"], "--email"],
      [["-e", NEW, "-l", "Person"], "--first-name"],
      [["-e", NEW, "-f", "New"], "--last-name"],
    ] as const) {
      const { exit, stdout, stderr } = await world.pinner(["register", ...args, "--json"], { env });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      const { code, message } = JSON.parse(stderr).error;
      expect(code).toBe("input_missing");
      expect(message).toContain(flag);
      expect(message).not.toContain("PINNER_EMAIL");
    }
    const { exit, stderr } = await world.pinner(register, { stdin: "" });
    expect(exit).toBe(2);
    for (const source of ["--password", "PINNER_PASSWORD", "stdin"]) expect(stderr).toContain(source);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("refuses what the service would refuse, before anything is sent", async () => {
    await using world = await createWorld();
    const cases: [args: string[], password: string, expected: string][] = [
      [["-e", "nobody", "-f", "New", "-l", "Person"], PASSWORD, "name@example.com"],
      [["-e", "a b@example.com", "-f", "New", "-l", "Person"], PASSWORD, "name@example.com"],
      [["-e", NEW, "-f", " ", "-l", "Person"], PASSWORD, "--first-name"],
      [["-e", NEW, "-f", "New", "--last-name="], PASSWORD, "--last-name"],
      [["-e", NEW, "-f", "New", "-l", "Person"], "7-chars", "at least 8 characters"],
    ];
    for (const [args, password, expected] of cases) {
      const env = { PINNER_PASSWORD: password };
      const { exit, stdout, stderr } = await world.pinner(["register", ...args, "--json"], { env });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      const { code, message } = JSON.parse(stderr).error;
      expect(code).toBe("usage");
      expect(message).toContain(expected);
      expect(message).not.toContain(password);
    }
    expect(world.portal.requests).toHaveLength(0);
    expect((await world.pinner(register, { stdin: "8-chars!" })).exit).toBe(0);
  });

  for (const [status, exitCode, code] of [
    [400, 1, "refused"],
    [409, 1, "conflict"],
    [422, 1, "refused"],
    [429, 3, "rate_limited"],
    [500, 3, "server_error"],
    [503, 3, "server_error"],
  ] as const) {
    test(`a ${status} is exit ${exitCode}, in the service's words but for the password, and sent once`, async () => {
      await using world = await createWorld();
      const body = JSON.stringify({ error: "ErrX", message: `not \u001b[31m${PASSWORD}` });
      world.portal.fault("register", { kind: "status", status, body });
      const { exit, stdout, stderr } = await world.pinner([...register, "--json"], { stdin: PASSWORD });
      expect({ exit, stdout }).toEqual({ exit: exitCode, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({ code, status });
      const plain = await world.pinner(register, { stdin: PASSWORD });
      expect(plain.stderr).toContain("not \\u001b[31m***");
      expect(world.portal.steps()).toEqual(["register", "register"]);
    });
  }

  test("an email that is taken is refused in the service's words", async () => {
    await using world = await createWorld();
    const args = [...register, "-e", EMAIL];
    const { exit, stderr } = await world.pinner(args, { stdin: PASSWORD });
    expect(exit).toBe(1);
    expect(stderr).toBe("error: the service refused: The email is already in use.\n");
  });

  for (const kind of ["resetBefore", "resetAfter", "hang"] as const) {
    test(`is not repeated after the fault ${kind}`, async () => {
      await using world = await createWorld();
      world.portal.fault("register", { kind });
      const args = [...register, "--json", "--timeout", "0.5"];
      const { exit, stdout, stderr } = await world.pinner(args, { stdin: PASSWORD });
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
      expect(JSON.parse(stderr).error.code).toBe(kind === "hang" ? "timeout" : "unreachable");
      expect(world.portal.steps()).toEqual(["register"]);
    });
  }

  test("a page of HTML is no registration", async () => {
    await using world = await createWorld();
    world.portal.fault("register", { kind: "html" });
    const { exit, stderr } = await world.pinner([...register, "--json"], { stdin: PASSWORD });
    expect({ exit, code: JSON.parse(stderr).error.code }).toEqual({ exit: 1, code: "bad_response" });
  });
});

describe("pinner register at a terminal", () => {
  test("asks for everything, for the password twice, and echoes no password", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["register"], { PINNER_EMAIL: EMAIL });
    const answers = [
      ["Email", "new@"],
      ["name@example.com", "example.com"],
      ["First name", " "],
      ["First name must not be empty", "Ada"],
      ["Last name", "Lovelace"],
      ["Password", "7-chars"],
      ["at least 8 characters", "-and-more"],
      ["The password again", "another-password"],
      ["not the same", `${"\u007f".repeat(16)}7-chars-and-more`],
    ] as const;
    for (const [question, answer] of answers) {
      await terminal.shows(question);
      terminal.type(`${answer}\r`);
    }
    await terminal.shows(`Registered ${NEW}`);
    expect(await terminal.exit()).toBe(0);
    expect(terminal.isRestored()).toBe(true);
    for (const secret of ["7-chars", "another"]) expect(terminal.raw()).not.toContain(secret);
    expect(world.portal.get(NEW)).toMatchObject({
      firstName: "Ada",
      lastName: "Lovelace",
      password: "7-chars-and-more",
    });
  });

  test("asks for nothing that is given, and never with --json", async () => {
    await using world = await createWorld();
    const silent = world.terminal([...register, "--json"]);
    expect(await silent.exit()).toBe(2);
    expect(silent.text()).toContain('"code": "input_missing"');
    const given = world.terminal(register, { PINNER_PASSWORD: PASSWORD });
    expect(await given.exit()).toBe(0);
    expect(given.text()).toMatch(new RegExp(`(?:^|\r)✓ Registered ${NEW}`));
  });

  for (const [prompt, args] of [
    ["Email", []],
    ["First name", ["-e", NEW]],
    ["Password", register.slice(1)],
    ["The password again", register.slice(1)],
  ] as const) {
    test(`Ctrl-C at "${prompt}" sends nothing and restores the terminal`, async () => {
      await using world = await createWorld();
      const terminal = world.terminal(["register", ...args]);
      if (prompt === "The password again") {
        await terminal.shows("Password");
        terminal.type(`${PASSWORD}\r`);
      }
      await terminal.shows(prompt);
      terminal.type("\u0003");
      expect(await terminal.exit()).toBe(130);
      expect(terminal.isRestored()).toBe(true);
      expect(world.portal.requests).toHaveLength(0);
    });
  }
});

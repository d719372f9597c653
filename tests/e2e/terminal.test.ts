import { describe, expect, test } from "bun:test";
import type { Terminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD } from "../../tooling/world.ts";

const CTRL_C = "\u0003";

describe("at a terminal", () => {
  test("asks for email and password, and echoes no password", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth"]);
    await terminal.shows("Email");
    terminal.type(`${EMAIL}\r`);
    await terminal.shows("Password");
    terminal.type(`${PASSWORD}\r`);
    await terminal.shows("Logged in to");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.raw()).not.toContain(PASSWORD);
    expect(terminal.isRestored()).toBe(true);
    expect(world.portal.liveKeys(EMAIL)).toHaveLength(1);
  });

  test("says what is wrong with an email and asks again", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth"], { PINNER_PASSWORD: PASSWORD });
    await terminal.shows("Email");
    terminal.type("alice\r");
    await terminal.shows("name@example.com");
    terminal.type("@example.com\r");
    await terminal.shows("Logged in to");
    expect(await terminal.exit()).toBe(0);
  });

  test("lets a refused code be entered twice more, without the password", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth", "-e", OTP_EMAIL], { PINNER_PASSWORD: PASSWORD });
    for (const steps of [100, 200]) {
      await terminal.shows("2FA code");
      terminal.type(`${world.portal.otpCode(OTP_EMAIL, steps)}\r`);
      await terminal.shows("refused this code");
    }
    await terminal.shows("2FA code");
    const code = world.portal.otpCode(OTP_EMAIL);
    terminal.type(`${code.slice(0, 3)} ${code.slice(3)}\r`);
    await terminal.shows("Logged in to");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.raw()).not.toContain(code);
    expect(world.portal.steps().filter((step) => step === "login")).toHaveLength(1);
  });

  test("gives up with exit 4 after the third refused code", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth", "-e", OTP_EMAIL], {
      PINNER_PASSWORD: PASSWORD,
      PINNER_OTP: world.portal.otpCode(OTP_EMAIL, 100),
    });
    for (const steps of [200, 300]) {
      await terminal.shows("refused this code");
      await terminal.shows("2FA code");
      terminal.type(`${world.portal.otpCode(OTP_EMAIL, steps)}\r`);
    }
    expect(await terminal.exit()).toBe(4);
    expect(terminal.text()).toContain("the 2FA code was refused");
    expect(world.portal.steps()).toEqual(["login", "otpValidate", "otpValidate", "otpValidate"]);
  });

  test("asks before it overwrites a stored token: no keeps it, yes replaces it", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const before = await world.config();
    const refusing = world.terminal(["auth", "-e", EMAIL], { PINNER_PASSWORD: PASSWORD });
    await refusing.shows("Overwrite");
    refusing.type("n");
    expect(await refusing.exit()).toBe(130);
    expect(await world.config()).toBe(before as string);
    expect(world.portal.requests).toHaveLength(0);

    const agreeing = world.terminal(["auth", "-e", EMAIL], { PINNER_PASSWORD: PASSWORD });
    await agreeing.shows("Overwrite");
    agreeing.type("y");
    await agreeing.shows("Logged in to");
    expect(await agreeing.exit()).toBe(0);
    expect(await world.portal.isLive(token)).toBe(false);
  });

  for (const prompt of ["Email", "Password", "2FA code", "Overwrite"]) {
    for (const [how, interrupt] of [
      ["Ctrl-C", (terminal: Terminal) => terminal.type(CTRL_C)],
      ["SIGTERM", (terminal: Terminal) => terminal.kill("SIGTERM")],
    ] as const) {
      test(`${how} at the prompt "${prompt}" restores the terminal and changes nothing`, async () => {
        await using world = await createWorld();
        const env: Record<string, string> = {};
        if (prompt === "Overwrite") await world.logIn();
        if (prompt !== "Email") env["PINNER_EMAIL"] = OTP_EMAIL;
        if (prompt === "2FA code") env["PINNER_PASSWORD"] = PASSWORD;
        const before = await world.config();
        const terminal = world.terminal(["auth"], env);
        await terminal.shows(prompt);
        interrupt(terminal);
        expect(await terminal.exit()).toBe(how === "Ctrl-C" ? 130 : 143);
        expect(terminal.isRestored()).toBe(true);
        expect(await world.config()).toEqual(before);
        expect(world.portal.liveKeys(OTP_EMAIL)).toEqual([]);
      });
    }
  }

  test("never prompts with --json", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth", "--json"]);
    expect(await terminal.exit()).toBe(2);
    expect(terminal.text()).toContain('"code": "input_missing"');
  });

  test("uses no colours with NO_COLOR or a dumb terminal", async () => {
    await using world = await createWorld();
    for (const env of [{ NO_COLOR: "yes" }, { TERM: "dumb" }]) {
      for (const args of [["auth", "--bogus"], ["--help"]]) {
        const terminal = world.terminal(args, env);
        await terminal.exit();
        expect(terminal.raw()).not.toContain("\u001b[");
      }
    }
    const coloured = world.terminal(["auth", "--bogus"]);
    await coloured.exit();
    expect(coloured.raw()).toContain("\u001b[31m");
  });

  test("the token is asked for with --with-token, and not echoed", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "ci");
    const terminal = world.terminal(["auth", "--with-token"]);
    await terminal.shows("Token");
    terminal.type(`${token}\r`);
    await terminal.shows("The token is stored");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.raw()).not.toContain(token);
    expect(await world.config()).toBe(`auth_token: ${token}\n`);
  });
});

describe("signals while the network is asked", () => {
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} during the login ends it at once`, async () => {
      await using world = await createWorld();
      world.portal.fault("login", { kind: "hang" });
      const run = world.pinner(["auth", "-e", EMAIL], {
        env: { PINNER_PASSWORD: PASSWORD },
        onStart(child) {
          world.portal.onArrival = () => child.kill(signal);
        },
      });
      const { exit, stdout, stderr } = await run;
      expect({ exit, stdout, stderr }).toEqual({ exit: exitCode, stdout: "", stderr: "error: cancelled\n" });
      expect(await world.config()).toBeUndefined();
    });

    test(`${signal} while the creation of the key gets no answer ends it in seconds, and tells of the key`, async () => {
      await using world = await createWorld();
      world.portal.fault("createKey", { kind: "hang" });
      const started = performance.now();
      const { exit, stdout, stderr } = await world.pinner(["auth", "-e", EMAIL, "-k", "lost"], {
        env: { PINNER_PASSWORD: PASSWORD },
        onStart(child) {
          world.portal.onArrival = (step) => {
            if (step === "createKey") child.kill(signal);
          };
        },
      });
      expect({ exit, stdout }).toEqual({ exit: exitCode, stdout: "" });
      expect(stderr).toContain('"lost"');
      expect(performance.now() - started).toBeLessThan(9000);
      expect(await world.config()).toBeUndefined();
    }, 20_000);

    test(`${signal} while the key is created deletes it again`, async () => {
      await using world = await createWorld();
      world.portal.fault("createKey", { kind: "delay", ms: 300 });
      const { exit } = await world.pinner(["auth", "-e", EMAIL], {
        env: { PINNER_PASSWORD: PASSWORD },
        onStart(child) {
          world.portal.onArrival = (step) => {
            if (step === "createKey") child.kill(signal);
          };
        },
      });
      expect(exit).toBe(exitCode);
      expect(world.portal.steps()).toContain("deleteKey");
      expect(world.portal.liveKeys(EMAIL)).toEqual([]);
      expect(await world.config()).toBeUndefined();
    });
  }
});

import { describe, expect, test } from "bun:test";
import { encode } from "uqr";
import { createWorld, EMAIL, OTP_EMAIL, type World } from "../../tooling/world.ts";

const enable = ["account", "otp", "enable"];
const uriOf = ({ portal }: World): string =>
  `otpauth://totp/Pinner:${encodeURIComponent(EMAIL)}?secret=${portal.get(EMAIL).otpSecret}&issuer=Pinner`;

describe("pinner account otp enable without a terminal", () => {
  test("gives secret and link in a first call, and turns 2FA on with their code in a second", async () => {
    await using world = await createWorld();
    await world.logIn();
    const first = await world.pinner(enable);
    expect(first.exit).toBe(0);
    const { otpSecret = "", otpEnabled } = world.portal.get(EMAIL);
    expect(first.stdout).toBe(`Secret: ${otpSecret}\n${uriOf(world)}\n`);
    expect(first.stderr).toContain("pinner account otp enable --otp CODE");
    expect(otpEnabled).toBe(false);

    const code = world.portal.otpCode(EMAIL);
    const second = await world.pinner([...enable, "--otp", `${code.slice(0, 3)} ${code.slice(3)}`]);
    expect(second).toEqual({
      exit: 0,
      stdout: "2FA is on: logging in asks for a code from now on\n",
      stderr: "warning: --otp: other users of this machine can see it\n",
    });
    expect(world.portal.get(EMAIL)).toMatchObject({ otpSecret, otpEnabled: true });
    expect(world.portal.steps().filter((step) => step === "otpGenerate")).toHaveLength(1);
  });

  for (const otpVerifyStatus of [200, 204] as const) {
    test(`answers with one JSON document in either call when the service says ${otpVerifyStatus}`, async () => {
      await using world = await createWorld({ quirks: { otpVerifyStatus } });
      await world.logIn();
      const first = await world.pinner([...enable, "--json"]);
      expect({ exit: first.exit, stderr: first.stderr }).toEqual({ exit: 0, stderr: "" });
      const secret = world.portal.get(EMAIL).otpSecret;
      expect(JSON.parse(first.stdout)).toEqual({ status: "pending", secret, uri: uriOf(world) });
      const second = await world.pinner([...enable, "-o", world.portal.otpCode(EMAIL), "--json"]);
      expect(second.exit).toBe(0);
      expect(JSON.parse(second.stdout)).toEqual({ status: "enabled", message: expect.any(String) });
    });
  }

  test("refuses when 2FA is on, whatever is given, and generates nothing", async () => {
    await using world = await createWorld();
    await world.logIn(OTP_EMAIL);
    const secret = world.portal.get(OTP_EMAIL).otpSecret;
    for (const args of [[], ["--otp", world.portal.otpCode(OTP_EMAIL)]]) {
      const { exit, stdout, stderr } = await world.pinner([...enable, ...args, "--json"]);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({
        code: "conflict",
        hint: expect.stringContaining("pinner account otp disable"),
      });
    }
    expect(world.portal.steps()).not.toContain("otpGenerate");
    expect(world.portal.get(OTP_EMAIL).otpSecret).toBe(secret as string);
  });

  test("a wrong code is exit 4, and one that has not six digits exit 2 before anything is sent", async () => {
    await using world = await createWorld();
    await world.logIn();
    const malformed = await world.pinner([...enable, "--otp", "12345x", "--json"]);
    expect({ exit: malformed.exit, code: JSON.parse(malformed.stderr).error.code }).toEqual({
      exit: 2,
      code: "usage",
    });
    expect(malformed.stderr).not.toContain("12345x");
    expect(world.portal.requests).toHaveLength(0);
    await world.pinner(enable);
    const wrong = world.portal.otpCode(EMAIL, 100);
    const { exit, stdout, stderr } = await world.pinner([...enable, "--otp", wrong, "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error).toMatchObject({ code: "otp_refused", status: 400 });
    expect(world.portal.get(EMAIL).otpEnabled).toBe(false);
  });

  test("generates once, also when the connection drops", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.fault("otpGenerate", { kind: "resetAfter" });
    const { exit, stdout } = await world.pinner([...enable, "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(world.portal.steps().filter((step) => step === "otpGenerate")).toHaveLength(1);
  });
});

describe("pinner account otp enable at a terminal", () => {
  test("shows a QR code of the link, dark on light in every theme, the secret in groups, and the link, in its frame", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(enable);
    await terminal.shows("Code that it shows");
    const { otpSecret = "" } = world.portal.get(EMAIL);
    // Ink 16 is black and paper 231 white in the fixed part of the palette, which no theme changes.
    const rows = [...terminal.raw().matchAll(/^\S+ {2}\u001b\[38;5;16;48;5;231m([█▀▄ ]+)\u001b\[0m\r?$/gm)];
    const shown = rows.flatMap(([, cells = ""]) => [
      [...cells].map((cell) => cell === "█" || cell === "▀"),
      [...cells].map((cell) => cell === "█" || cell === "▄"),
    ]);
    const { data, size } = encode(uriOf(world), { border: 2 });
    expect(shown.slice(0, size)).toEqual(data);
    expect(shown.slice(size).flat()).not.toContain(true);
    expect(terminal.text()).toContain(otpSecret.match(/.{4}/g)?.join(" ") ?? "no secret");
    expect(terminal.text()).toContain(uriOf(world));
    terminal.type("\u0003");
    expect(await terminal.exit()).toBe(130);
  });

  test("draws the code in ASCII where there is nothing else, with colours, and without them says that it cannot", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(enable, { LC_ALL: "C" }, 80);
    await terminal.shows("Code that it shows");
    const { data, size } = encode(uriOf(world), { border: 1 });
    const rows = [...terminal.raw().matchAll(/^((?:\u001b\[48;5;(?:16|231)m {2})+)\u001b\[0m\r?$/gm)];
    const shown = rows.map(([, cells = ""]) =>
      [...cells.matchAll(/;(16|231)m/g)].map(([, at]) => at === "16"),
    );
    expect(shown).toEqual(data);
    expect(shown).toHaveLength(size);
    terminal.type("\u0003");
    await terminal.exit();
    for (const env of [{ NO_COLOR: "1", LC_ALL: "C" }, { TERM: "dumb" }]) {
      const plain = world.terminal(enable, env, 80);
      await plain.shows("cannot show the QR code");
      await plain.shows("Code that it shows");
      expect(plain.raw()).not.toMatch(/[^\n\r\u001b -~]/);
      plain.type("\u0003");
      await plain.exit();
    }
  });

  test("shows no torn QR code where it does not fit, but secret and link all the same", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(enable, {}, 30);
    await terminal.shows("Code that it shows");
    expect(terminal.text()).not.toMatch(/[█▀▄]/);
    expect(terminal.text()).toContain("too narrow");
    expect(terminal.text()).toContain(uriOf(world));
    terminal.type("\u0003");
    expect(await terminal.exit()).toBe(130);
  });

  test("lets a refused or mistyped code be entered again, and echoes none", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(enable);
    await terminal.shows("Code that it shows");
    terminal.type("12x45\r");
    await terminal.shows("six digits");
    terminal.type(`${"\u007f".repeat(5)}${world.portal.otpCode(EMAIL, 100)}\r`);
    await terminal.shows("refused this code");
    await terminal.shows("Code that it shows");
    const code = world.portal.otpCode(EMAIL);
    terminal.type(`${code.slice(0, 3)} ${code.slice(3)}\r`);
    await terminal.shows("2FA is on");
    expect(await terminal.exit()).toBe(0);
    expect(terminal.raw()).not.toContain(code);
    expect(terminal.isRestored()).toBe(true);
    expect(world.portal.get(EMAIL).otpEnabled).toBe(true);
    expect(world.portal.steps().filter((step) => step === "otpVerify")).toHaveLength(2);
  });

  for (const [skew, message] of [
    [600, /clock is (?:10\.0|9\.9) minutes behind the service's/],
    [-600, /clock is 10\.\d minutes ahead of the service's/],
    [0, undefined],
  ] as const) {
    test(`gives up after five codes, with a clock ${skew} s off ${message ? "told" : "not mentioned"}`, async () => {
      await using world = await createWorld({ quirks: { clockSkewSeconds: skew } });
      await world.logIn();
      const terminal = world.terminal(enable);
      for (let attempt = 1; attempt <= 5; attempt++) {
        await terminal.shows("Code that it shows");
        terminal.type(`${world.portal.otpCode(EMAIL, 100 * attempt)}\r`);
        if (attempt < 5) await terminal.shows("refused this code");
      }
      expect(await terminal.exit()).toBe(4);
      if (message) expect(terminal.text()).toMatch(message);
      else expect(terminal.text()).not.toContain("minutes");
      expect(world.portal.get(EMAIL).otpEnabled).toBe(false);
    });
  }

  test("Ctrl-C leaves 2FA off and the terminal as it was, and a later call can still turn it on", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal(enable);
    await terminal.shows("Code that it shows");
    terminal.type("12\u0003");
    expect(await terminal.exit()).toBe(130);
    expect(terminal.isRestored()).toBe(true);
    expect(world.portal.get(EMAIL).otpEnabled).toBe(false);
    expect((await world.pinner([...enable, "--otp", world.portal.otpCode(EMAIL)])).exit).toBe(0);
  });

  test("never prompts with --json", async () => {
    await using world = await createWorld();
    await world.logIn();
    const terminal = world.terminal([...enable, "--json"]);
    expect(await terminal.exit()).toBe(0);
    expect(JSON.parse(terminal.text())).toMatchObject({ status: "pending", uri: uriOf(world) });
  });
});

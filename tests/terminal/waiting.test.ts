import { expect, test } from "bun:test";
import { readScreen } from "../../tooling/screens/emulator.ts";
import { openTerminal, type Terminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { createIn, forms } from "./forms.ts";

/** What stands on a terminal while the service takes its time. */

const SLOW_MS = 600;
const PATIENCE_MS = 30_000;

async function slowWorld(form = "binary"): Promise<World> {
  const world = await createIn(form);
  await world.logIn();
  world.portal.fault("account", { kind: "delay", ms: SLOW_MS });
  return world;
}

/** The lines that a terminal shows in the end. */
async function screenOf(terminal: Terminal, columns = 80): Promise<string[]> {
  const { lines } = await readScreen(terminal.raw(), columns);
  return lines.map(({ cells }) => cells.map(({ text }) => text).join(""));
}

for (const form of Object.keys(forms)) {
  test(
    `${form}: says what is waited for, and leaves nothing but the result`,
    async () => {
      await using world = await slowWorld(form);
      const terminal = world.terminal(["account"], {}, 80);
      await terminal.shows("Asking whose account this is…");
      expect(await terminal.exit()).toBe(0);
      expect(await screenOf(terminal)).toEqual([
        `✓ ${EMAIL}`,
        expect.stringMatching(/^ {2}Name {5}Alice/),
        "  2FA      off: `pinner account otp enable`",
        expect.stringMatching(/^ {2}Id /),
      ]);
      expect(terminal.isRestored()).toBe(true);
    },
    PATIENCE_MS,
  );

  test(
    `${form}: Ctrl-C ends the wait, SIGSTOP with SIGCONT does not`,
    async () => {
      await using world = await slowWorld(form);
      const stopped = world.terminal(["account"], {}, 80);
      await stopped.shows("Asking");
      stopped.kill("SIGSTOP");
      await Bun.sleep(50);
      stopped.kill("SIGCONT");
      expect(await stopped.exit()).toBe(0);
      expect((await screenOf(stopped))[0]).toBe(`✓ ${EMAIL}`);

      const cancelled = world.terminal(["account"], {}, 80);
      await cancelled.shows("Asking");
      cancelled.type("\u0003");
      expect(await cancelled.exit()).toBe(130);
      expect(await screenOf(cancelled)).toEqual(["✗ cancelled"]);
      expect(cancelled.isRestored()).toBe(true);
    },
    PATIENCE_MS,
  );
}

test("what is typed meanwhile answers the next prompt", async () => {
  await using world = await createWorld();
  world.portal.fault("login", { kind: "delay", ms: SLOW_MS });
  const terminal = world.terminal(["auth", "-e", OTP_EMAIL], {}, 80);
  await terminal.shows("Password");
  terminal.type(`${PASSWORD}\r`);
  await terminal.shows("Logging in…");
  terminal.type(`${world.portal.otpCode(OTP_EMAIL)}\r`);
  await terminal.shows("Logged in to");
  expect(await terminal.exit()).toBe(0);
  expect(terminal.raw()).not.toContain(PASSWORD);
  expect(terminal.isRestored()).toBe(true);
});

test("is shown in ASCII where nothing else is, and within the width of the terminal", async () => {
  await using world = await slowWorld();
  const terminal = world.terminal(["account"], { LC_ALL: "C" }, 20);
  await terminal.shows("Asking whose acc\r");
  expect(await terminal.exit()).toBe(0);
  expect(terminal.raw()).not.toMatch(/[^\n\r\u001b -~]/);
});

for (const [name, args, env] of [
  ["-q", ["account", "-q"], {}],
  ["--json", ["account", "--json"], {}],
  ["TERM=dumb", ["account"], { TERM: "dumb" }],
  ["no TERM", ["account"], { TERM: "" }],
] as const)
  test(`is not shown with ${name}`, async () => {
    await using world = await slowWorld();
    const terminal = world.terminal([...args], env, 80);
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text()).toContain(EMAIL);
    expect(terminal.raw()).not.toMatch(/Asking|\r(?!\n)/);
  });

test("is shown on stderr alone, and not where that is no terminal", async () => {
  await using world = await slowWorld();
  const shell = (line: string) => openTerminal(["bash", "-c", line], world.env, 80);
  const account = `${world.command.join(" ")} account`;
  const stdoutAway = shell(`${account} > "$HOME/stdout"`);
  await stdoutAway.shows("Asking");
  expect(await stdoutAway.exit()).toBe(0);
  expect(await Bun.file(`${world.home}/stdout`).text()).toStartWith(`Email    ${EMAIL}`);
  expect(await screenOf(stdoutAway)).toEqual([]);

  const stderrAway = shell(`${account} 2> "$HOME/stderr"`);
  expect(await stderrAway.exit()).toBe(0);
  expect(await Bun.file(`${world.home}/stderr`).text()).toBe("");
  expect(stderrAway.raw()).not.toContain("Asking");
});

test("counts the keys that are deleted", async () => {
  await using world = await createWorld();
  await world.logIn();
  const aged = world.portal.addKeys(
    EMAIL,
    Array.from({ length: 40 }, (_, index) => `old ${index}`),
  );
  for (const key of aged) key.createdAt = "2020-01-01T00:00:00.000Z";
  world.portal.fault("deleteKey", { kind: "delay", ms: 100 });
  const terminal = world.terminal(["account", "api-keys", "prune", "--force"], {}, 80);
  await terminal.shows("Deleting…");
  await terminal.shows("of 40 keys");
  expect(await terminal.exit()).toBe(0);
  expect(await screenOf(terminal)).toEqual(["✓ Deleted 40 API keys", "  Left     1 API key"]);
});

test("counts the keys that a login replaces", async () => {
  await using world = await createWorld();
  for (const key of world.portal.addKeys(
    EMAIL,
    Array.from({ length: 20 }, () => "laptop"),
  ))
    key.createdAt = "2026-01-01T00:00:00.000Z";
  world.portal.fault("deleteKey", { kind: "delay", ms: 200 });
  const terminal = world.terminal(["auth", "-e", EMAIL, "-k", "laptop"], { PINNER_PASSWORD: PASSWORD }, 80);
  await terminal.shows("Deleting…");
  await terminal.shows("of 20 keys");
  expect(await terminal.exit()).toBe(0);
  expect(world.portal.liveKeys(EMAIL)).toHaveLength(1);
});

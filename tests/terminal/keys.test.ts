import { describe, expect, test } from "bun:test";
import { readScreen } from "../../tooling/screens/emulator.ts";
import { openTerminal, type Terminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";
import { createIn, forms } from "./forms.ts";

/** What comes from a terminal besides letters: keys of many bytes, and what it says by itself. */

const PATIENCE_MS = 30_000;
/** Longer than the program waits for the rest of a key. */
const LATER_MS = 120;

/** What means nothing at a prompt, as the pieces in which it arrives. */
const meaningless: Record<string, string[]> = {
  "Alt and a letter": ["\u001bb"],
  "Alt and Backspace": ["\u001b\u007f"],
  "Alt and a bracket": ["\u001b["],
  "Alt and P, at which a sequence begins": ["\u001bP"],
  "Alt and an arrow": ["\u001b\u001b[D", "\u001b[1;3D"],
  "keys of functions": ["\u001bOP", "\u001b[15~", "\u001b[[A"],
  "marks around a paste": ["\u001b[200~", "\u001b[201~"],
  "what it is": ["\u001b[>0;276;0c", "\u001b[?62;22c"],
  "its background": ["\u001b]11;rgb:1e1e/1e1e/2e2e\u001b\\", "\u001b]11;rgb:1e1e/1e1e/2e2e\u0007"],
  "its name": ["\u001bP>|XTerm(390)\u001b\\"],
  "its name, in pieces": ["\u001bP>|XT", "erm(390)\u001b", "\\"],
  "where the mouse is": ["\u001b[<0;12;5M"],
  "the end of a sequence that was late": ["\u001b", "[", "1;5", "A"],
};

for (const form of Object.keys(forms))
  test(
    `${form}: keys that mean nothing, and what the terminal says by itself, change nothing`,
    async () => {
      await using world = await createIn(form);
      const exitAfter = async (pieces: string[]) => {
        const terminal = world.terminal(["auth", "--force"], { PINNER_PASSWORD: PASSWORD }, 80);
        await terminal.shows("Email");
        terminal.type(EMAIL.slice(0, 5));
        for (const piece of pieces) {
          await Bun.sleep(20);
          terminal.type(piece);
        }
        await Bun.sleep(LATER_MS);
        terminal.type(`${EMAIL.slice(5)}\r`);
        return { exit: await terminal.exit(), loggedIn: terminal.text().includes(`as ${EMAIL}`) };
      };
      for (const [name, pieces] of Object.entries(meaningless)) {
        let found = await exitAfter(pieces);
        // Between pieces a busy machine may take longer than a sequence may: then its first half was a key.
        for (let again = 0; again < 2 && found.exit !== 0 && pieces.length > 2; again++)
          found = await exitAfter(pieces);
        expect({ name, ...found }).toEqual({ name, exit: 0, loggedIn: true });
      }
    },
    PATIENCE_MS,
  );

test("Escape alone cancels, also twice", async () => {
  await using world = await createWorld();
  for (const keys of ["\u001b", "\u001b\u001b"]) {
    const terminal = world.terminal(["auth"]);
    await terminal.shows("Email");
    terminal.type(keys);
    expect(await terminal.exit()).toBe(130);
    expect(terminal.isRestored()).toBe(true);
  }
});

describe("while nobody is asked", () => {
  async function waiting(form: string, use: (terminal: Terminal) => Promise<void>): Promise<void> {
    await using world = await createIn(form);
    world.portal.fault("login", { kind: "hang" });
    const terminal = world.terminal(["auth", "-e", EMAIL], {}, 80);
    await terminal.shows("Password");
    terminal.type(`${PASSWORD}\r`);
    await terminal.shows("Logging in");
    await use(terminal);
  }

  for (const form of Object.keys(forms))
    test(
      `${form}: Ctrl-C ends it, whatever was typed before`,
      () =>
        waiting(form, async (terminal) => {
          terminal.type("123456\r\u001b[A");
          await Bun.sleep(LATER_MS);
          terminal.type("\u0003");
          expect(await terminal.exit()).toBe(130);
          expect(terminal.isRestored()).toBe(true);
        }),
      PATIENCE_MS,
    );
});

for (const form of Object.keys(forms))
  test(
    `${form}: wide characters take one line, and are never cut in two`,
    async () => {
      await using world = await createIn(form);
      await world.logIn();
      const terminal = world.terminal(["account", "api-keys", "create"], {}, 40);
      await terminal.shows("Name of the key");
      const name = "漢字😀".repeat(8);
      for (const keys of [name, "\u001b[D", "\u001b[D", "\u001b[D", "\u001b[D"]) {
        terminal.type(keys);
        await Bun.sleep(60);
        const { lines } = await readScreen(terminal.raw(), 40);
        expect(lines).toHaveLength(5);
        expect(terminal.raw()).not.toContain("\ufffd");
      }
      terminal.type("\r");
      expect(await terminal.exit()).toBe(0);
      expect((await world.portal.liveKeys(EMAIL)).map((key) => key.name)).toContain(name);
    },
    PATIENCE_MS,
  );

test("Ctrl-Z does nothing in the first process of a container, not to whoever started it either", async () => {
  await using world = await createWorld();
  const container = ["unshare", "--user", "--map-root-user", "--pid", "--fork", ...world.command];
  const shell = openTerminal(["bash", "--norc", "--noprofile", "-i"], { ...world.env, PS1: "shell> " }, 120);
  await shell.shows("shell> ");
  shell.type(`PINNER_PASSWORD=${PASSWORD} ${container.join(" ")} auth; echo "exit=$?"\n`);
  await shell.shows("Email");
  shell.type("\u001a");
  await Bun.sleep(LATER_MS);
  shell.type(`${EMAIL}\r`);
  await shell.shows("Logged in to");
  await shell.shows("exit=0");
  expect(shell.text()).not.toContain("Stopped");
  shell.type("exit\n");
  await shell.exit();
});

for (const form of Object.keys(forms))
  test(
    `${form}: a terminal that becomes narrower at a prompt leaves nothing of what it broke`,
    async () => {
      await using world = await createIn(form);
      const terminal = world.terminal(["auth", "--force"], {}, 80);
      await terminal.shows("Email");
      const email = "somebody.with.a.long.name@a-very-long-domain.example.com";
      terminal.type(email);
      await terminal.shows("example.com");
      const drawn = terminal.raw();
      terminal.resize(30);
      await Bun.sleep(LATER_MS);
      terminal.type("x");
      await Bun.sleep(LATER_MS);
      const { lines } = await readScreen(drawn, 80, { columns: 30, raw: terminal.raw().slice(drawn.length) });
      const shown = lines.map(({ cells }) =>
        cells
          .map(({ text }) => text)
          .join("")
          .trimEnd(),
      );
      expect(shown).toEqual(["┌  pinner auth", "│", "◆  Email", "│  -long-domain.example.comx", "└"]);
      terminal.type("\u0003");
      expect(await terminal.exit()).toBe(130);
    },
    PATIENCE_MS,
  );

import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { openTerminal, type Terminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { createIn, forms } from "./forms.ts";

/** How results, notes and errors look at a terminal; what goes into a pipe is held by the tests of the commands. */

const PATIENCE_MS = 30_000;
const STORED = "~/pinner/config.yaml";

async function logIn(terminal: Terminal): Promise<number> {
  await terminal.shows("Email");
  terminal.type(`${EMAIL}\r`);
  await terminal.shows("Password");
  terminal.type(`${PASSWORD}\r`);
  return terminal.exit();
}

/** The lines that are left on the screen, but for those that a prompt has drawn over. */
const linesOf = (terminal: Terminal): string[] =>
  terminal
    .text()
    .split(/\r?\n/)
    // What turned in a line while the service was asked was taken away.
    .map((line) => line.slice(line.lastIndexOf("\r") + 1).trimEnd());

async function screenOf(world: World, args: string[], env: Record<string, string> = {}, columns = 80) {
  const terminal = world.terminal(args, env, columns);
  const exit = await terminal.exit();
  return { exit, raw: terminal.raw(), lines: linesOf(terminal) };
}

for (const form of Object.keys(forms))
  test(
    `${form}: a login begins and ends in one frame, and says what comes next`,
    async () => {
      await using world = await createIn(form);
      const terminal = world.terminal(["auth"], {}, 80);
      expect(await logIn(terminal)).toBe(0);
      const lines = linesOf(terminal);
      expect(lines[0]).toBe("┌  pinner auth");
      const end = lines.findIndex((line) => line.startsWith("└  ✓"));
      const day = new Date(Date.now() + 30 * 24 * 3600_000).toISOString().slice(0, 10);
      expect(lines.slice(end - 1)).toEqual([
        "│",
        `└  ✓ Logged in to ${world.url} as ${EMAIL}`,
        `     Key      cli-generated, works for 30 days (until ${day})`,
        `     Stored   ${STORED}`,
        "     Next     pinner account api-keys list",
        "",
      ]);
      expect(terminal.isRestored()).toBe(true);
    },
    PATIENCE_MS,
  );

describe("a dialogue", () => {
  test("ends in its frame, too, when it is cancelled and when it fails", async () => {
    await using world = await createWorld();
    const cancelled = world.terminal(["auth"]);
    await cancelled.shows("Email");
    cancelled.type("\u0003");
    await cancelled.exit();
    expect(linesOf(cancelled).slice(-3)).toEqual(["│", "└  ✗ cancelled", ""]);

    world.portal.fault("login", { kind: "status", status: 403, body: '{"error": "not for you"}' });
    const failing = world.terminal(["auth"]);
    await logIn(failing);
    const end = linesOf(failing).findIndex((line) => line.startsWith("└  ✗ the login was refused"));
    expect(linesOf(failing)[end - 1]).toBe("│");
    expect(linesOf(failing)[end + 1]).toStartWith("     Check the email");
  });

  test("ends before what a pipe gets, or another program writes", async () => {
    await using world = await createWorld();
    const piped = openTerminal(
      ["bash", "-c", `${world.command.join(" ")} auth > "$HOME/result"`],
      world.env,
      80,
    );
    expect(await logIn(piped)).toBe(0);
    expect(linesOf(piped).slice(-3)).toEqual(["│", "└", ""]);
    expect(await Bun.file(`${world.home}/result`).text()).toMatch(
      new RegExp(
        `^Logged in to ${world.url} as ${EMAIL}\\. The API key "cli-generated" is stored in /.*UTC\n$`,
      ),
    );

    const run = ["auth", "exec", "-e", EMAIL, "--", "echo", "its own line"];
    const executing = world.terminal(run);
    await executing.shows("Password");
    executing.type(`${PASSWORD}\r`);
    expect(await executing.exit()).toBe(0);
    expect(linesOf(executing).slice(-4)).toEqual(["│", "└", "its own line", ""]);
  });

  test("has no frame where the terminal knows only lines", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(["auth"], { TERM: "dumb" }, 80);
    await logIn(terminal);
    expect(terminal.raw()).not.toMatch(/[^\n\r -~]/);
    expect(linesOf(terminal)).toContain(`+ Logged in to ${world.url} as ${EMAIL}`);
  });

  test("shows what is to be decided within its frame", async () => {
    await using world = await createWorld();
    for (const key of world.portal.addKeys(EMAIL, ["old"])) key.createdAt = "2020-01-01T00:00:00.000Z";
    await world.logIn();
    const terminal = world.terminal(["account", "api-keys", "prune"], {}, 80);
    await terminal.shows("Delete this key?");
    terminal.type("y");
    expect(await terminal.exit()).toBe(0);
    const lines = linesOf(terminal);
    expect(lines.slice(0, 3)).toEqual([
      "┌  pinner account api-keys prune",
      "│",
      expect.stringMatching(/^│ {2}NAME +UUID/),
    ]);
    expect(lines.slice(-3)).toEqual(["└  ✓ Deleted 1 API key", "     Left     1 API key", ""]);
  });
});

describe("signs and colours", () => {
  const ascii = [
    { LC_ALL: "C" },
    { LANG: "", LC_ALL: "" },
    { LANG: "de_DE.ISO-8859-1" },
    { TERM: "linux" },
    { TERM: "vt100" },
  ];
  for (const env of ascii)
    test(`are ASCII with ${JSON.stringify(env)}`, async () => {
      await using world = await createWorld();
      const terminal = world.terminal(["auth"], env, 80);
      expect(await logIn(terminal)).toBe(0);
      expect(terminal.text()).toMatch(/^\+ {2}pinner auth\r?\n\|\r?\n\* {2}Email/);
      expect(terminal.text()).toContain(`+  + Logged in to`);
      const { raw } = await screenOf(world, ["auth", "status", "--nonsense"], env);
      expect(`${terminal.text()}${raw}`).not.toMatch(/[^\n\r\u001b -~]/);
      expect(raw).toContain("error:");
    });

  for (const [name, env] of Object.entries({
    LC_ALL: { LC_ALL: "de_DE.UTF-8", LANG: "C" },
    LC_CTYPE: { LC_ALL: "", LC_CTYPE: "C.utf8", LANG: "C" },
    LANG: { LANG: "en_GB.UTF-8" },
  }))
    test(`are not, where ${name} says UTF-8`, async () => {
      await using world = await createWorld();
      expect((await screenOf(world, ["auth", "status"], env)).lines[0]).toBe("✗ Not logged in");
    });

  for (const form of Object.keys(forms))
    test(
      `${form}: NO_COLOR, TERM=dumb and FORCE_COLOR decide, in this order`,
      async () => {
        await using world = await createIn(form);
        await world.logIn();
        const coloured = async (env: Record<string, string>) =>
          /\u001b\[\d+m/.test((await screenOf(world, ["auth", "status"], env)).raw);
        expect(await coloured({})).toBe(true);
        expect(await coloured({ NO_COLOR: "" })).toBe(true);
        expect(await coloured({ NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(false);
        expect(await coloured({ TERM: "dumb", FORCE_COLOR: "1" })).toBe(false);
        expect(await coloured({ FORCE_COLOR: "0" })).toBe(false);
        const env = { FORCE_COLOR: "1" };
        expect((await world.pinner(["auth", "--nonsense"], { env })).stderr).toStartWith("\u001b[31merror: ");
        const status = ["auth", "status", "--offline"];
        expect((await world.pinner(status, { env })).stdout).toBe((await world.pinner(status)).stdout);
        expect((await world.pinner(["auth", "--nonsense", "--json"], { env })).stderr).toStartWith("{");
      },
      PATIENCE_MS,
    );
});

describe("lines", () => {
  const results: [args: string[], env?: Record<string, string>][] = [
    [["auth", "-e", EMAIL, "--force"], { PINNER_PASSWORD: PASSWORD }],
    [["auth", "-e", EMAIL, "-p", "not-this-one", "--force"]],
    [["auth", "status"]],
    [["doctor"]],
    [["account"]],
    [["config", "set", "base_endpoint", "pins.example.com"]],
    [["account", "api-keys", "rotate"]],
    [["account", "api-keys", "list"]],
    [["config", "get", "secure"]],
    [["auth", "logout"]],
  ];
  for (const columns of [80, 48])
    test(`fit ${columns} columns, and break no path`, async () => {
      await using world = await createWorld();
      await world.logIn();
      for (const [args, env] of results) {
        const { lines } = await screenOf(world, args, env, columns);
        for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join("\n")).not.toContain(world.home);
        for (const line of lines.filter((one) => one.includes("~"))) expect(line).toContain(STORED);
      }
    });

  test("are as many as they need where the terminal does not say how wide it is", async () => {
    await using world = await createWorld();
    await world.logIn();
    expect((await screenOf(world, ["account"], {}, 0)).lines).toEqual(
      (await screenOf(world, ["account"])).lines,
    );
  });

  test("keep a path that only begins like the home directory", async () => {
    await using world = await createWorld();
    const elsewhere = `${world.home}-not`;
    const { lines } = await screenOf(world, ["config"], { PINNER_HOME: elsewhere }, 200);
    expect(lines[0]).toBe(`• Nothing is set in ${elsewhere}/pinner/config.yaml`);
  });
});

describe("a note", () => {
  const said = "Pinner's other services go on accepting a token of a deleted key until it ends:";
  test("stands behind its sign at a terminal, and behind its word in a pipe", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const { lines } = await screenOf(world, ["account", "api-keys", "rotate"], {}, 120);
    expect(lines.filter((line) => line.startsWith("• "))).toEqual([`• ${said}`]);
    expect(lines.join("\n")).not.toContain("Note");
    const { stderr } = await world.pinner(["account", "api-keys", "rotate"]);
    expect(stderr).toStartWith(`Note: ${said} 2`);
    expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).not.toContain(uuid);
  });
});

describe("auth status", () => {
  test("says good or bad by its first sign", async () => {
    await using world = await createWorld();
    expect((await screenOf(world, ["auth", "status"])).lines[0]).toBe("✗ Not logged in");
    await world.logIn();
    expect((await screenOf(world, ["auth", "status"])).lines[0]).toStartWith("✓ Logged in to");
    world.portal.fault("exchange", { kind: "status", status: 503 }, 9);
    expect((await screenOf(world, ["auth", "status"])).lines[0]).toStartWith("▲ Nobody knows");
  });

  test("tells a refused token once, where it came from, and what to do", async () => {
    await using world = await createWorld();
    const { token, uuid } = await world.portal.createKey(EMAIL, "gone");
    world.portal.get(EMAIL).keys = [];
    const { exit, lines } = await screenOf(world, ["auth", "status"], { PINNER_AUTH_TOKEN: token });
    expect(exit).toBe(4);
    expect(lines).toEqual([
      "✗ The service refused the token",
      `  UUID     ${uuid}`,
      expect.stringMatching(/^ {2}Ends {5}in 30 days \(\d{4}-\d\d-\d\d\)$/),
      "  From     PINNER_AUTH_TOKEN",
      "  Issuer   pinner.xyz",
      `  Service  ${world.url}`,
      "  Next     Put a new one into PINNER_AUTH_TOKEN, such as `pinner auth --stdout`",
      "           prints",
      "",
    ]);
  });
});

describe("doctor", () => {
  test("ends with a summary", async () => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "laptop");
    const { lines } = await screenOf(world, ["doctor"]);
    expect(lines.slice(-3)).toEqual(["", "✓ All is well", ""]);
  });

  test("sets apart what failed, with what to do, in the columns of the others", async () => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "laptop");
    await chmod(world.configPath, 0o644);
    world.portal.get(EMAIL).keys = [];
    const { lines } = await screenOf(world, ["doctor"]);
    const apart = lines.indexOf("");
    const label = /^(?:[✓–] \w+ +| +)/;
    expect(lines.slice(0, apart).join("\n")).not.toMatch(/[✗▲]/);
    expect(new Set(lines.slice(0, apart).map((line) => label.exec(line)?.[0].length ?? line))).toEqual(
      new Set([15]),
    );
    expect(lines.slice(apart)).toEqual([
      "",
      `▲ permissions  ${STORED} can be read by other users`,
      `               Run \`chmod 600 ${STORED}\``,
      "✗ service      the service refuses the token",
      "               Run `pinner auth`: the key may have been deleted",
      "",
      expect.stringMatching(/^✗ 1 of \d+ checks failed, 1 with a warning$/),
      "",
    ]);
  });
});

describe("a list of keys", () => {
  const day = "\\d{4}-\\d\\d-\\d\\d";
  const name = "a-name-that-is-as-long-as-many-are";
  const uuid = "[\\da-f-]{36}";
  const screens: [columns: number, shown: string][] = [
    [
      100,
      `NAME +UUID +CREATED +LAST USED +ENDS\na-name-that-is-\\S*… +${uuid} +${day} +${day}\nlaptop +${uuid} .* in use\n`,
    ],
    [
      80,
      `NAME +CREATED +LAST USED +ENDS\n${name} +${day} +${day}\n {2}${uuid}\nlaptop +${day} .* in use\n {2}${uuid}\n`,
    ],
    [48, `${name}\n {2}uuid ${uuid},\n {2}created ${day}, ends ${day}\nlaptop\n`],
  ];
  for (const [columns, shown] of screens)
    test(`is as much of a table as ${columns} columns take`, async () => {
      await using world = await createWorld();
      await world.logIn(EMAIL, "laptop");
      await world.portal.createKey(EMAIL, name);
      const { lines } = await screenOf(world, ["account", "api-keys", "list"], {}, columns);
      expect(lines.join("\n")).toMatch(new RegExp(`^${shown}`));
      for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    });

  test("is that of 80 columns where the terminal has none, as a runner's may", async () => {
    await using world = await createWorld();
    await world.logIn();
    const args = ["account", "api-keys", "list"];
    const [none, eighty] = [await screenOf(world, args, {}, 0), await screenOf(world, args, {}, 80)];
    expect(none.lines).toEqual(eighty.lines);
  });
});

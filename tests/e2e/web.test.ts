import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

const web = ["auth", "--web"];
const NO_BROWSER = { BROWSER: "none" };

describe("pinner auth --web", () => {
  test("shows the page, takes the key that is pasted, and learns whose it is", async () => {
    await using world = await createWorld();
    const { token } = await world.portal.createKey(EMAIL, "laptop");
    const terminal = world.terminal(web, NO_BROWSER);
    await terminal.shows(`${world.url}/account/api-keys`);
    await terminal.shows("API key");
    terminal.type(`${token}\r`);
    await terminal.shows(`Logged in to ${world.url} as ${EMAIL}`);
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text()).toMatch(/Key +laptop, works for 30 days/);
    expect(terminal.text()).not.toContain(token);
    expect(await world.config()).toContain(token);
  });

  test("asks again, twice, for what is no key of this service", async () => {
    await using world = await createWorld();
    const gone = await world.portal.createKey(EMAIL, "gone");
    world.portal.get(EMAIL).keys = [];
    const { token } = await world.portal.createKey(EMAIL, "laptop");
    const terminal = world.terminal(web, NO_BROWSER);
    for (const paste of ["not a token", gone.token, token]) {
      await terminal.shows("API key");
      terminal.type(`${paste}\r`);
      if (paste !== token) await terminal.shows("▲");
    }
    expect(await terminal.exit()).toBe(0);
    expect(await world.config()).toContain(token);
  });

  test("gives up after the third, with nothing stored", async () => {
    await using world = await createWorld();
    const terminal = world.terminal(web, NO_BROWSER);
    for (let paste = 0; paste < 3; paste++) {
      await terminal.shows("API key");
      terminal.type("nonsense\r");
      if (paste < 2) await terminal.shows("▲");
    }
    expect(await terminal.exit()).toBe(2);
    expect(await world.config()).toBeUndefined();
  });

  test("needs a terminal", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(web, { stdin: "x" });
    expect({ exit, told: stderr.includes("--with-token") }).toEqual({ exit: 2, told: true });
  });

  /** A browser that notes what it is told to open. */
  async function browserIn(world: World): Promise<{ path: string; opened: () => Promise<string> }> {
    const path = join(world.home, "xdg-open");
    const note = join(world.home, "opened");
    await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$1" >> '${note}'\n`);
    await chmod(path, 0o755);
    return { path, opened: () => readFile(note, "utf8").catch(() => "") };
  }

  test.each<[string, Record<string, string>, boolean]>([
    // In a container there is none either.
    ["where there is a display", { DISPLAY: ":0" }, !existsSync("/.dockerenv")],
    ["not with BROWSER=none", { DISPLAY: ":0", ...NO_BROWSER }, false],
    ["not over SSH", { DISPLAY: ":0", SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, false],
    ["not without a display", {}, false],
  ])("opens the page in a browser %s", async (_, env, expected) => {
    await using world = await createWorld();
    const { opened } = await browserIn(world);
    const { token } = await world.portal.createKey(EMAIL, "laptop");
    const terminal = world.terminal(web, { ...env, PATH: `${world.home}:${process.env["PATH"]}` });
    await terminal.shows("API key");
    terminal.type(`${token}\r`);
    expect(await terminal.exit()).toBe(0);
    await Bun.sleep(300);
    expect(await opened()).toBe(expected ? `${world.url}/account/api-keys\n` : "");
  });
});

test("a token of another service of the portal is told as that, and not stored", async () => {
  await using world = await createWorld();
  const token = await world.portal.issue("api", EMAIL, { iss: "ipfs.pinner.xyz" });
  const { exit, stderr } = await world.pinner(["auth", "--with-token", "--base-endpoint", "pinner.xyz"], {
    stdin: token,
  });
  expect(exit).toBe(2);
  expect(stderr).toContain("another Pinner service, ipfs.pinner.xyz");
  expect(await world.config()).toBeUndefined();
});

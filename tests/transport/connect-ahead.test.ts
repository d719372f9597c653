import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { type Authority, createAuthority } from "../../tooling/authority.ts";
import type { FormName } from "../../tooling/forms.ts";
import { openTerminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { native, startForm } from "./forms.ts";

setDefaultTimeout(60_000);

describe.each(native)("%s, while somebody types a password", (form: FormName) => {
  let world: World;
  let authority: Authority;
  let served: ServedPortal;

  beforeAll(async () => {
    world = await createWorld();
    authority = await createAuthority(world.home);
    served = await servePortal(world.portal, { tls: await authority.issue("IP:127.0.0.1") });
  });
  afterAll(async () => {
    await served.close();
    await world[Symbol.asyncDispose]();
  });

  const askedFor = async (input: string, args: string[], env: Record<string, string> = {}) => {
    const start = await startForm(form, world, served.url);
    const trusting = { ...start.env, NODE_EXTRA_CA_CERTS: authority.path, ...env };
    const terminal = openTerminal([...start.command, "auth", ...args], trusting, 80);
    await terminal.shows(input);
    return terminal;
  };
  const atPassword = (env?: Record<string, string>) => askedFor("Password", ["--stdout", "-e", EMAIL], env);

  test("opens the connection that the login then takes, and sends nothing of the user's on it", async () => {
    const before = served.connections();
    const terminal = await atPassword();
    const end = Date.now() + 10_000;
    while (served.connections() === before && Date.now() < end) await Bun.sleep(10);
    expect(served.connections()).toBe(before + 1);
    // Its handshake takes a moment.
    await Bun.sleep(300);
    for (const { method, path, body } of world.portal.requests)
      expect({ method, path, body }).toEqual({ method: "OPTIONS", path: "/", body: "" });
    terminal.type(`${PASSWORD}\r`);
    expect(await terminal.exit()).toBe(0);
    // The creation of a key and the list of keys go side by side: had the login opened its own, there were three.
    expect(served.connections() - before).toBeLessThanOrEqual(2);
  });

  test("opens none that would be dropped again: not before the last input is asked for", async () => {
    const before = served.connections();
    const terminal = await askedFor("Email", []);
    await Bun.sleep(500);
    expect(served.connections()).toBe(before);
    terminal.type("\u0003");
    expect(await terminal.exit()).toBe(130);
  });

  test("opens none beside the proxy that is set", async () => {
    const before = served.connections();
    const terminal = await atPassword({ HTTPS_PROXY: "http://127.0.0.1:9" });
    await Bun.sleep(500);
    expect(served.connections()).toBe(before);
    terminal.type("\u0003");
    expect(await terminal.exit()).toBe(130);
  });
});

/** As the service's is, and only root may serve on it. */
const DEFAULT_PORT = 443;

test.skipIf(process.getuid?.() !== 0)("the binary opens one to a default port, too", async () => {
  await using world = await createWorld();
  const authority = await createAuthority(world.home);
  const tls = await authority.issue("IP:127.0.0.2");
  const served = await servePortal(world.portal, { tls, hostname: "127.0.0.2", port: DEFAULT_PORT });
  try {
    const env = { PINNER_BASE_ENDPOINT: "https://127.0.0.2", NODE_EXTRA_CA_CERTS: authority.path };
    const terminal = world.terminal(["auth", "--stdout", "-e", EMAIL], env);
    await terminal.shows("Password");
    const end = Date.now() + 10_000;
    while (world.portal.requests.length === 0 && Date.now() < end) await Bun.sleep(10);
    terminal.type(`${PASSWORD}\r`);
    expect(await terminal.exit()).toBe(0);
    expect(served.connections()).toBeLessThanOrEqual(2);
    expect(world.portal.requests[0]).toMatchObject({ method: "OPTIONS", path: "/", body: "" });
  } finally {
    await served.close();
  }
});

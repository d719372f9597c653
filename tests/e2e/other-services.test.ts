import { expect, test } from "bun:test";
import { createPins } from "../../src/testing/pins.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";

test("a key that was deleted opens the other Pinner services until its end", async () => {
  const clock = { now: Date.now() };
  await using world = await createWorld({ clock: () => clock.now });
  const pins = await servePortal(createPins(world.portal));
  const list = async (token: string) =>
    (await fetch(`${pins.url}/pins`, { headers: { authorization: `Bearer ${token}` } })).status;
  try {
    await world.logIn();
    const key = await world.portal.createKey(EMAIL, "ci");
    const session = await world.portal.issue("login", EMAIL);
    expect([await list(key.token), await list(session), await list("opaque")]).toEqual([200, 401, 401]);

    const { exit, stderr } = await world.pinner(["account", "api-keys", "delete", key.uuid]);
    expect(exit).toBe(0);
    const end = new Date(Date.parse(key.createdAt) + 30 * 24 * 3600_000).toISOString();
    expect(stderr).toContain(`until it ends: ${end.slice(0, 16).replace("T", " ")} UTC`);
    expect(await world.portal.isLive(key.token)).toBe(false);
    expect(await list(key.token)).toBe(200);

    clock.now += 30 * 24 * 3600_000 + 1000;
    expect(await list(key.token)).toBe(401);
  } finally {
    await pins.close();
  }
});

// `npx vitest run`. Where the code makes its own client, msw stands between it and the network.
import { setupServer } from "msw/node";
import { isLostKeyError, Pinner } from "pinner";
import { createPortal, handlers } from "pinner/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archive } from "./archive.ts";

const email = "ada@example.com";
const portal = createPortal();
portal.addAccount({ email, password: "correct horse battery staple" });
const server = setupServer(...handlers(portal));
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

test("uploads with a key that is gone afterwards", async () => {
  const { token } = await portal.createKey(email, "ci");
  let live = false;
  const said = await archive(new Pinner({ token }), async (key) => {
    live = await portal.isLive(key);
  });
  expect([said, live]).toEqual(["done, 1 other key", true]);
  expect(portal.keys(email).map(({ name }) => name)).toEqual(["ci"]);
});

test("lets through what it cannot mend", async () => {
  const { token } = await portal.createKey(email, "ci");
  portal.fault("createKey", { kind: "resetBefore" }, 1);
  const error = await archive(new Pinner({ token }), async () => {}).catch((reason: unknown) => reason);
  expect(isLostKeyError(error)).toBe(true);
});

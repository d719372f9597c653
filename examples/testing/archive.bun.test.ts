// `bun test`
import { expect, test } from "bun:test";
import { Pinner } from "pinner";
import { createPortal } from "pinner/testing";
import { archive } from "./archive.ts";

test("asks for a login when the key has been deleted", async () => {
  const portal = createPortal();
  portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
  const { token, uuid } = await portal.createKey("ada@example.com", "ci");
  const pinner = new Pinner({ token, fetch: portal.fetch });
  expect(await archive(pinner, async () => {})).toBe("done, 1 other key");

  await pinner.deleteKey(uuid);
  const later = new Pinner({ token, fetch: portal.fetch });
  expect(await archive(later, async () => {})).toBe("log in again");
});

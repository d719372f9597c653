// `deno test`, which needs no permission: nothing leaves the process.
import { strict as assert } from "node:assert";
import { Pinner } from "pinner";
import { createPortal } from "pinner/testing";
import { archive } from "./archive.ts";

Deno.test("is patient with a service that is busy", async () => {
  const portal = createPortal();
  portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
  const { token } = await portal.createKey("ada@example.com", "ci");
  portal.fault("listKeys", { kind: "status", status: 503 }, 1);

  const said = await archive(new Pinner({ token, fetch: portal.fetch }), async () => {});

  assert.equal(said, "done, 1 other key");
  const lists = portal.requests.filter(({ operation }) => operation === "listKeys");
  assert.deepEqual(
    lists.map(({ status }) => status),
    [503, 200],
  );
});

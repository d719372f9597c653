import { expect, test } from "bun:test";
import { join } from "node:path";
import { ensureBuilt } from "../../tooling/binary.ts";
import { root } from "../../tooling/process.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";
import { serveInWorkerd } from "./workerd.ts";

await ensureBuilt();

test("examples/library/worker.ts answers with the keys of the account, and with what went wrong", async () => {
  await using world = await createWorld();
  const { token } = await world.portal.createKey(EMAIL, "laptop");
  const built = await Bun.build({
    entrypoints: [join(root, "examples/library/worker.ts")],
    target: "browser",
    plugins: [
      {
        name: "what was built",
        setup(build) {
          build.onResolve({ filter: /^pinner$/ }, () => ({ path: join(root, "dist/index.mjs") }));
        },
      },
    ],
  });
  const worker = { "worker.js": (await built.outputs[0]?.text()) ?? "" };
  await using running = await serveInWorkerd(worker, {
    date: "2026-11-01",
    variables: { PINNER_AUTH_TOKEN: token, PINNER_BASE_ENDPOINT: world.url },
  });
  const good = await fetch(running.url);
  expect(await good.json()).toEqual([{ name: "laptop", created_at: expect.any(String) }]);
  world.portal.fault("listKeys", { kind: "status", status: 500 });
  const bad = await fetch(running.url);
  expect({ status: bad.status, body: await bad.json() }).toEqual({
    status: 502,
    body: { error: expect.any(String) },
  });
});

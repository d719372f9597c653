import { describe, expect, test } from "bun:test";
import type { Fault } from "../../src/testing/portal.ts";
import { login, tokenIn, uuidOf } from "../../tooling/faults/support.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";

const commands = {
  auth: { args: ["auth", "--force"], name: "cli-generated" },
  "auth --key-name": { args: ["auth", "--force", "--key-name", "laptop"], name: "laptop" },
  create: { args: ["account", "api-keys", "create", "ci"], name: "ci" },
  rotate: { args: ["account", "api-keys", "rotate"], name: "cli-generated" },
};
const uuids = ({ portal }: World) => portal.liveKeys(EMAIL).map(({ uuid }) => uuid);

describe.each(Object.entries(commands))(
  "when the answer to the creation of a key is lost, %s",
  (_, command) => {
    const { args, name } = command;

    test.each<[string, Fault]>([
      ["was created", { kind: "resetAfter" }],
      ["was not created", { kind: "resetBefore" }],
    ])(
      "never deletes the key that another machine creates in the same moment, where its own %s",
      async (_, fault) => {
        await using world = await createWorld();
        const { uuid: own, token } = await world.logIn();
        let other: string | undefined;
        world.portal.fault("createKey", fault);
        world.portal.onArrival = (step) => {
          if (step === "createKey") other = world.portal.addKeys(EMAIL, [name])[0]?.uuid;
        };
        const { exit, stderr } = await world.pinner([...args, "--json"], { env: login });
        expect(exit).toBe(3);
        expect(uuids(world)).toContain(other ?? "");
        expect(uuids(world)).toContain(own);
        expect(tokenIn(await world.config())).toBe(token);
        const { error } = JSON.parse(stderr);
        expect(error.hint).toContain(`A key named "${name}" may exist`);
        expect(world.portal.steps()).not.toContain("deleteKey");
      },
    );

    test("deletes the new key where the answer names it and lacks the token", async () => {
      await using world = await createWorld();
      await world.logIn();
      const before = uuids(world);
      const value: { uuid?: string; name: string } = { name };
      world.portal.fault("createKey", { kind: "json", value });
      world.portal.onArrival = (step) => {
        if (step === "createKey")
          Object.assign(value, { uuid: world.portal.addKeys(EMAIL, [name])[0]?.uuid });
      };
      const { exit, stderr } = await world.pinner([...args, "--json"], { env: login });
      expect(exit).toBe(1);
      expect(JSON.parse(stderr).error).toMatchObject({ code: "bad_response", status: 200 });
      expect(uuids(world)).toEqual(before);
    });

    test("says nothing of a lost key where the service was never asked for one", async () => {
      for (const step of ["exchange", "login"] as const) {
        await using world = await createWorld();
        await world.logIn();
        world.portal.fault(step, { kind: "status", status: 500 });
        const { exit, stderr } = await world.pinner([...args], { env: login });
        if (exit === 0) continue;
        expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.not.stringContaining("may exist") });
        expect(world.portal.steps()).not.toContain("createKey");
      }
    });
  },
);

test("a lost key is told by its UUID where the list shows it, as one of what another machine may have made", async () => {
  await using world = await createWorld();
  const { uuid: own } = await world.logIn();
  world.portal.fault("createKey", { kind: "resetAfter" });
  const { stderr } = await world.pinner(["account", "api-keys", "rotate"]);
  const [lost = ""] = uuids(world).filter((uuid) => uuid !== own);
  expect(stderr).toContain(`it may be ${lost} (created 20`);
  expect(stderr).not.toContain(own);
  expect((await world.pinner(["account", "api-keys", "delete", lost])).exit).toBe(0);
  expect(uuids(world)).toEqual([own]);
});

test("a lost key is told also where the list that is asked for beside its creation has it already", async () => {
  let now = Date.now() - 24 * 3600 * 1000;
  await using world = await createWorld({ clock: () => now });
  const { uuid: own } = await world.logIn();
  const [older] = world.portal.addKeys(EMAIL, ["cli-generated"]);
  now = Date.now();
  world.portal.fault("createKey", { kind: "resetBefore" });
  let lost: string | undefined;
  world.portal.onArrival = (step) => {
    if (step === "listKeys") lost ??= world.portal.addKeys(EMAIL, ["cli-generated"])[0]?.uuid;
  };
  const { exit, stderr } = await world.pinner(["auth", "--force"], { env: login });
  expect(exit).toBe(3);
  expect(stderr).toContain(`it may be ${lost} (created`);
  for (const uuid of [own, older?.uuid ?? ""]) expect(stderr).not.toContain(uuid);
});

test("a 401 to the deletion itself is no sign that the key is gone: logout says that it may still work", async () => {
  await using world = await createWorld();
  const { uuid } = await world.logIn();
  world.portal.fault("deleteKey", { kind: "status", status: 401 });
  const { exit, stdout, stderr } = await world.pinner(["auth", "logout"]);
  expect({ exit, stdout, stderr }).toEqual({
    exit: 0,
    stdout: expect.stringContaining(`${uuid} could not be deleted`),
    stderr: expect.stringContaining("may still work"),
  });
});

test("a 500 with a line of text is a missing key only where the list does not show the key", async () => {
  await using world = await createWorld({ quirks: { missingKeyDelete: 500 } });
  await world.logIn();
  const [doomed] = world.portal.addKeys(EMAIL, ["doomed"]);
  const deletion = ["account", "api-keys", "delete", "doomed"];
  world.portal.fault("deleteKey", { kind: "status", status: 500, body: "the database is busy" }, 1);
  const failing = await world.pinner(deletion);
  expect({ ...failing, live: uuids(world).includes(doomed?.uuid ?? "") }).toMatchObject({
    exit: 3,
    live: true,
  });
  world.portal.onArrival = (step) => {
    if (step === "deleteKey") world.portal.get(EMAIL).keys.pop();
  };
  expect(await world.pinner(deletion)).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining("Deleted API key"),
  });
});

test("a list of keys that promises more than it ever gives comes to an end", async () => {
  await using world = await createWorld();
  const { uuid } = await world.logIn();
  const data = [{ uuid, name: "cli-generated", created_at: "2026-01-01T00:00:00Z" }];
  world.portal.fault("listKeys", { kind: "json", value: { data, total: 90_000 } });
  const { exit, stdout } = await world.pinner(["account", "api-keys", "list", "--json"]);
  expect({ exit, count: JSON.parse(stdout).count }).toEqual({ exit: 0, count: 1 });
  expect(world.portal.steps().length).toBeLessThan(12);
}, 10_000);

test("a confirmation that breaks off confirms nothing", async () => {
  await using world = await createWorld();
  await world.logIn();
  world.portal.fault("deleteKey", { kind: "garbage" });
  const { stdout, stderr } = await world.pinner(["auth", "logout"]);
  expect(stdout).toContain("could not be deleted");
  expect(stderr).toContain("may still work");
});

test("a failing status counts for what it is, however large the page that comes with it", async () => {
  await using world = await createWorld();
  await world.logIn();
  world.portal.fault("exchange", { kind: "status", status: 500, body: "x".repeat(6 * 1024 * 1024) });
  const { exit, stderr } = await world.pinner(["account", "--json"]);
  expect({ exit, error: JSON.parse(stderr).error }).toMatchObject({
    exit: 3,
    error: { code: "server_error" },
  });
  expect(stderr.length).toBeLessThan(1000);
});

test("a hundred keys whose deletion hangs do not add up: the first that gives no answer ends it", async () => {
  await using world = await createWorld();
  await world.logIn(EMAIL, "laptop");
  world.portal.addKeys(EMAIL, Array(60).fill("laptop"));
  world.portal.fault("deleteKey", { kind: "hang" });
  const started = Date.now();
  const args = ["auth", "--force", "--key-name", "laptop", "--timeout", "1"];
  const { exit, stderr } = await world.pinner(args, { env: login });
  expect({ exit, stderr }).toMatchObject({ exit: 0, stderr: expect.stringContaining("still work") });
  expect(Date.now() - started).toBeLessThan(5000);
  expect(await world.portal.isLive(tokenIn(await world.config()) ?? "")).toBe(true);
  expect(uuidOf(tokenIn(await world.config()))).toBeString();
});

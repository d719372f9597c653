import { describe, expect, test } from "bun:test";
import { createAndDeliverKey, type KeyRequest, logIn } from "../../src/auth/login.ts";
import { storeToken } from "../../src/auth/store.ts";
import { createSandbox, EMAIL, keyRequest, PASSWORD } from "./sandbox.ts";

describe("logging in", () => {
  test("asks for a code only where the service does", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    portal.addAccount({ email: "bob@example.com", password: PASSWORD, otp: true });
    const pinner = sandbox.connect();
    const never = () => Promise.reject(new Error("no code was asked for"));
    const plain = await logIn(pinner, { email: EMAIL, password: PASSWORD }, never);
    const coded = await logIn(pinner, { email: "bob@example.com", password: PASSWORD }, (otpToken) =>
      pinner.validateOtp(otpToken, portal.otpCode("bob@example.com")),
    );
    expect([await portal.isLive(plain), await portal.isLive(coded)]).toEqual([true, true]);
    expect(portal.steps()).toEqual(["login", "login", "otpValidate"]);
  });
});

describe("a new key", () => {
  test("is created, then kept, and only then are the older ones removed", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const older = [...portal.addKeys(EMAIL, ["laptop"]), await sandbox.storeKey("laptop")].map(
      ({ uuid }) => uuid,
    );
    const events: string[] = [];
    portal.onRequest = ({ step }) => events.push(step ?? "");
    const deliver: KeyRequest["deliver"] = async (key) => {
      const replaced = await storeToken(sandbox.path, key.token);
      expect(portal.steps()).not.toContain("deleteKey");
      expect(sandbox.uuids()).toEqual(expect.arrayContaining(older));
      events.push("deliver");
      return replaced;
    };
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, { deliver }));
    expect(events.filter((event) => event !== "listKeys")).toEqual([
      "createKey",
      "deliver",
      "deleteKey",
      "deleteKey",
    ]);
    expect(result.replaced.sort()).toEqual(older.sort());
    expect(result).toMatchObject({ others: 0, previous: undefined, cleanUpError: undefined });
    expect(sandbox.uuids()).toEqual([result.key.uuid]);
    expect(sandbox.config()).toBe(`auth_token: ${result.key.token}\n`);
    expect(await portal.isLive(result.key.token)).toBe(true);
  });

  test("with a chosen name replaces all keys of exactly that name, and none whose name contains it", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const kept = portal.addKeys(EMAIL, ["laptop-2", "my laptop", "Laptop", "lap", " laptop"]);
    const older = portal.addKeys(EMAIL, ["laptop", "laptop"]);
    const { key, replaced } = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(replaced.sort()).toEqual(older.map(({ uuid }) => uuid).sort());
    expect(sandbox.uuids()).toEqual([...kept.map(({ uuid }) => uuid), key.uuid]);
  });

  test("with a chosen name leaves keys of which nobody can tell whether they are older", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const [older, ...untold] = portal.addKeys(EMAIL, ["laptop", "laptop", "laptop"]);
    for (const [at, key] of portal.get(EMAIL).keys.slice(1).entries())
      key.createdAt = ["", "0000-00-00 00:00"][at] ?? "";
    // So that the new key is in it.
    portal.fault("listKeys", { kind: "delay", ms: 200 });
    const { key, replaced, others } = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect({ replaced, others }).toEqual({ replaced: [older?.uuid ?? ""], others: 2 });
    expect(sandbox.uuids()).toEqual([...untold.map(({ uuid }) => uuid), key.uuid]);
  });

  test("with a chosen name replaces more keys than one page holds", async () => {
    await using sandbox = await createSandbox();
    sandbox.portal.addKeys(
      EMAIL,
      Array.from({ length: 120 }, () => "laptop"),
    );
    const { key, replaced } = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(replaced).toHaveLength(120);
    expect(sandbox.uuids()).toEqual([key.uuid]);
  });

  test("under the default name replaces this machine's own key only, and counts the others", async () => {
    await using sandbox = await createSandbox();
    const others = sandbox.portal.addKeys(EMAIL, ["cli-generated", "cli-generated", "other"]);
    const own = await sandbox.storeKey("cli-generated");
    const change = { name: "cli-generated", named: false };
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, change));
    expect(result).toMatchObject({ replaced: [own.uuid], others: 2, previous: undefined });
    expect(sandbox.uuids()).toEqual([...others.map(({ uuid }) => uuid), result.key.uuid]);
  });

  test.each([true, false])(
    "leaves and tells this machine's previous key of another name (named: %p)",
    async (named) => {
      await using sandbox = await createSandbox();
      const previous = await sandbox.storeKey("desktop");
      const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, { named }));
      expect(result).toMatchObject({
        replaced: [],
        others: 0,
        previous: { uuid: previous.uuid, name: "desktop" },
      });
      expect(sandbox.uuids()).toEqual([previous.uuid, result.key.uuid]);
    },
  );

  test("tells the key of another account that was stored before", async () => {
    await using sandbox = await createSandbox();
    sandbox.portal.addAccount({ email: "bob@example.com", password: PASSWORD });
    const bobs = await sandbox.portal.createKey("bob@example.com", "laptop");
    await storeToken(sandbox.path, bobs.token);
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(result).toMatchObject({ replaced: [], previous: { uuid: bobs.uuid } });
    expect(await sandbox.portal.isLive(bobs.token)).toBe(true);
  });

  test("tells which older keys could not be deleted, and calls no other replaced", async () => {
    await using sandbox = await createSandbox();
    const older = sandbox.portal.addKeys(EMAIL, ["laptop", "laptop", "laptop"]).map(({ uuid }) => uuid);
    sandbox.portal.fault("deleteKey", { kind: "status", status: 400 }, 1);
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(result.remaining).toHaveLength(1);
    expect([...result.replaced, ...result.remaining].sort()).toEqual([...older].sort());
    expect(sandbox.uuids().sort()).toEqual([...result.remaining, result.key.uuid].sort());
  });

  test("leaves keys that are in use elsewhere, also this machine's own", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const inUse = await portal.createKey(EMAIL, "laptop");
    const own = await sandbox.storeKey("laptop");
    const [older] = portal.addKeys(EMAIL, ["laptop"]);
    const change = { inUse: async () => [undefined, inUse.token, "not a token", own.token] };
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, change));
    expect(result.replaced).toEqual([older?.uuid ?? ""]);
    expect(result.previous).toEqual({ uuid: own.uuid, name: "laptop" });
    expect(sandbox.uuids()).toEqual([inUse.uuid, own.uuid, result.key.uuid]);
  });

  test("deletes nothing when nobody can say what is in use elsewhere", async () => {
    await using sandbox = await createSandbox();
    const [older] = sandbox.portal.addKeys(EMAIL, ["laptop"]);
    const cause = new Error("its turn is over");
    const change = { inUse: () => Promise.reject(cause) };
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, change));
    expect(result).toMatchObject({ replaced: [], cleanUpError: cause });
    expect(sandbox.uuids()).toEqual([older?.uuid ?? "", result.key.uuid]);
  });
});

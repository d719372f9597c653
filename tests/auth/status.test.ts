import { describe, expect, test } from "bun:test";
import { tokenStatus } from "../../src/auth/status.ts";
import type { Fault } from "../../src/testing/portal.ts";
import { createSandbox, EMAIL, type Sandbox } from "./sandbox.ts";

const never = () => {
  throw new Error("the service must not be asked");
};

describe("a token's status", () => {
  test.each(["jti", "sub"] as const)(
    "is authenticated for a key that works, with whose it is (key in %s)",
    async (keyIdIn) => {
      await using sandbox = await createSandbox({ keyIdIn });
      const { uuid, token } = await sandbox.portal.createKey(EMAIL, "laptop");
      const result = await tokenStatus(token, sandbox.connect);
      expect(result).toMatchObject({
        status: "authenticated",
        email: EMAIL,
        keyName: "laptop",
        claims: { kind: "api_key", keyUuid: uuid, expiresAt: expect.any(Date) },
      });
      expect(sandbox.portal.steps().sort()).toEqual(["account", "exchange", "listKeys"]);
    },
  );

  test("asks for the newest keys only, where the key is among them", async () => {
    await using sandbox = await createSandbox();
    sandbox.portal.addKeys(
      EMAIL,
      Array.from({ length: 1000 }, (_, index) => `key-${index}`),
    );
    const { token } = await sandbox.portal.createKey(EMAIL, "laptop");
    expect(await tokenStatus(token, sandbox.connect)).toMatchObject({ keyName: "laptop" });
    expect(sandbox.portal.steps().sort()).toEqual(["account", "exchange", "listKeys"]);
  });

  test("is authenticated for a login token, which has no key to look up", async () => {
    await using sandbox = await createSandbox();
    const result = await tokenStatus(await sandbox.portal.issue("login", EMAIL), sandbox.connect);
    expect(result).toMatchObject({ status: "authenticated", email: EMAIL, claims: { kind: "session" } });
    expect(result).not.toHaveProperty("keyName");
    expect(sandbox.portal.steps()).toEqual(["account"]);
  });

  test("is authenticated also when only the key's name cannot be found out", async () => {
    await using sandbox = await createSandbox();
    const { token } = await sandbox.portal.createKey(EMAIL, "laptop");
    sandbox.portal.fault("listKeys", { kind: "status", status: 500 });
    const result = await tokenStatus(token, sandbox.connect);
    expect(result).toMatchObject({ status: "authenticated", email: EMAIL });
    expect(result).not.toHaveProperty("keyName");
  });

  test("is not_authenticated without a token, and nobody is asked", async () => {
    expect(await tokenStatus(undefined, never)).toEqual({ status: "not_authenticated", claims: undefined });
    expect(await tokenStatus(undefined, undefined)).toMatchObject({ status: "not_authenticated" });
  });

  test("is expired by the token's own claim, and nobody is asked", async () => {
    await using sandbox = await createSandbox();
    const exp = Math.floor(Date.now() / 1000) - 1;
    const token = await sandbox.portal.issue("api", EMAIL, { exp });
    for (const connect of [never, undefined])
      expect(await tokenStatus(token, connect)).toMatchObject({
        status: "expired",
        claims: { expiresAt: new Date(exp * 1000) },
      });
  });

  test.each<[string, (sandbox: Sandbox) => Promise<string>]>([
    [
      "of a key that was deleted",
      async ({ portal }) => portal.issue("api", EMAIL, { jti: crypto.randomUUID() }),
    ],
    [
      "of an account that is being deleted",
      async ({ portal }) => {
        portal.get(EMAIL).pendingDeletion = true;
        return (await portal.createKey(EMAIL, "laptop")).token;
      },
    ],
    [
      "of a session that has ended",
      async ({ portal }) => {
        const token = await portal.issue("login", EMAIL);
        portal.endSession(token);
        return token;
      },
    ],
    ["that is no JWT", async () => "opaque"],
    ["that no header can carry", async () => "two words"],
  ])("is rejected for one %s, with the reason", async (_, issue) => {
    await using sandbox = await createSandbox();
    const result = await tokenStatus(await issue(sandbox), sandbox.connect);
    expect(result).toMatchObject({ status: "rejected", cause: expect.any(Error) });
    expect(result).not.toHaveProperty("email");
  });

  test("is rejected for a 2FA token, and nobody is asked", async () => {
    await using sandbox = await createSandbox();
    const token = await sandbox.portal.issue("2fa", EMAIL);
    expect(await tokenStatus(token, never)).toMatchObject({
      status: "rejected",
      claims: { kind: "two_factor" },
    });
  });

  test.each<[string, Fault]>([
    ["fails", { kind: "status", status: 500 }],
    ["is busy", { kind: "status", status: 429, headers: { "retry-after": "3600" } }],
    ["answers garbage", { kind: "garbage" }],
    ["answers with the page of a proxy", { kind: "html" }],
    ["redirects", { kind: "redirect", location: "https://example.com/" }],
    ["is silent", { kind: "hang" }],
  ])("is unverifiable when the service %s", async (_, fault) => {
    await using sandbox = await createSandbox();
    const { uuid, token } = await sandbox.portal.createKey(EMAIL, "laptop");
    sandbox.portal.fault("account", fault);
    expect(await tokenStatus(token, sandbox.connect)).toMatchObject({
      status: "unverifiable",
      claims: { keyUuid: uuid },
      cause: expect.any(Error),
    });
  });

  test("is unverifiable when the service cannot be reached", async () => {
    await using sandbox = await createSandbox();
    const { token } = await sandbox.portal.createKey(EMAIL, "laptop");
    await sandbox.close();
    expect(await tokenStatus(token, sandbox.connect)).toMatchObject({
      status: "unverifiable",
      cause: { name: "NetworkError" },
    });
  });

  test("offline is what the claims say: authenticated for a JWT, unverifiable for anything else", async () => {
    await using sandbox = await createSandbox();
    const { uuid, token } = await sandbox.portal.createKey(EMAIL, "laptop");
    const result = await tokenStatus(token, undefined);
    expect(result).toMatchObject({ status: "authenticated", claims: { keyUuid: uuid } });
    expect(result).not.toHaveProperty("email");
    expect(await tokenStatus("opaque", undefined)).toEqual({ status: "unverifiable", claims: undefined });
    expect(sandbox.portal.steps()).toEqual([]);
  });
});

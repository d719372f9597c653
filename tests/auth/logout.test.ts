import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { logOut } from "../../src/auth/logout.ts";
import { changeConfig } from "../../src/credentials/config-change.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { ApiError, NetworkError } from "../../src/sdk/errors.ts";
import { createSandbox, EMAIL, type Sandbox } from "./sandbox.ts";

async function logOutOf(sandbox: Sandbox, leaveKey = false) {
  const stored = (await readConfig(sandbox.path)).content.authToken;
  return logOut(sandbox.path, stored, async (token) => sandbox.connect(token), { leaveKey });
}

async function store(sandbox: Sandbox, token: string): Promise<void> {
  await changeConfig(sandbox.path, (document) => {
    document.set("auth_token", token);
    document.set("theirs", "kept");
  });
}

describe("logging out", () => {
  test("deletes the key first and then removes the token, and nothing else", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const [other] = portal.addKeys(EMAIL, ["laptop"]);
    const { uuid, token } = await portal.createKey(EMAIL, "laptop");
    await store(sandbox, token);
    let configAtDeletion = "";
    portal.onRequest = ({ step }) => {
      if (step === "deleteKey") configAtDeletion = sandbox.config();
    };
    expect(await logOutOf(sandbox)).toEqual({ status: "logged_out", keyDeleted: true, keyUuid: uuid });
    expect(configAtDeletion).toContain(token);
    expect(sandbox.config()).toBe("theirs: kept\n");
    expect(sandbox.uuids()).toEqual([other?.uuid ?? ""]);
  });

  test("leaves the key and asks the service nothing when told to keep it", async () => {
    await using sandbox = await createSandbox();
    const { uuid, token } = await sandbox.storeKey("laptop");
    expect(await logOutOf(sandbox, true)).toEqual({ status: "logged_out", keyDeleted: false, keyUuid: uuid });
    expect(sandbox.portal.steps()).toEqual([]);
    expect(await sandbox.portal.isLive(token)).toBe(true);
    expect(sandbox.config()).toBe("");
  });

  test("without a stored token does nothing and creates nothing", async () => {
    await using sandbox = await createSandbox();
    expect(await logOutOf(sandbox)).toEqual({ status: "not_authenticated", keyDeleted: false });
    expect(sandbox.portal.steps()).toEqual([]);
    expect(await readdir(dirname(dirname(sandbox.path)))).toEqual([]);
  });

  test("deletes a key that has ended by this machine's clock alone", async () => {
    await using sandbox = await createSandbox();
    const { uuid } = await sandbox.portal.createKey(EMAIL, "laptop");
    await store(sandbox, await sandbox.portal.issue("api", EMAIL, { jti: uuid, exp: 1 }));
    expect(await logOutOf(sandbox)).toMatchObject({ status: "logged_out", keyDeleted: true });
    expect(sandbox.uuids()).toEqual([]);
  });

  test("finds nothing wrong with a key that has expired by the service's clock too", async () => {
    let now = Date.now();
    await using sandbox = await createSandbox({}, () => now);
    const { uuid, token } = await sandbox.storeKey("laptop");
    await store(sandbox, token);
    now += 31 * 24 * 3600 * 1000;
    expect(await logOutOf(sandbox)).toEqual({ status: "logged_out", keyDeleted: false, keyUuid: uuid });
    expect(sandbox.portal.steps()).toEqual(["exchange"]);
    expect(sandbox.config()).toBe("theirs: kept\n");
  });

  test("removes a token that is no JWT without asking the service", async () => {
    await using sandbox = await createSandbox();
    await store(sandbox, "opaque");
    expect(await logOutOf(sandbox)).toMatchObject({ status: "logged_out", keyDeleted: false });
    expect(sandbox.portal.steps()).toEqual([]);
    expect(sandbox.config()).toBe("theirs: kept\n");
  });

  test("removes the token when the service cannot be reached, and says why the key may still be there", async () => {
    await using sandbox = await createSandbox();
    const { uuid } = await sandbox.storeKey("laptop");
    await sandbox.close();
    const result = await logOutOf(sandbox);
    expect(result).toMatchObject({ status: "logged_out", keyDeleted: false, keyUuid: uuid });
    expect(result.cause).toBeInstanceOf(NetworkError);
    expect(sandbox.config()).toBe("");
  });

  test("removes the token when the service fails or refuses, and says so", async () => {
    for (const status of [403, 500]) {
      await using sandbox = await createSandbox();
      const { uuid } = await sandbox.storeKey("laptop");
      sandbox.portal.fault("deleteKey", { kind: "status", status });
      const result = await logOutOf(sandbox);
      expect(result.keyDeleted).toBe(false);
      expect(result.cause).toBeInstanceOf(ApiError);
      expect(result.cause).toMatchObject({ status });
      expect(sandbox.config()).toBe("");
      expect(sandbox.uuids()).toEqual([uuid]);
    }
  });

  test("finds nothing wrong with a key that the service no longer knows", async () => {
    await using sandbox = await createSandbox();
    const { uuid } = await sandbox.storeKey("laptop");
    sandbox.portal.get(EMAIL).keys = [];
    expect(await logOutOf(sandbox)).toEqual({ status: "logged_out", keyDeleted: false, keyUuid: uuid });
    expect(sandbox.config()).toBe("");
  });

  test.each([404, 500] as const)(
    "counts a key as deleted that vanishes after its exchange (%d)",
    async (status) => {
      await using sandbox = await createSandbox({ missingKeyDelete: status });
      const { portal } = sandbox;
      const { uuid } = await sandbox.storeKey("laptop");
      portal.onRequest = ({ step }) => {
        if (step === "exchange") portal.get(EMAIL).keys = [];
      };
      expect(await logOutOf(sandbox)).toEqual({ status: "logged_out", keyDeleted: true, keyUuid: uuid });
      expect(portal.requests.find(({ step }) => step === "deleteKey")).toMatchObject({ status });
    },
  );

  test("logs out of the session whose token was stored, which revokes nothing", async () => {
    await using sandbox = await createSandbox();
    const token = await sandbox.portal.issue("login", EMAIL);
    await store(sandbox, token);
    expect(await logOutOf(sandbox)).toEqual({ status: "logged_out", keyDeleted: false });
    expect(sandbox.portal.steps()).toEqual(["logout"]);
    expect(await sandbox.portal.isLive(token)).toBe(true);
    expect(sandbox.config()).toBe("theirs: kept\n");
  });

  test("leaves the token that another process has stored meanwhile, and its key", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const newer = await portal.createKey(EMAIL, "newer");
    const { uuid } = await sandbox.storeKey("laptop");
    portal.onRequest = ({ step }) => {
      if (step !== "deleteKey") return;
      writeFileSync(sandbox.path, `auth_token: ${newer.token}\n`, { mode: 0o600 });
    };
    expect(await logOutOf(sandbox)).toMatchObject({ keyDeleted: true, keyUuid: uuid, superseded: true });
    expect(sandbox.uuids()).toEqual([newer.uuid]);
    expect(sandbox.config()).toBe(`auth_token: ${newer.token}\n`);
  });
});

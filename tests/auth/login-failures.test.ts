import { describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createAndDeliverKey, type KeyRequest } from "../../src/auth/login.ts";
import { storeToken } from "../../src/auth/store.ts";
import { ConfigError } from "../../src/credentials/config-error.ts";
import { Pinner } from "../../src/sdk/client.ts";
import { ApiError } from "../../src/sdk/errors.ts";
import { LostKeyError, StrayKeyError } from "../../src/sdk/key-errors.ts";
import type { Fault } from "../../src/testing/portal.ts";
import { failureOf } from "../credentials/temporary.ts";
import { createSandbox, EMAIL, keyRequest, type Sandbox } from "./sandbox.ts";

const FAILS: Fault = { kind: "status", status: 500 };

const createdTimes = ({ portal }: Sandbox): number =>
  portal.steps().filter((step) => step === "createKey").length;

describe("a new key", () => {
  test("is deleted again when it cannot be kept, and nothing else is", async () => {
    await using sandbox = await createSandbox();
    const [older] = sandbox.portal.addKeys(EMAIL, ["laptop"]);
    await writeFile(dirname(sandbox.path), "a file where the directory should be");
    const error = await failureOf(createAndDeliverKey(await sandbox.session(), keyRequest(sandbox)));
    expect(error).toBeInstanceOf(ConfigError);
    expect(createdTimes(sandbox)).toBe(1);
    expect(sandbox.uuids()).toEqual([older?.uuid ?? ""]);
  });

  test("that can be neither kept nor deleted is named, with the reason why it was not kept", async () => {
    await using sandbox = await createSandbox();
    sandbox.portal.fault("deleteKey", FAILS);
    const reason = new Error("the disk is full");
    const deliver = () => Promise.reject(reason);
    const error = await failureOf(
      createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, { deliver })),
    );
    expect(error).toBeInstanceOf(StrayKeyError);
    expect(error).toMatchObject({ uuid: sandbox.uuids()[0], cause: reason });
  });

  test.each(["ENOTFOUND", "ECONNREFUSED", "CERT_HAS_EXPIRED", "ERR_PROXY_TUNNEL"])(
    "whose request was never sent (%s) is not looked for",
    async (code) => {
      await using sandbox = await createSandbox();
      const token = await sandbox.portal.issue("login", EMAIL);
      const fetch = () => Promise.reject(Object.assign(new Error("x"), { code }));
      const error = await failureOf(createAndDeliverKey(new Pinner({ token, fetch }), keyRequest(sandbox)));
      expect(error).toMatchObject({ name: "NetworkError", operation: "createKey", reason: code });
    },
  );

  test.each<[string, Fault]>([
    ["the connection dropped", { kind: "resetAfter" }],
    ["the answer broke off", { kind: "resetBody" }],
    ["the answer was garbage", { kind: "garbage", act: true }],
    ["the answer lacked the token", { kind: "json", value: { name: "laptop" }, act: true }],
    ["a proxy answered with its page", { kind: "html", act: true }],
    ["the answer was 500", { ...FAILS, act: true }],
    ["the answer was a redirect", { kind: "redirect", location: "https://example.com/" }],
  ])("may exist and is told lost, and never created twice, when %s", async (_, fault) => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const { uuid, token } = await sandbox.storeKey("laptop");
    portal.fault("createKey", fault);
    const error = await failureOf(createAndDeliverKey(await sandbox.session(), keyRequest(sandbox)));
    expect(error).toBeInstanceOf(LostKeyError);
    expect(error).toMatchObject({ keyName: "laptop", cause: expect.any(Error) });
    expect(createdTimes(sandbox)).toBe(1);
    expect(portal.steps()).not.toContain("deleteKey");
    expect(sandbox.uuids()).toContain(uuid);
    expect(sandbox.config()).toContain(token);
  });

  test.each([400, 401, 403, 422, 429])("was surely not created when the answer is %d", async (status) => {
    await using sandbox = await createSandbox();
    sandbox.portal.fault("createKey", { kind: "status", status });
    const error = await failureOf(createAndDeliverKey(await sandbox.session(), keyRequest(sandbox)));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, operation: "createKey" });
    expect(createdTimes(sandbox)).toBe(1);
    expect(sandbox.config()).toBe("");
  });

  test("is kept all the same when the older ones cannot be listed", async () => {
    await using sandbox = await createSandbox();
    const { uuid } = await sandbox.storeKey("laptop");
    sandbox.portal.fault("listKeys", FAILS);
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(result).toMatchObject({ replaced: [], cleanUpError: { operation: "listKeys", status: 500 } });
    expect(sandbox.config()).toContain(result.key.token);
    expect(sandbox.uuids()).toEqual([uuid, result.key.uuid]);
  });

  test("is kept all the same when an older one cannot be deleted, and the others are", async () => {
    await using sandbox = await createSandbox();
    sandbox.portal.addKeys(EMAIL, ["laptop", "laptop", "laptop"]);
    sandbox.portal.fault("deleteKey", FAILS, 1);
    const result = await createAndDeliverKey(await sandbox.session(), keyRequest(sandbox));
    expect(result).toMatchObject({ cleanUpError: { operation: "deleteKey", status: 500 } });
    expect(result.replaced).toHaveLength(2);
    const left = sandbox.uuids();
    expect(left).toHaveLength(2);
    expect(left).toContain(result.key.uuid);
    for (const uuid of result.replaced) expect(left).not.toContain(uuid);
  });

  test("is deleted again, and the reason thrown, when the user aborts while it is created", async () => {
    await using sandbox = await createSandbox();
    const { portal } = sandbox;
    const { uuid, token } = await sandbox.storeKey("laptop");
    const controller = new AbortController();
    const reason = new Error("cancelled");
    portal.onRequest = ({ step }) => step === "createKey" && controller.abort(reason);
    const { signal } = controller;
    const error = await failureOf(
      createAndDeliverKey(await sandbox.session(), keyRequest(sandbox, { signal })),
    );
    expect(error).toBe(reason);
    expect(createdTimes(sandbox)).toBe(1);
    expect(sandbox.uuids()).toEqual([uuid]);
    expect(sandbox.config()).toContain(token);
  });

  test("stays when the user aborts once it is kept", async () => {
    await using sandbox = await createSandbox();
    const controller = new AbortController();
    const deliver: KeyRequest["deliver"] = async ({ token }) => {
      const replaced = await storeToken(sandbox.path, token);
      controller.abort(new Error("cancelled"));
      return replaced;
    };
    const { signal } = controller;
    const { key } = await createAndDeliverKey(
      await sandbox.session(),
      keyRequest(sandbox, { deliver, signal }),
    );
    expect(sandbox.uuids()).toEqual([key.uuid]);
  });
});

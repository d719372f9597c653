import { describe, expect, test } from "bun:test";
import { ConnectionReset, createPortal, type LoggedRequest, type Quirks } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { fetchFrom, mounted } from "../support/msw.ts";

const EMAIL = "ada@example.com";
const json = { "content-type": "application/json" };

async function open() {
  const portal = createPortal();
  portal.addAccount({ email: EMAIL, password: "correct horse battery staple" });
  const server = await servePortal(portal);
  const authorization = `Bearer ${await portal.issue("login", EMAIL)}`;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { redirect: "manual", ...init, headers: { authorization, ...json } });
  const createKey = () => ask("/api/account/keys", { method: "POST", body: '{"name":"ci"}' });
  return { portal, server, ask, createKey, [Symbol.asyncDispose]: () => server.close() };
}
const rejects = (promise: Promise<unknown>) =>
  promise.then(
    () => false,
    () => true,
  );

describe("a fault", () => {
  test("hits its own step, as often as it was asked to", async () => {
    await using stage = await open();
    stage.portal.fault("account", { kind: "status", status: 418, body: "tea" }, 2);
    expect((await stage.ask("/api/account/keys")).status).toBe(200);
    const statuses: number[] = [];
    for (let round = 0; round < 3; round++) statuses.push((await stage.ask("/api/account")).status);
    expect(statuses).toEqual([418, 418, 200]);
  });

  test("of any step hits all of them until it is cleared", async () => {
    await using stage = await open();
    stage.portal.fault("any", { kind: "html" });
    for (const path of ["/api/account", "/api/account/keys", "/nowhere"]) {
      expect(await (await stage.ask(path)).text()).toStartWith("<!doctype html>");
    }
    stage.portal.clearFaults();
    expect((await stage.ask("/api/account")).headers.get("content-type")).toStartWith("application/json");
  });

  test("that drops the connection does so before or after acting", async () => {
    await using stage = await open();
    stage.portal.fault("createKey", { kind: "resetBefore" }, 1);
    expect(await rejects(stage.createKey())).toBe(true);
    expect(stage.portal.liveKeys(EMAIL)).toHaveLength(0);
    stage.portal.fault("createKey", { kind: "resetAfter" }, 1);
    expect(await rejects(stage.createKey())).toBe(true);
    expect(stage.portal.liveKeys(EMAIL)).toHaveLength(1);
  });

  test("in mid-body sends the header and half of the body first", async () => {
    await using stage = await open();
    stage.portal.fault("account", { kind: "resetBody" });
    const response = await stage.ask("/api/account");
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^\{"id":1,"email":"[^}]*$/);
    expect(await rejects(Promise.resolve(reader?.read()))).toBe(true);
  });

  test("of silence ends when the client leaves", async () => {
    await using stage = await open();
    const ended = new Promise<LoggedRequest>((resolve) => {
      stage.portal.onRequest = resolve;
    });
    stage.portal.fault("account", { kind: "hang" });
    expect(await rejects(stage.ask("/api/account", { signal: AbortSignal.timeout(50) }))).toBe(true);
    expect(await ended).toMatchObject({ step: "account", status: undefined });
  });

  test.each(["status", "garbage", "html", "huge", "json"] as const)(
    "of kind %s acts only if told to",
    async (kind) => {
      await using stage = await open();
      const fault = { kind, status: 500, value: {}, bytes: 100 };
      stage.portal.fault("createKey", { ...fault, act: false }, 1);
      stage.portal.fault("createKey", { ...fault, act: true }, 1);
      await stage.createKey();
      expect(stage.portal.liveKeys(EMAIL)).toHaveLength(0);
      await stage.createKey();
      expect(stage.portal.liveKeys(EMAIL)).toHaveLength(1);
    },
  );

  test("that redirects says where", async () => {
    await using stage = await open();
    stage.portal.fault("account", { kind: "redirect", location: "https://elsewhere.example/", status: 307 });
    const response = await stage.ask("/api/account");
    expect([response.status, response.headers.get("location")]).toEqual([307, "https://elsewhere.example/"]);
  });

  test("that trickles sends all of it in the end", async () => {
    await using stage = await open();
    stage.portal.fault("account", { kind: "trickle", ms: 1 });
    expect(await (await stage.ask("/api/account")).json()).toMatchObject({ email: EMAIL });
  });
});

describe("the log", () => {
  test("has each request with its step, query, headers, body, status and times", async () => {
    await using stage = await open();
    await stage.createKey();
    await stage.ask("/api/account/keys?_start=0&_end=5");
    await stage.ask("/nowhere");
    expect(stage.portal.requests).toMatchObject([
      { step: "createKey", method: "POST", path: "/api/account/keys", body: '{"name":"ci"}', status: 200 },
      { step: "listKeys", method: "GET", query: { _start: "0", _end: "5" }, status: 200 },
      { step: undefined, path: "/nowhere", status: 404 },
    ]);
    for (const { headers, startedAt, endedAt } of stage.portal.requests) {
      expect(headers["authorization"]).toStartWith("Bearer ey");
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    }
    expect(stage.portal.steps()).toEqual(["createKey", "listKeys", undefined]);
  });

  test("of connections counts those that asked something, kept open or not", async () => {
    await using stage = await open();
    await (await stage.ask("/api/account")).text();
    await (await stage.ask("/api/account")).text();
    expect(stage.server.connections()).toBe(1);
    const headers = { connection: "close" };
    await (await fetch(stage.server.url, { headers, keepalive: false })).text();
    expect(stage.server.connections()).toBe(2);
  });
});

describe("the portal in msw", () => {
  const openInMsw = (quirks: Partial<Quirks> = {}) => {
    const portal = createPortal({ quirks });
    portal.addAccount({ email: EMAIL, password: "correct horse battery staple" });
    return { portal, ask: fetchFrom(mounted(portal)) };
  };

  test("answers at its origin, redirects and cookies included", async () => {
    const { portal, ask } = openInMsw({ loginAnswer: "both" });
    const body = JSON.stringify({ email: EMAIL, password: "correct horse battery staple" });
    const response = await ask("https://account.pinner.xyz/api/auth/login", {
      method: "POST",
      headers: json,
      body,
    });
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(portal.steps()).toEqual(["login"]);
  });

  test("fails as a network does when the connection drops", async () => {
    const { portal, ask } = openInMsw();
    portal.fault("account", { kind: "resetBefore" });
    await expect(ask("https://account.pinner.xyz/api/account")).rejects.toThrow(TypeError);
    await expect(portal.fetch(new Request("https://portal/api/account"))).rejects.toThrow(ConnectionReset);
  });

  test("answers nowhere else, and lets nothing out", async () => {
    const { portal, ask } = openInMsw();
    await expect(ask("https://pinner.xyz/api/account")).rejects.toThrow(
      "no handler for GET https://pinner.xyz",
    );
    expect(portal.requests).toBeEmpty();
  });
});

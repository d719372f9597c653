import { describe, expect, test } from "bun:test";
import { BadResponseError, Pinner, RequestTimeoutError } from "../../src/index.ts";
import type { Fault, LoggedRequest } from "../../src/testing/portal.ts";
import { count, everyCall, failure, openStage, operations } from "./support.ts";

const TIMEOUT_MS = 400;
const silent: [string, Fault][] = [
  ["that never answers", { kind: "hang" }],
  ["that is too late", { kind: "delay", ms: 3000 }],
  ["that trickles its answer", { kind: "trickle", ms: 100 }],
];

describe("a service", () => {
  test.each(silent)("%s is given up within the timeout, whatever the call", async (_, fault) => {
    // Trickling a body of nothing takes no time.
    const calls = operations.filter(
      (operation) =>
        fault.kind !== "trickle" || ["exchange", "account", "listKeys", "createKey"].includes(operation),
    );
    await Promise.all(
      calls.map(async (operation) => {
        await using stage = await openStage({}, { timeout: TIMEOUT_MS });
        stage.portal.fault(operation, fault);
        const started = performance.now();
        const error = await failure(everyCall[operation](stage), RequestTimeoutError);
        expect(performance.now() - started).toBeWithin(TIMEOUT_MS - 5, TIMEOUT_MS + 1500);
        expect(error).toMatchObject({ operation, timeout: TIMEOUT_MS, endpoint: stage.server.url });
        expect(error.message).toContain("0.4 s");
        expect(count(stage.portal, operation)).toBeLessThan(2);
      }),
    );
  });

  test("that is given up sees the connection close", async () => {
    await using stage = await openStage({}, { timeout: TIMEOUT_MS });
    const left = new Promise<LoggedRequest>((resolve) => {
      stage.portal.onRequest = resolve;
    });
    stage.portal.fault("account", { kind: "hang" });
    await failure(stage.withSession.account(), RequestTimeoutError);
    expect(await left).toMatchObject({ step: "account", status: undefined });
  });

  test("that is slow but in time is waited for", async () => {
    await using stage = await openStage({}, { timeout: 5000 });
    stage.portal.fault("any", { kind: "delay", ms: 60 });
    stage.portal.fault("ping", { kind: "trickle", ms: 1 });
    await stage.withKey.ping();
  });

  test("gets the whole timeout anew at each attempt", async () => {
    await using stage = await openStage({}, { timeout: 1000 });
    stage.portal.fault("account", { kind: "status", status: 503 }, 2);
    stage.portal.fault("account", { kind: "delay", ms: 700 });
    const started = performance.now();
    await stage.withSession.account();
    expect(performance.now() - started).toBeGreaterThan(1200);
  });

  test("whose answer stops in the middle is given up too, where `fetch` does not pass the abort on", async () => {
    const stopped = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([0x7b])) });
    const client = new Pinner({ token: "none", timeout: 50, fetch: async () => new Response(stopped) });
    const error = await failure(client.login({ email: "a@b.c", password: "12345678" }), RequestTimeoutError);
    expect(error.timeout).toBe(50);
  });
});

describe("a body larger than any answer", () => {
  test("is an error", async () => {
    await using stage = await openStage();
    stage.portal.fault("any", { kind: "huge", bytes: 5 * 1024 * 1024 });
    const { withKey, withSession } = stage;
    for (const call of [() => withKey.session(), () => withSession.account(), () => withSession.logout()]) {
      expect((await failure(call(), BadResponseError)).problem).toContain("larger");
    }
  });

  test("is not read to its end", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65536;
        controller.enqueue(new Uint8Array(65536).fill(0x20));
      },
    });
    const client = new Pinner({ token: "none", fetch: async () => new Response(endless) });
    await failure(client.login({ email: "a@b.c", password: "12345678" }), BadResponseError);
    expect(sent).toBeLessThan(8 * 1024 * 1024);
  });

  test("of 3 MB is none", async () => {
    await using stage = await openStage();
    const data = { uuid: stage.keyUuid, name: "n".repeat(3_000_000), created_at: "2026-03-01T00:00:00Z" };
    stage.portal.fault("listKeys", { kind: "json", value: { data: [data], total: 1 } });
    expect(await stage.withSession.listKeys()).toEqual([data]);
  });
});

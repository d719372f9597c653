import { describe, expect, test } from "bun:test";
import { BadResponseError, InvalidOptionError, Pinner, RequestTimeoutError } from "../../src/index.ts";
import type { Fault, LoggedRequest } from "../../src/testing/portal.ts";
import { count, everyCall, failure, openStage, operations, safe } from "./support.ts";

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
        // What does no harm twice is tried once more, after a pause.
        const tries = safe.includes(operation) ? 2 : 1;
        expect(performance.now() - started).toBeWithin(tries * TIMEOUT_MS - 5, tries * TIMEOUT_MS + 4000);
        expect(error).toMatchObject({ operation, timeout: TIMEOUT_MS, endpoint: stage.server.url });
        expect(error.message).toContain("0.4 s");
        expect(count(stage.portal, operation)).toBe(tries);
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

  test("that a `fetch` waits for which heeds no signal is given up too", async () => {
    const client = new Pinner({ token: "none", timeout: 50, fetch: () => new Promise(() => {}) });
    const error = await failure(client.login({ email: "a@b.c", password: "12345678" }), RequestTimeoutError);
    expect(error.timeout).toBe(50);
  });
});

describe("a timeout", () => {
  test.each([0, -1, -0, Number.NaN, Number.NEGATIVE_INFINITY, "30" as unknown as number])(
    "of %p is refused",
    (timeout) => {
      expect(() => new Pinner({ token: "none", timeout })).toThrow(InvalidOptionError);
    },
  );

  test.each([
    Number.POSITIVE_INFINITY,
    2 ** 31,
    2 ** 32 + 1,
    Number.MAX_VALUE,
    2 ** 31 - 1,
    2009.9999999999998,
  ])("of %p is none that ends a call at once", async (timeout) => {
    await using stage = await openStage({}, { timeout });
    stage.portal.fault("account", { kind: "delay", ms: 50 });
    expect(await stage.withSession.account()).toBeObject();
    expect(count(stage.portal, "account")).toBe(1);
  });

  test("that passes once is no failure of what does no harm twice", async () => {
    await using stage = await openStage({}, { timeout: TIMEOUT_MS });
    stage.portal.fault("account", { kind: "hang" }, 1);
    expect(await stage.withSession.account()).toBeObject();
  });

  test("is met once in three attempts, not twice", async () => {
    await using stage = await openStage({}, { timeout: TIMEOUT_MS });
    stage.portal.fault("account", { kind: "hang" }, 1);
    stage.portal.fault("account", { kind: "status", status: 503 }, 1);
    stage.portal.fault("account", { kind: "hang" });
    await failure(stage.withSession.account(), RequestTimeoutError);
    expect(count(stage.portal, "account")).toBe(3);
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

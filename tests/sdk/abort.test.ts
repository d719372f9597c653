import { describe, expect, test } from "bun:test";
import { ApiError, type CallOptions, Pinner } from "../../src/index.ts";
import { eitherOf } from "../../src/sdk/abort.ts";
import type { LoggedRequest } from "../../src/testing/portal.ts";
import { count, EMAIL, failure, openStage, PASSWORD, type Stage } from "./support.ts";

const REASON = new Error("the user has gone");
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: unknown) => error,
  );
const soon = () => Bun.sleep(50);

const calls: [string, string, (stage: Stage, options: CallOptions) => Promise<unknown>][] = [
  ["account", "account", ({ withSession }, options) => withSession.account(options)],
  ["listKeys", "listKeys", ({ withSession }, options) => withSession.listKeys({ ...options, search: "x" })],
  ["createKey", "createKey", ({ withSession }, options) => withSession.createKey("ci", options)],
  ["deleteKey", "deleteKey", ({ withSession, keyUuid }, options) => withSession.deleteKey(keyUuid, options)],
  ["getKey", "listKeys", ({ withSession, keyUuid }, options) => withSession.getKey(keyUuid, options)],
  ["login", "login", ({ client }, options) => client().login({ email: EMAIL, password: PASSWORD }, options)],
  ["session", "exchange", ({ withKey }, options) => withKey.session(options)],
];

describe("an aborted call", () => {
  test.each(calls)("%s rejects with the reason, and leaves no request running", async (_, step, call) => {
    await using stage = await openStage();
    stage.portal.fault("any", { kind: "hang" });
    const left = new Promise<LoggedRequest>((resolve) => {
      stage.portal.onRequest = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      stage.portal.onArrival = () => resolve();
    });
    const abort = new AbortController();
    const outcome = rejection(call(stage, { signal: abort.signal }));
    await arrived;
    abort.abort(REASON);
    expect(await outcome).toBe(REASON);
    expect(await left).toMatchObject({ step, status: undefined });
    await soon();
    expect(stage.portal.requests).toHaveLength(1);
  });

  test("is not sent where the signal was aborted before", async () => {
    await using stage = await openStage();
    const signal = AbortSignal.abort(REASON);
    for (const [, , call] of calls) expect(await rejection(call(stage, { signal }))).toBe(REASON);
    expect(stage.portal.requests).toBeEmpty();
  });

  test("is not tried again, and ends within the pause before another attempt", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 429, headers: { "retry-after": "9" } });
    const abort = new AbortController();
    const outcome = rejection(stage.withSession.account({ signal: abort.signal }));
    await Bun.sleep(150);
    const started = performance.now();
    abort.abort(REASON);
    expect(await outcome).toBe(REASON);
    expect(performance.now() - started).toBeLessThan(4000);
    expect(count(stage.portal, "account")).toBe(1);
  });

  test("ends while its answer trickles in", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "trickle", ms: 200 });
    const outcome = rejection(stage.withSession.account({ signal: AbortSignal.timeout(300) }));
    expect(await outcome).toMatchObject({ name: "TimeoutError" });
  });

  test("ends though `fetch` heeds no signal", async () => {
    const client = new Pinner({ token: "none", fetch: () => new Promise(() => {}) });
    const abort = new AbortController();
    const outcome = rejection(client.session({ signal: abort.signal }));
    const login = rejection(client.login({ email: EMAIL, password: PASSWORD }, { signal: abort.signal }));
    await soon();
    abort.abort(REASON);
    expect(await Promise.all([outcome, login])).toEqual([REASON, REASON]);
  });

  test("ends where it is aborted between the answer's header and its body", async () => {
    for (const body of [null, new ReadableStream()]) {
      const abort = new AbortController();
      const client = new Pinner({
        token: "none",
        fetch: async () => new Response(body),
        onRequest: () => abort.abort(REASON),
      });
      const login = client.login({ email: EMAIL, password: PASSWORD }, { signal: abort.signal });
      expect(await rejection(login)).toBe(REASON);
    }
  });

  test("that has been answered stays what it was", async () => {
    await using stage = await openStage();
    const abort = new AbortController();
    const account = stage.withSession.account({ signal: abort.signal });
    expect((await account).email).toBe(EMAIL);
    abort.abort(REASON);
    stage.portal.fault("account", { kind: "status", status: 403 });
    const other = new AbortController();
    await failure(stage.withSession.account({ signal: other.signal }), ApiError);
  });
});

describe("an exchange that several calls share", () => {
  test("goes on for the others when one of them is aborted", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "delay", ms: 200 });
    const abort = new AbortController();
    const gone = rejection(stage.withKey.account({ signal: abort.signal }));
    const others = [stage.withKey.account(), stage.withKey.account({ signal: new AbortController().signal })];
    await soon();
    abort.abort(REASON);
    expect(await gone).toBe(REASON);
    expect((await Promise.all(others)).map(({ email }) => email)).toEqual([EMAIL, EMAIL]);
    expect(stage.portal.steps()).toEqual(["exchange", "account", "account"]);
  });

  test("ends when the last of them is aborted, and the next call begins another", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "hang" }, 1);
    const abort = new AbortController();
    const gone = [1, 2].map(() => rejection(stage.withKey.account({ signal: abort.signal })));
    await soon();
    abort.abort(REASON);
    expect(await Promise.all(gone)).toEqual([REASON, REASON]);
    expect((await stage.withKey.account()).email).toBe(EMAIL);
    expect(stage.portal.steps()).toEqual(["exchange", "exchange", "account"]);
  });
});

test("a runtime without `AbortSignal.any` aborts with the first of two signals too", () => {
  const any = Object.getOwnPropertyDescriptor(AbortSignal, "any") as PropertyDescriptor;
  Reflect.deleteProperty(AbortSignal, "any");
  try {
    for (const first of [0, 1]) {
      const [one, other] = [new AbortController(), new AbortController()];
      const either = eitherOf(one.signal, other.signal);
      expect(either.aborted).toBe(false);
      [one, other][first]?.abort(REASON);
      [other, one][first]?.abort("later");
      expect(either.reason).toBe(REASON);
    }
    expect(eitherOf(AbortSignal.abort(REASON), new AbortController().signal).reason).toBe(REASON);
  } finally {
    Object.defineProperty(AbortSignal, "any", any);
  }
});

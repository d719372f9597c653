import { describe, expect, test } from "bun:test";
import { runInNewContext } from "node:vm";
import {
  ApiError,
  BadResponseError,
  InsecureEndpointError,
  InvalidEndpointError,
  isApiError,
  isBadResponseError,
  isInsecureEndpointError,
  isInvalidEndpointError,
  isNetworkError,
  isPinnerError,
  isRequestTimeoutError,
  isTokenError,
  NetworkError,
  Pinner,
  RequestTimeoutError,
  TokenError,
} from "../../src/index.ts";
import { EMAIL, failure, NEW_PASSWORD, openStage } from "./support.ts";

describe("an answer that says no", () => {
  const message = "The login credentials provided are invalid.";
  test.each([
    ["reason", { code: "InvalidLogin", detail: message, plainText: false }],
    ["text", { code: undefined, detail: message, innerCause: "invalid login", plainText: false }],
    ["code", { code: "ErrInvalidLogin", detail: message, plainText: false }],
    ["framework", { code: undefined, detail: "Unauthorized", plainText: false }],
    ["plain", { code: undefined, detail: message, plainText: true }],
    ["page", { code: undefined, detail: undefined, plainText: false }],
  ] as const)("in shape %p is an ApiError that tells it", async (errorShape, expected) => {
    await using stage = await openStage({ errorShape });
    const error = await failure(stage.client().login({ email: EMAIL, password: NEW_PASSWORD }), ApiError);
    expect(error).toMatchObject({ ...expected, name: "ApiError", operation: "login", status: 401 });
    const said = expected.detail ? `: ${expected.detail}` : "";
    const cause = "innerCause" in expected ? ` (${expected.innerCause})` : "";
    expect(error.message).toBe(`POST /api/auth/login answered 401${said}${cause}`);
  });

  const json = { "content-type": "application/json" };
  const text = { "content-type": "text/plain" };
  test.each([
    ["nothing", {}, "", undefined, undefined],
    ["an empty object", json, "{}", undefined, undefined],
    ["null", json, "null", undefined, "null"],
    ["a code alone", json, '{"error": "ErrLoginFailed"}', "ErrLoginFailed", undefined],
    ["an error of null", json, '{"error": null, "message": "no"}', undefined, "no"],
    ["a number for text", json, '{"error": 5, "message": 6}', undefined, undefined],
    ["a reason alone", json, '{"error": {"reason": "QUOTA_EXCEEDED"}}', "QUOTA_EXCEEDED", "QUOTA_EXCEEDED"],
    ["details without a code", json, '{"error": {"reason": "Error", "details": "no"}}', undefined, "no"],
    ["half a document", json, '{"error": "Err', undefined, undefined],
    ["JSON said to be text", text, '{"error": "ErrLoginFailed"}', "ErrLoginFailed", undefined],
    ["HTML said to be text", text, "  <html>no</html>", undefined, undefined],
    ["text said to be JSON", json, "record not found\n", undefined, "record not found"],
    ["text of several lines", text, "one\r\n\ttwo\n\nthree", undefined, "one two three"],
  ])("with %s is told without making anything up", async (_, headers, body, code, detail) => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 500, headers, body });
    const error = await failure(stage.withSession.account(), ApiError);
    expect({ ...error }).toMatchObject({ status: 500 });
    expect([error.code, error.detail]).toEqual([code, detail]);
    expect(error.message).not.toMatch(/undefined|\[object|</);
  });

  test("at great length is told in short", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", {
      kind: "status",
      status: 500,
      headers: text,
      body: "na ".repeat(100_000),
    });
    const error = await failure(stage.withSession.account(), ApiError);
    expect(error.detail).toStartWith("na na");
    expect(error.message.length).toBeLessThan(400);
  });

  test.each([
    ["120", 120],
    ["0", 0],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3600],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["999999999999999999999999", 86_400],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 86_400],
    ["soon", undefined],
    ["1e9", undefined],
    ["Infinity", undefined],
    ["-5", undefined],
    ["1.5", undefined],
  ])("with `Retry-After: %s` tells how many seconds to wait", async (value, seconds) => {
    await using stage = await openStage();
    stage.portal.fault("createKey", { kind: "status", status: 429, headers: { "retry-after": value } });
    const { retryAfter, status } = await failure(stage.withSession.createKey("ci"), ApiError);
    expect(status).toBe(429);
    if (seconds === undefined) expect(retryAfter).toBeUndefined();
    else expect(Math.abs((retryAfter ?? Number.NaN) - seconds)).toBeLessThanOrEqual(5);
  });

  test("of 4xx or 5xx is an ApiError whatever the number", async () => {
    await using stage = await openStage();
    for (const status of [400, 403, 404, 405, 409, 410, 418, 422, 451, 499, 500, 501, 505, 520, 599]) {
      stage.portal.clearFaults();
      stage.portal.fault("any", { kind: "status", status });
      expect((await failure(stage.withSession.account(), ApiError)).status).toBe(status);
      expect((await failure(stage.withSession.createKey("ci"), ApiError)).status).toBe(status);
    }
  });
});

describe("where no answer comes", () => {
  const once = { email: EMAIL, password: NEW_PASSWORD };

  test("a refused connection is a NetworkError that names the endpoint and the reason", async () => {
    const stage = await openStage();
    const client = stage.client();
    await stage[Symbol.asyncDispose]();
    const error = await failure(client.login(once), NetworkError);
    expect(error).toMatchObject({ operation: "login", endpoint: client.endpoint, reason: "ECONNREFUSED" });
    expect(error.message).toBe(`could not reach ${client.endpoint}: ECONNREFUSED`);
  });

  test.each(["resetBefore", "resetAfter", "resetBody"] as const)(
    "a connection that drops (%s) is one too",
    async (kind) => {
      await using stage = await openStage();
      stage.portal.fault("createKey", { kind });
      const error = await failure(stage.withSession.createKey("ci"), NetworkError);
      expect(error).toMatchObject({ operation: "createKey", reason: "ECONNRESET" });
    },
  );

  const coded = (code: string, more = {}) => Object.assign(new Error("x"), { code, ...more });
  const inFetch = (cause: Error) => new TypeError("fetch failed", { cause });
  const onDeno = (said: string) => new TypeError(`error sending request${said}`);
  test.each([
    [coded("ConnectionRefused"), "connect", "ECONNREFUSED"],
    [inFetch(coded("ENOTFOUND")), "dns", "ENOTFOUND"],
    [inFetch(coded("EAI_AGAIN")), "dns", "ENOTFOUND"],
    [inFetch(coded("UND_ERR_SOCKET")), "exchange", "ECONNRESET"],
    [inFetch(coded("UND_ERR_CONNECT_TIMEOUT")), "connect", "UND_ERR_CONNECT_TIMEOUT"],
    [inFetch(new AggregateError([coded("ETIMEDOUT")])), "exchange", "ETIMEDOUT"],
    [inFetch(new AggregateError([coded("ETIMEDOUT", { syscall: "connect" })])), "connect", "ETIMEDOUT"],
    [inFetch(coded("EHOSTUNREACH", { syscall: "connect" })), "connect", "EHOSTUNREACH"],
    [inFetch(coded("EHOSTUNREACH", { syscall: "read" })), "exchange", "EHOSTUNREACH"],
    [inFetch(coded("ENETUNREACH", { syscall: "write" })), "exchange", "ENETUNREACH"],
    [inFetch(coded("EPIPE", { syscall: "write" })), "exchange", "EPIPE"],
    [inFetch(coded("CERT_HAS_EXPIRED")), "tls", "CERT_HAS_EXPIRED"],
    [onDeno(": tcp connect error: Connection refused (os error 111)"), "connect", "ECONNREFUSED"],
    [onDeno(": invalid peer certificate: UnknownIssuer"), "tls", "CERT_INVALID"],
    [onDeno(": invalid peer certificate: Expired"), "tls", "CERT_HAS_EXPIRED"],
    [onDeno(": dns error: failed to lookup address information"), "dns", "ENOTFOUND"],
    [
      onDeno(" for url (https://dns-error.proxy.example/): client error (Connect): tls handshake eof"),
      "connect",
      "ECONNRESET",
    ],
    [
      onDeno(" for url (https://connection-refused.example/): client error (Connect): never seen"),
      "connect",
      "the connection failed",
    ],
    [inFetch(new Error("bad port")), "connect", "ERR_UNSAFE_PORT"],
    [new TypeError("Fetch failed: Requests to port 10080 are blocked"), "connect", "ERR_UNSAFE_PORT"],
    [runInNewContext("new TypeError('x', { cause: { code: 'ENOTFOUND' } })"), "dns", "ENOTFOUND"],
    [runInNewContext("new AggregateError([{ code: 'ECONNREFUSED' }])"), "connect", "ECONNREFUSED"],
    [new Error("something never seen"), "exchange", "the connection failed"],
    [{ said: "not even an error" }, "exchange", "the connection failed"],
    ["not even an error", "exchange", "the connection failed"],
  ])("stage and reason are found in what each runtime throws (%#)", async (thrown, stage, reason) => {
    const client = new Pinner({ fetch: () => Promise.reject(thrown), token: "none" });
    expect(await failure(client.login(once), NetworkError)).toMatchObject({ stage, reason });
  });

  test("the name of the service says nothing of the failure, and what `fetch` threw is the cause", async () => {
    const thrown = new Error("never seen");
    const client = new Pinner({
      baseEndpoint: "dns.error.bad.reset.example",
      fetch: () => Promise.reject(thrown),
      token: "none",
    });
    const error = await failure(client.login(once), NetworkError);
    expect(error).toMatchObject({ stage: "exchange", reason: "the connection failed" });
    expect(error.cause).toBe(thrown);
  });

  test("what breaks off after the header of an answer is the exchange, whatever it is called", async () => {
    const pull = (controller: ReadableStreamDefaultController) => controller.error(coded("ERR_SSL_BAD_MAC"));
    const client = new Pinner({
      fetch: async () => new Response(new ReadableStream({ pull })),
      token: "none",
    });
    const error = await failure(client.login(once), NetworkError);
    expect(error).toMatchObject({ stage: "exchange", reason: "ERR_SSL_BAD_MAC" });
  });

  test.each([
    ["ENOTFOUND", 3],
    ["ECONNREFUSED", 3],
    ["ERR_PROXY_TUNNEL", 3],
    ["ECONNRESET", 3],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", 1],
    ["EPROTO", 1],
  ])("after %s, a call that does no harm twice is sent %p times in all", async (code, times) => {
    let sent = 0;
    const fetch = () => {
      sent++;
      return Promise.reject(coded(code));
    };
    await failure(new Pinner({ fetch, token: "none" }).session(), NetworkError);
    expect(sent).toBe(times);
  });
});

test("each class of error has a guard that knows it, and no other", () => {
  const answer = { operation: "login", method: "POST", path: "/" } as const;
  const guarded: [Error, (error: unknown) => boolean][] = [
    [new ApiError(answer, { status: 400 }), isApiError],
    [new BadResponseError(answer, 200, "it is odd"), isBadResponseError],
    [new InsecureEndpointError("http"), isInsecureEndpointError],
    [new InvalidEndpointError("none"), isInvalidEndpointError],
    [
      new NetworkError("login", "https://account.pinner.xyz", { stage: "exchange", reason: "ECONNRESET" }),
      isNetworkError,
    ],
    [new RequestTimeoutError("login", "https://account.pinner.xyz", 30_000), isRequestTimeoutError],
    [new TokenError("missing"), isTokenError],
  ];
  for (const [error, guard] of guarded) {
    expect(guarded.filter(([, other]) => other(error))).toEqual([[error, guard]]);
    expect(isPinnerError(error)).toBe(true);
    expect(error.name).toBe(error.constructor.name);
  }
  expect(isPinnerError(new Error("another"))).toBe(false);
});

test("megabytes of a text that might be a sentence take no time", async () => {
  const fetch = async () => new Response(`A${" a".repeat(1_000_000)}`, { status: 500 });
  const error = await failure(new Pinner({ fetch, token: "none", maxRetries: 0 }).session(), ApiError);
  expect(error.detail).toEndWith(" a a …");
}, 5000);

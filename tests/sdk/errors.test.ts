import { describe, expect, test } from "bun:test";
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
    ["text", { code: undefined, detail: `${message}: invalid login`, plainText: false }],
    ["code", { code: "ErrInvalidLogin", detail: message, plainText: false }],
    ["framework", { code: undefined, detail: "Unauthorized", plainText: false }],
    ["plain", { code: undefined, detail: message, plainText: true }],
    ["page", { code: undefined, detail: undefined, plainText: false }],
  ] as const)("in shape %p is an ApiError that tells it", async (errorShape, expected) => {
    await using stage = await openStage({ errorShape });
    const error = await failure(stage.client().login({ email: EMAIL, password: NEW_PASSWORD }), ApiError);
    expect(error).toMatchObject({ ...expected, name: "ApiError", operation: "login", status: 401 });
    const said = expected.detail ? `: ${expected.detail}` : "";
    expect(error.message).toBe(`POST /api/auth/login answered 401${said}`);
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
    ["soon", undefined],
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

  test.each([
    [Object.assign(new Error("x"), { code: "ConnectionRefused" }), "ECONNREFUSED"],
    [
      new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }) }),
      "ENOTFOUND",
    ],
    [
      new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "UND_ERR_SOCKET" }) }),
      "ECONNRESET",
    ],
    [
      new TypeError("x", {
        cause: new AggregateError([Object.assign(new Error("y"), { code: "ETIMEDOUT" })]),
      }),
      "ETIMEDOUT",
    ],
    [
      new TypeError("error sending request: tcp connect error: Connection refused (os error 111)"),
      "ECONNREFUSED",
    ],
    [new TypeError("error sending request: invalid peer certificate: UnknownIssuer"), "CERT_INVALID"],
    [new TypeError("error sending request: dns error: failed to lookup address information"), "ENOTFOUND"],
    [new Error("something never seen"), "the connection failed"],
    ["not even an error", "the connection failed"],
  ])("the reason is found in what each runtime throws (%#)", async (thrown, reason) => {
    const client = new Pinner({ fetch: () => Promise.reject(thrown), token: "none" });
    expect((await failure(client.login(once), NetworkError)).reason).toBe(reason);
  });
});

test("each class of error has a guard that knows it, and no other", () => {
  const answer = { operation: "login", method: "POST", path: "/" } as const;
  const guarded: [Error, (error: unknown) => boolean][] = [
    [new ApiError(answer, { status: 400 }), isApiError],
    [new BadResponseError(answer, 200, "it is odd"), isBadResponseError],
    [new InsecureEndpointError("http"), isInsecureEndpointError],
    [new InvalidEndpointError("none"), isInvalidEndpointError],
    [new NetworkError("login", "https://account.pinner.xyz", "ECONNRESET"), isNetworkError],
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

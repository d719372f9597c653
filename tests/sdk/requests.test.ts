import { describe, expect, test } from "bun:test";
import { ApiError, NetworkError, PinnerError } from "../../src/index.ts";
import type { Fault } from "../../src/testing/portal.ts";
import {
  type Callable,
  count,
  EMAIL,
  everyCall,
  failure,
  NEW_PASSWORD,
  openStage,
  operations,
  PASSWORD,
  safe,
} from "./support.ts";

const sentOnce = operations.filter((operation) => !safe.includes(operation));
const passing: [string, Fault][] = [
  ["a reset before the answer", { kind: "resetBefore" }],
  ["a reset in mid-body", { kind: "resetBody" }],
  ["429 with Retry-After", { kind: "status", status: 429, headers: { "retry-after": "0" } }],
  ["429 without Retry-After", { kind: "status", status: 429 }],
  ["408", { kind: "status", status: 408 }],
  ["425", { kind: "status", status: 425 }],
  ["502", { kind: "status", status: 502 }],
  ["503", { kind: "status", status: 503, body: "<html>busy</html>" }],
  ["504", { kind: "status", status: 504 }],
];

describe.concurrent("a call that does no harm twice", () => {
  test.each(passing)("is repeated after %s", async (_, fault) => {
    // A logout or deletion that was done, and whose answer broke off, is refused the second time.
    const repeatable =
      fault.kind === "resetBody" ? safe.filter((name) => !/logout|deleteKey/.test(name)) : safe;
    await Promise.all(
      repeatable.map(async (operation) => {
        await using stage = await openStage();
        stage.portal.fault(operation, fault, 1);
        await everyCall[operation](stage);
        expect(stage.portal.steps()).toEqual([operation, operation]);
      }),
    );
  });

  test("is tried three times and no more, and then tells the last failure", async () => {
    await Promise.all(
      safe.flatMap((operation) =>
        [503, 429].map(async (status) => {
          await using stage = await openStage();
          stage.portal.fault(operation, { kind: "status", status: 502 }, 2);
          stage.portal.fault(operation, { kind: "status", status });
          const error = await failure(everyCall[operation](stage), ApiError);
          expect(error).toMatchObject({ operation, status });
          expect(count(stage.portal, operation)).toBe(3);
        }),
      ),
    );
  });

  test.each([0, 1, 3])("is tried again %d times where that is what `maxRetries` says", async (maxRetries) => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 429, headers: { "retry-after": "0" } });
    await failure(stage.client({ token: stage.loginToken, maxRetries }).account(), ApiError);
    expect(count(stage.portal, "account")).toBe(1 + maxRetries);
  });

  test("waits longer before each attempt", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "resetBefore" });
    await failure(stage.withSession.account(), NetworkError);
    const [first = 0, second = 0, third = 0, ...more] = stage.portal.requests.map(
      ({ startedAt }) => startedAt,
    );
    expect(more).toBeEmpty();
    expect(second - first).toBeWithin(200, 3000);
    expect(third - second).toBeWithin(430, 3000);
  });

  test("waits as long as `Retry-After` asks", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 429, headers: { "retry-after": "1" } }, 1);
    await stage.withSession.account();
    const [first, second] = stage.portal.requests;
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeWithin(990, 3000);
  });

  test("does not wait where `Retry-After` asks for minutes, but tells", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 503, headers: { "retry-after": "120" } });
    const error = await failure(stage.withSession.account(), ApiError);
    expect(error).toMatchObject({ status: 503, retryAfter: 120 });
    expect(count(stage.portal, "account")).toBe(1);
  });

  test.each([400, 401, 403, 404, 409, 422, 500, 501])("is not repeated after %p", async (status) => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status });
    expect((await failure(stage.withSession.account(), ApiError)).status).toBe(status);
    expect(count(stage.portal, "account")).toBe(1);
  });

  test.each([
    ["garbage", { kind: "garbage" }],
    ["a page of HTML", { kind: "html" }],
    ["a redirect", { kind: "redirect", location: "/" }],
    ["a huge body", { kind: "huge" }],
  ] as [string, Fault][])("is not repeated after %s", async (_, fault) => {
    await using stage = await openStage();
    stage.portal.fault("account", fault);
    await failure(stage.withSession.account(), PinnerError);
    expect(count(stage.portal, "account")).toBe(1);
  });
});

describe("a call that creates or changes something", () => {
  test.each([...passing, ["a reset after acting", { kind: "resetAfter" }] as [string, Fault]])(
    "is sent once, and fails, after %s",
    async (_, fault) => {
      // A body that breaks off after a 302 or 204, which have none, is no failure.
      const bodiless: Callable[] = ["login", "otpValidate"];
      const calls =
        fault.kind === "resetBody" ? sentOnce.filter((name) => !bodiless.includes(name)) : sentOnce;
      await Promise.all(
        calls.map(async (operation) => {
          await using stage = await openStage();
          stage.portal.fault(operation, fault);
          const error = await failure(everyCall[operation](stage), PinnerError);
          expect(error).toMatchObject({ operation });
          expect(stage.portal.steps()).toEqual([operation]);
        }),
      );
    },
  );

  test("is sent once also over a connection that was good before", async () => {
    await using stage = await openStage();
    for (let round = 1; round <= 5; round++) {
      await stage.withSession.account();
      stage.portal.fault("createKey", { kind: "resetAfter" }, 1);
      await failure(stage.withSession.createKey("ci"), NetworkError);
      expect(count(stage.portal, "createKey")).toBe(round);
      expect(stage.portal.liveKeys(EMAIL)).toHaveLength(1 + round);
    }
  });
});

test("every call is one request, with no secret in its address", async () => {
  for (const operation of operations) {
    await using stage = await openStage();
    await everyCall[operation](stage);
    const [request, ...more] = stage.portal.requests;
    expect(more).toBeEmpty();
    expect(request?.step).toBe(operation);
    expect(request?.headers["accept"]).toBe("application/json");
    expect(request?.headers["accept-encoding"]).toBe("identity");
    const address = decodeURIComponent(JSON.stringify([request?.path, request?.query]));
    for (const secret of [PASSWORD, NEW_PASSWORD, "eyJ", EMAIL, "reset1", "abc123"]) {
      expect(address).not.toContain(secret);
    }
  }
});

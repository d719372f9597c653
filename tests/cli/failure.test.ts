import { describe, expect, test } from "bun:test";
import { explain } from "../../src/cli/explain.ts";
import { Cancelled, exits, Failure, UsageError } from "../../src/cli/failure.ts";
import { ApiError, NetworkError } from "../../src/sdk/errors.ts";

const answer = (status: number) =>
  new ApiError({ operation: "account", method: "GET", path: "/api/account" }, { status });

describe("an error", () => {
  test("names a code of the table, which has its exit code", () => {
    // @ts-expect-error: there is no such code
    const unknown: string = new Failure("not_fuond", "gone").code;
    // @ts-expect-error: what the service refuses is no wrong usage
    const misplaced: string = new UsageError("gone", "refused").code;
    expect([unknown, misplaced].filter((code) => code in exits)).toEqual(["refused"]);
  });

  test.each([
    ["usage", 2, new UsageError("x")],
    ["input_missing", 2, new UsageError("x", "input_missing")],
    ["in_use", 1, new Failure("in_use", "x")],
    ["cancelled", 130, new Cancelled()],
    ["token_refused", 4, answer(401)],
    ["not_found", 1, answer(404)],
    ["rate_limited", 3, answer(429)],
    ["server_error", 3, answer(503)],
    [
      "unreachable",
      3,
      new NetworkError("account", "https://x", { stage: "connect", reason: "ECONNREFUSED" }),
    ],
    ["internal", 1, new Error("x")],
    ["internal", 1, "x"],
  ] as const)("is explained as %s, exit %i", (code, exit, error) => {
    expect(explain(error).code).toBe(code);
    expect(exits[code]).toBe(exit);
  });

  test("of a failure that another caused has that one's status", () => {
    expect(explain(new Failure("refused", "x", "y", { cause: answer(403) }))).toEqual({
      code: "refused",
      message: "x",
      hint: "y",
      status: 403,
    });
  });
});

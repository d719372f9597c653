import { describe, expect, test } from "bun:test";
import { BadResponseError, type Operation } from "../../src/index.ts";
import { createPortal } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { everyCall, everythingIn, failure, openStage, operations } from "./support.ts";

const unfollowed: [Operation, number][] = operations.flatMap((operation) =>
  [301, 302, 303, 307, 308].map((status): [Operation, number] => [operation, status]),
);

describe("a redirect to another host", () => {
  test.each(unfollowed)("of %s with %p is an error, and nothing goes there", async (operation, status) => {
    await using stage = await openStage();
    const elsewhere = createPortal();
    const other = await servePortal(elsewhere);
    try {
      stage.portal.fault(operation, { kind: "redirect", location: `${other.url}/api/auth/ping`, status });
      const error = await failure(everyCall[operation](stage), BadResponseError);
      expect(error).toMatchObject({ operation, status });
      expect(stage.portal.steps()).toEqual([operation]);
      expect(other.connections()).toBe(0);
    } finally {
      await other.close();
    }
  });

  test.each(["login", "otpValidate"] as const)(
    "of %s that carries a token gives the token, and nothing goes there",
    async (operation) => {
      await using stage = await openStage();
      const elsewhere = createPortal();
      const other = await servePortal(elsewhere);
      try {
        const location = `${other.url}/api/auth/complete?auth_token=the-session`;
        stage.portal.fault(operation, { kind: "redirect", location });
        expect(JSON.stringify(await everyCall[operation](stage))).toContain("the-session");
        expect(stage.portal.steps()).toEqual([operation]);
        expect(other.connections()).toBe(0);
      } finally {
        await other.close();
      }
    },
  );

  test("does not have its address, which may hold a token, in the error", async () => {
    await using stage = await openStage();
    const location = "https://elsewhere.example/?auth_token=the-session";
    stage.portal.fault("any", { kind: "redirect", location, status: 307 });
    for (const operation of operations) {
      const error = await failure(everyCall[operation](stage), BadResponseError);
      expect(everythingIn(error)).not.toContain("the-session");
    }
  });
});

test("a redirect to the service itself is not followed either", async () => {
  await using stage = await openStage();
  stage.portal.fault("account", { kind: "redirect", location: "/api/auth/ping", status: 307 });
  await failure(stage.withSession.account(), BadResponseError);
  expect(stage.portal.steps()).toEqual(["account"]);
});

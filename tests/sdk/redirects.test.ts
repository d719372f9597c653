import { describe, expect, test } from "bun:test";
import { BadResponseError, Pinner } from "../../src/index.ts";
import { callOf } from "../../src/sdk/operations.ts";
import { tokenFromRedirect } from "../../src/sdk/redirect.ts";
import { createPortal } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { type Callable, everyCall, everythingIn, failure, openStage, operations } from "./support.ts";

const unfollowed: [Callable, number][] = operations.flatMap((operation) =>
  [301, 302, 303, 307, 308].map((status): [Callable, number] => [operation, status]),
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

const gone = [
  "auth_token=old; Max-Age=0",
  "auth_token=old; path=/; max-age = -1",
  "auth_token=; Path=/",
  'auth_token=""',
];
const LOCATION = "https://pinner.test/api/auth/complete?auth_token=ours";

describe("of several cookies of a redirect", () => {
  test.each([
    ...gone.map((cookie): [string[], string | undefined, string] => [
      [cookie, "auth_token=ours"],
      LOCATION,
      "ours",
    ]),
    ...gone.map((cookie): [string[], string | undefined, string] => [
      [cookie, "auth_token=ours"],
      undefined,
      "ours",
    ]),
    ...gone.map((cookie): [string[], string | undefined, string] => [
      ["auth_token=ours", cookie],
      "/done",
      "ours",
    ]),
    [gone, LOCATION, "ours"],
    [["auth_token=ipfs; Domain=ipfs.pinner.test", "auth_token=ours"], LOCATION, "ours"],
    [["auth_token=ours", "auth_token=ipfs; Domain=ipfs.pinner.test"], LOCATION, "ours"],
    [['auth_token="ours"; Max-Age=86400', "auth_token=ipfs"], LOCATION, "ours"],
    [["auth_token=ipfs", "auth_token=ours; Max-Age=0"], LOCATION, "ipfs"],
    [["other=x; Max-Age=0", "xauth_token=y", "auth_token=ours"], undefined, "ours"],
  ])("%j with Location %p the right one counts", async (cookies, location, token) => {
    const headers = new Headers(location ? { location } : {});
    for (const cookie of cookies) headers.append("set-cookie", cookie);
    const client = new Pinner({
      token: "none",
      fetch: async () => new Response(null, { status: 302, headers }),
    });
    expect(await client.login({ email: "a@b.c", password: "12345678" })).toEqual({
      status: "authenticated",
      token,
    });
  });

  test("a runtime without `getSetCookie`, which joins them by commas, gives the right one too", async () => {
    const headers = new Headers();
    headers.append("set-cookie", "other=x; Expires=Wed, 01 Jan 2031 00:00:00 GMT");
    headers.append("set-cookie", "auth_token=ours; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/");
    // Bun leaves cookies out of `get`; older runtimes do not.
    const joined = headers.getSetCookie().join(", ");
    Object.assign(headers, {
      getSetCookie: undefined,
      get: (name: string) => (name === "set-cookie" ? joined : null),
    });
    const answer = { status: 302, headers, text: "" };
    expect(tokenFromRedirect(callOf("login"), answer, "https://account.pinner.xyz")).toBe("ours");
  });

  test("a browser, which hides the redirect, is told of as that", async () => {
    const hidden = Object.defineProperties(new Response(null), {
      type: { value: "opaqueredirect" },
      status: { value: 0 },
    });
    const client = new Pinner({ token: "none", fetch: async () => hidden });
    const error = await failure(client.login({ email: "a@b.c", password: "12345678" }), BadResponseError);
    expect(error.problem).toContain("browsers hide");
  });

  test.each(gone)("one that is removed, %j, is none", async (cookie) => {
    const headers = { "set-cookie": cookie };
    const client = new Pinner({
      token: "none",
      fetch: async () => new Response(null, { status: 302, headers }),
    });
    await failure(client.login({ email: "a@b.c", password: "12345678" }), BadResponseError);
  });
});

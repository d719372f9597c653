import { expect, test } from "bun:test";
import { operations } from "../../src/sdk/operations.ts";
import { openapi } from "../../src/testing/openapi.ts";
import { createPortal } from "../../src/testing/portal.ts";
import { checkAnswers, problemsOf } from "../../tooling/openapi.ts";

test("every operation of the library is described", () => {
  for (const { method, path } of Object.values(operations))
    expect(openapi.paths[path]?.[method.toLowerCase()], `${method} ${path}`).toBeDefined();
});

const account = { id: 1, email: "a@b", first_name: "", last_name: "", verified: true, otp: false };
const refused = { error: { reason: "InvalidLogin", details: "no" } };

test.each<[string, string, string, Response, boolean]>([
  ["an account", "GET", "/api/account", Response.json(account), true],
  ["an account without its id", "GET", "/api/account", Response.json({ ...account, id: undefined }), false],
  ["a number for a truth", "GET", "/api/account", Response.json({ ...account, otp: 1 }), false],
  ["no body where one is due", "GET", "/api/account", new Response(null), false],
  ["a body where none is due", "POST", "/api/auth/logout", Response.json({}), false],
  ["another status", "POST", "/api/auth/logout", new Response(null, { status: 418 }), false],
  ["a refusal", "POST", "/api/auth/key", Response.json(refused, { status: 401 }), true],
  ["a refusal of no shape", "POST", "/api/auth/key", Response.json({ error: {} }, { status: 401 }), false],
  ["a 422 without fields", "POST", "/api/auth/login", Response.json(refused, { status: 422 }), false],
  ["a redirect to nowhere", "POST", "/api/auth/login", new Response(null, { status: 302 }), false],
  ["keys without their counts", "GET", "/api/account/keys", Response.json({ data: [], total: 0 }), false],
  [
    "a path that is not there",
    "GET",
    "/api/nothing",
    Response.json({ message: "no" }, { status: 404 }),
    true,
  ],
  ["a path that should not be there", "GET", "/api/nothing", new Response(null), false],
])("%s is told from what is described (%s %s)", async (_, method, path, response, isDescribed) => {
  const problems = await problemsOf(new Request(`http://portal${path}`, { method }), response);
  expect(problems.length === 0).toBe(isDescribed);
});

test("an answer that is not described fails the test that got it, once", async () => {
  const portal = createPortal();
  const described = checkAnswers(portal);
  portal.onAnswer?.(new Request("http://portal/api/account"), new Response("odd"));
  await expect(described()).rejects.toThrow('GET /api/account 200: a body of type ""');
  await described();
});

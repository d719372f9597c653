import { describe, expect, test } from "bun:test";
import { EMAIL, json, open, PASSWORD } from "./open.ts";

const person = { email: "new@example.com", password: PASSWORD, first_name: "N", last_name: "N" };

describe("older portals", () => {
  test("have the end of an account elsewhere, and neither names to change nor providers", async () => {
    for (const unknownMethod of [405, 404] as const) {
      const { ask, portal } = await open({ accountRoutes: "older", unknownMethod });
      expect((await ask("DELETE", "/api/account")).status).toBe(unknownMethod);
      expect((await ask("PATCH", "/api/account", { first_name: "X" })).status).toBe(unknownMethod);
      expect((await ask("GET", "/api/account/auth/providers")).status).toBe(404);
      expect((await ask("DELETE", "/api/account/delete")).status).toBe(200);
      expect(portal.get(EMAIL).pendingDeletion).toBe(true);
    }
    const { ask } = await open();
    expect((await ask("DELETE", "/api/account/delete")).status).toBe(404);
    expect(await json(await ask("GET", "/api/account/auth/providers"))).toEqual({
      providers: ["google", "github"],
    });
  });

  test("say behind a colon why a login is refused", async () => {
    const { ask, login, portal } = await open({ errorShape: "text" });
    portal.get(EMAIL).pendingDeletion = true;
    expect(await json(await login())).toEqual({
      error: "The login credentials provided are invalid.: This account is pending deletion.",
    });
    expect(await json(await ask("POST", "/api/auth/register", { ...person, password: "short" }))).toEqual({
      error: "validation failed",
      fields: { password: ["string must contain at least 8 character(s)"] },
    });
  });

  test("exchange a key that has ended, as long as its row is there", async () => {
    const { portal, ask } = await open({ keyTtlSeconds: -1, expiredKeys: "exchanged", lastUsedAt: false });
    const { token, uuid } = await portal.createKey(EMAIL, "ci");
    expect((await ask("POST", "/api/auth/key", undefined, token)).status).toBe(200);
    const { data } = await json(await ask("GET", "/api/account/keys"));
    expect(Object(data)[0]).not.toHaveProperty("last_used_at");
    await ask("DELETE", `/api/account/keys/${uuid}`);
    expect((await ask("POST", "/api/auth/key", undefined, token)).status).toBe(401);
  });

  test("of 2024 give out keys that are opaque, and refuse a taken address with 401", async () => {
    const { ask, portal } = await open({ generation: "2024" });
    const { key, ...others } = await json(await ask("POST", "/api/account/keys", { name: "ci" }));
    expect(others).toEqual({});
    expect(String(key)).toMatch(/^[0-9a-f]{32}$/);
    expect((await ask("POST", "/api/auth/key", undefined, String(key))).status).toBe(200);
    expect(portal.liveKeys(EMAIL)).toHaveLength(1);
    const taken = await ask("POST", "/api/auth/register", { ...person, email: EMAIL });
    expect([taken.status, await json(taken)]).toEqual([
      401,
      { error: "The email is already in use.: email already exists" },
    ]);
  });
});

test("a portal that sorts by names of a list refuses `created_at`", async () => {
  const { ask } = await open({ sortable: "name" });
  const sort = async (name: string) =>
    (await ask("GET", `/api/account/keys?_sort=${name}&_order=desc`)).status;
  expect([await sort("created_at"), await sort("name"), await sort("nonsense")]).toEqual([400, 200, 400]);
});

test("a portal whose mails get lost answers a registration alike", async () => {
  const { ask, portal } = await open({ mails: "lost" });
  expect((await ask("POST", "/api/auth/register", person)).status).toBe(200);
  expect(portal.emails).toEqual([]);
});

test.each([
  [{ unverifiedLogin: "refused" }, 403],
  [{ unverifiedLogin: "accepted" }, 302],
] as const)("with %p an unverified account's login is %p", async (quirks, status) => {
  const { login, portal } = await open(quirks);
  portal.get(EMAIL).verified = false;
  expect((await login()).status).toBe(status);
});

test.each([200, 404] as const)(
  "the confirmation of nobody's address is answered with %p",
  async (verifyUnknown) => {
    const { ask } = await open({ verifyUnknown });
    const body = { email: "nobody@example.com", token: "aB3dEf" };
    expect((await ask("POST", "/api/account/verify-email", body)).status).toBe(verifyUnknown);
  },
);

test.each([404, 401, 400] as const)("a reset with a bad token is answered with %p", async (resetFailure) => {
  const { ask } = await open({ resetFailure });
  const body = { email: EMAIL, token: "aB3dEf", password: PASSWORD };
  expect((await ask("POST", "/api/account/password-reset/confirm", body)).status).toBe(resetFailure);
});

test("a token of the one kind of email is not one of the other", async () => {
  const { ask, portal } = await open();
  Object.assign(portal.get(EMAIL), { verified: false, resetToken: "reset1" });
  portal.get(EMAIL).verification = { token: "verify", expiresAt: portal.now() + 1000 };
  const verified = await ask("POST", "/api/account/verify-email", { email: EMAIL, token: "reset1" });
  const reset = { email: EMAIL, token: "verify", password: PASSWORD };
  expect(verified.status).toBe(401);
  expect((await ask("POST", "/api/account/password-reset/confirm", reset)).status).toBe(404);
});

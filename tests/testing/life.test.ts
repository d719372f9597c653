import { describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { createPortal } from "../../src/testing/portal.ts";
import { EMAIL, json, located, open, PASSWORD } from "./open.ts";

const NEW_PASSWORD = "a wholly different password";
const DAY = 24 * 3600;
const secondsOf = (token: unknown): number => {
  const { exp = 0, iat = 0 } = decodeJwt(String(token));
  return exp - iat;
};
const cookiesOf = ({ headers }: Response): string[] => headers.getSetCookie();
const tokenIn = (cookie: string): string => /^auth_token=([^;]*)/.exec(cookie)?.[1] ?? "";

describe("a login", () => {
  test("lasts a day, and longer where it is to be remembered; so does its first half", async () => {
    const { portal, ask, login } = await open();
    expect(secondsOf(located(await login()))).toBe(DAY);
    expect(secondsOf(located(await login({ remember: true })))).toBe(30 * DAY);
    await ask("POST", "/api/auth/otp/generate");
    portal.get(EMAIL).otpEnabled = true;
    for (const [remember, days] of [
      [false, 1],
      [true, 30],
    ] as const) {
      const { token } = await json(await login({ remember }));
      expect(secondsOf(token)).toBe(days * DAY);
      const code = { otp: portal.otpCode(EMAIL) };
      const session = located(await ask("POST", "/api/auth/otp/validate", code, String(token)));
      expect(secondsOf(session)).toBe(days * DAY);
    }
  });

  test("sets a cookie for each service, of which that in `Location` works", async () => {
    const { login, ask } = await open({ loginAnswer: "cookies" });
    const response = await login();
    const cookies = cookiesOf(response).filter((cookie) => tokenIn(cookie));
    const status = async (token: string) => (await ask("GET", "/api/account", undefined, token)).status;
    expect(await Promise.all(cookies.map(tokenIn).map(status))).toEqual([401, 200, 401]);
    expect(cookies.map(tokenIn).indexOf(located(response))).toBe(1);
    const issuers = cookies.map((cookie) => decodeJwt(tokenIn(cookie)).iss);
    expect(issuers).toEqual(["ipfs.pinner.xyz", "pinner.xyz", "pins.pinner.xyz"]);
  });

  test("leads to where the portal says that it is, over http and with a port too", async () => {
    const { login } = await open({ locationOrigin: "http://localhost:8080" });
    expect((await login()).headers.get("location")).toStartWith("http://localhost:8080/api/auth/complete?");
    const { login: other } = await open({ domain: "example.org" });
    const response = await other();
    expect(response.headers.get("location")).toStartWith("https://example.org/");
    expect(decodeJwt(located(response)).iss).toBe("example.org");
  });

  test("with a password that is too long to have been set is refused like any other", async () => {
    const { login } = await open();
    expect((await login({ password: PASSWORD.padEnd(73, "x") })).status).toBe(401);
  });
});

describe("a password", () => {
  test.each([
    ["7 characters", "1234567", 422],
    ["8 characters", "12345678", 200],
    ["72 bytes", "x".repeat(72), 200],
    ["73 bytes", "x".repeat(73), 500],
    ["24 emoji, which are 96 bytes", "🔑".repeat(24), 500],
  ])("of %s is set or not", async (_, password, status) => {
    const { portal, ask } = await open();
    const person = { email: "new@example.com", password, first_name: "N", last_name: "N" };
    expect((await ask("POST", "/api/auth/register", person)).status).toBe(status);
    expect(portal.find(person.email) !== undefined).toBe(status === 200);
    portal.get(EMAIL).resetToken = "aB3dEf";
    const reset = { email: EMAIL, token: "aB3dEf", password };
    expect((await ask("POST", "/api/account/password-reset/confirm", reset)).status).toBe(status);
    const change = { current_password: portal.get(EMAIL).password, new_password: password };
    expect((await ask("POST", "/api/account/update-password", change)).status).toBe(status);
  });

  test("that changes, or is reset, ends no session and no key", async () => {
    const { portal, ask, session } = await open();
    const key = await portal.createKey(EMAIL, "ci");
    const change = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    expect((await ask("POST", "/api/account/update-password", change)).status).toBe(200);
    await ask("POST", "/api/account/password-reset/request", { email: EMAIL });
    const reset = { email: EMAIL, token: portal.emails[0]?.token, password: PASSWORD };
    expect((await ask("POST", "/api/account/password-reset/confirm", reset)).status).toBe(200);
    expect((await ask("POST", "/api/account/password-reset/confirm", reset)).status).toBe(404);
    expect([await portal.isLive(session), await portal.isLive(key.token)]).toEqual([true, true]);
  });
});

test("the first who registers is the administrator, verified without an email", async () => {
  const portal = createPortal();
  const register = (email: string) => {
    const body = JSON.stringify({ email, password: PASSWORD, first_name: "A", last_name: "L" });
    const headers = { "content-type": "application/json" };
    return portal.fetch(new Request("http://portal/api/auth/register", { method: "POST", headers, body }));
  };
  expect([(await register(EMAIL)).status, (await register("b@example.com")).status]).toEqual([200, 200]);
  expect([portal.get(EMAIL).verified, portal.get("b@example.com").verified]).toEqual([true, false]);
  expect(portal.emails.map(({ to }) => to)).toEqual(["b@example.com"]);
});

test("a verification with `?login=true` logs in by cookie, once", async () => {
  const { portal, ask } = await open();
  const email = "new@example.com";
  portal.addAccount({ email, password: PASSWORD, verified: false }).verification = {
    token: "aB3dEf",
    expiresAt: portal.now() + 1000,
  };
  const verify = (token: string) => ask("POST", "/api/account/verify-email?login=true", { email, token });
  expect((await verify("Ab3DeF")).status).toBe(401);
  const sessions = cookiesOf(await verify("aB3dEf")).map(tokenIn);
  expect((await json(await ask("GET", "/api/account", undefined, sessions[1])))["email"]).toBe(email);
  expect((await verify("aB3dEf")).status).toBe(409);
});

test("a name that is blank stays as it is", async () => {
  const { portal, ask } = await open();
  expect((await ask("PATCH", "/api/account", { first_name: "Augusta", last_name: " " })).status).toBe(200);
  expect(portal.get(EMAIL)).toMatchObject({ firstName: "Augusta", lastName: "Person" });
  expect((await ask("PATCH", "/api/account", { first_name: "X" }, "nobody's")).status).toBe(401);
});

test("an account that is to be deleted lives on in its sessions alone", async () => {
  const { portal, ask, login, session } = await open();
  const key = await portal.createKey(EMAIL, "ci");
  const removed = cookiesOf(await ask("DELETE", "/api/account"));
  expect(removed).toHaveLength(3);
  for (const cookie of removed) expect(cookie).toMatch(/^auth_token=; .*; Max-Age=0$/);
  expect((await ask("DELETE", "/api/account")).status).toBe(409);
  expect((await login()).status).toBe(401);
  const exchange = await ask("POST", "/api/auth/key", undefined, key.token);
  expect([exchange.status, await json(exchange)]).toMatchObject([
    403,
    { error: { reason: "AccountPendingDeletion" } },
  ]);
  expect((await ask("GET", "/api/account")).status).toBe(200);
  expect((await ask("POST", "/api/auth/logout", undefined, "nobody's")).status).toBe(200);
  expect(await portal.isLive(session)).toBe(true);
});

test("a key tells when it was last used, and is exchanged until its end, while its row stays", async () => {
  const clock = { now: Date.now() };
  const { portal, ask } = await open({ loginTtlSeconds: 60 * DAY }, () => clock.now);
  const { token } = await portal.createKey(EMAIL, "ci");
  const row = async () => Object((await json(await ask("GET", "/api/account/keys")))["data"])[0];
  expect(await row()).not.toHaveProperty("last_used_at");
  expect((await ask("POST", "/api/auth/key", undefined, token)).status).toBe(200);
  expect((await row()).last_used_at).toBe(new Date(clock.now).toISOString());
  clock.now += 30 * DAY * 1000 + 1000;
  expect((await ask("POST", "/api/auth/key", undefined, token)).status).toBe(401);
  expect((await row()).name).toBe("ci");
});

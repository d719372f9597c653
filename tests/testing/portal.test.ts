import { describe, expect, test } from "bun:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { TOTP } from "otpauth";
import { createPortal } from "../../src/testing/portal.ts";
import { EMAIL, json, open, PASSWORD } from "./open.ts";

const TOO_SHORT = "Name: string must contain at least 1 character(s)";

describe("tokens", () => {
  test("are Ed25519 JWTs whose audience is their use, and an API key's `jti` is its UUID", async () => {
    const { portal } = await open();
    const { token, uuid } = await portal.createKey(EMAIL, "ci");
    expect(decodeProtectedHeader(token).alg).toBe("EdDSA");
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ aud: ["api"], jti: uuid, sub: "1" });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(30 * 24 * 3600);
  });

  test("of older portals have the UUID in `sub`, a bare audience and no `iat`", async () => {
    const { portal } = await open({ keyIdIn: "sub", audience: "string", issuedAt: false });
    const { token, uuid } = await portal.createKey(EMAIL, "ci");
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ aud: "api", sub: uuid });
    for (const absent of ["jti", "iat", "nbf"]) expect(claims).not.toHaveProperty(absent);
    expect(await portal.isLive(token)).toBe(true);
  });

  test("are good for their own use alone", async () => {
    const { portal, ask, session } = await open();
    const { token: key } = await portal.createKey(EMAIL, "ci");
    const otp = await portal.issue("2fa", EMAIL);
    const answers: [string, string, number[]][] = [
      ["GET", "/api/account", [200, 401, 401]],
      ["POST", "/api/auth/key", [401, 200, 401]],
      ["POST", "/api/auth/otp/validate", [401, 401, 400]],
    ];
    for (const [method, path, statuses] of answers) {
      const body = method === "POST" ? { otp: "000000" } : undefined;
      const asked = [session, key, otp].map((token) => ask(method, path, body, token));
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(statuses);
    }
  });

  test("that are no JWT as they stand are refused, although no signature of an API key is looked at", async () => {
    const { portal, ask } = await open();
    const { token } = await portal.createKey(EMAIL, "ci");
    for (const spoilt of [`x${token}`, `"${token}"`, `PINNER_AUTH_TOKEN=${token}`])
      expect((await ask("POST", "/api/auth/key", undefined, spoilt)).status).toBe(401);
    expect((await ask("POST", "/api/auth/key", undefined, `${token}x`)).status).toBe(200);
  });

  test("with a signature of somebody else, or past their time, are refused", async () => {
    let now = Date.now();
    const { ask, session } = await open({ loginTtlSeconds: 60 }, () => now);
    const other = createPortal();
    other.addAccount({ email: EMAIL, password: PASSWORD });
    expect((await ask("GET", "/api/account", undefined, await other.issue("login", EMAIL))).status).toBe(401);
    expect((await ask("GET", "/api/account", undefined, session)).status).toBe(200);
    now += 61_000;
    expect((await ask("GET", "/api/account", undefined, session)).status).toBe(401);
  });

  test("of a deleted key are exchanged no more, and those of sessions live on after a logout", async () => {
    const { portal, ask, session } = await open();
    const key = await portal.createKey(EMAIL, "ci");
    await ask("DELETE", `/api/account/keys/${key.uuid}`);
    expect(await portal.isLive(key.token)).toBe(false);
    await ask("POST", "/api/auth/logout");
    expect(await portal.isLive(session)).toBe(true);
  });
});

describe("login", () => {
  test.each([
    ["location", 302, true, false],
    ["cookie", 302, false, true],
    ["both", 302, true, true],
    ["cookies", 302, true, true],
    ["json", 200, false, false],
  ] as const)("answers as %s", async (loginAnswer, status, inLocation, inCookie) => {
    const { login } = await open({ loginAnswer });
    const response = await login();
    expect(response.status).toBe(status);
    expect(response.headers.get("location")?.includes("?auth_token=ey") ?? false).toBe(inLocation);
    expect(response.headers.getSetCookie().some((cookie) => cookie.startsWith("auth_token=ey"))).toBe(
      inCookie,
    );
    if (status === 200) expect(await json(response)).toMatchObject({ otp: false });
  });

  test("asks for a code where 2FA is on, and takes that of one step either way", async () => {
    const { portal, login, ask } = await open();
    const account = portal.get(EMAIL);
    const secret = String((await json(await ask("POST", "/api/auth/otp/generate")))["otp"]);
    expect(new TOTP({ secret }).generate({ timestamp: portal.now() })).toBe(portal.otpCode(EMAIL));
    expect((await ask("POST", "/api/auth/otp/verify", { otp: portal.otpCode(EMAIL) })).status).toBe(204);
    expect(account.otpEnabled).toBe(true);
    const { token, otp } = await json(await login());
    expect(otp).toBe(true);
    const statuses: number[] = [];
    for (const step of [-3, -1, 0, 1, 3]) {
      const code = { otp: portal.otpCode(EMAIL, step) };
      statuses.push((await ask("POST", "/api/auth/otp/validate", code, String(token))).status);
    }
    expect(statuses).toEqual([400, 302, 302, 302, 400]);
  });

  test("a new secret replaces the old at once, though 2FA is on", async () => {
    const { portal, ask } = await open();
    await ask("POST", "/api/auth/otp/generate");
    const code = portal.otpCode(EMAIL);
    portal.get(EMAIL).otpEnabled = true;
    await ask("POST", "/api/auth/otp/generate");
    expect((await ask("POST", "/api/auth/otp/verify", { otp: code })).status).toBe(400);
  });
});

describe("refusals", () => {
  test.each([
    [
      "reason",
      { error: { reason: "ValidationError", details: "validation failed" }, fields: { Name: TOO_SHORT } },
    ],
    ["text", { error: "validation failed", fields: { name: [TOO_SHORT.slice("Name: ".length)] } }],
    ["code", { error: "ErrValidationError", message: "validation failed", namespace: "account" }],
    ["framework", { message: "Unprocessable Entity" }],
  ] as const)("in shape %p are JSON", async (errorShape, body) => {
    const { ask } = await open({ errorShape });
    const response = await ask("POST", "/api/account/keys", { name: "" });
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual(body);
  });

  test.each(["reason", "text"] as const)("of the framework have its own shape (%p)", async (errorShape) => {
    const { ask } = await open({ errorShape });
    const answers: [string, string, number, string][] = [
      ["GET", "/api/nothing", 404, "Not Found"],
      ["PUT", "/api/account", 405, "Method Not Allowed"],
      ["GET", "/api/account", 401, "Unauthorized"],
    ];
    for (const [method, path, status, message] of answers) {
      const response = await ask(method, path, undefined, "nobody's");
      expect({ status: response.status, body: await response.json() }).toEqual({ status, body: { message } });
    }
  });

  test("in plain text and as a page", async () => {
    const text = await (await open({ errorShape: "plain" })).ask("GET", "/api/nothing");
    expect([text.headers.get("content-type"), await text.text()]).toEqual(["text/plain", "Not Found\n"]);
    const page = await (await open({ errorShape: "page" })).ask("GET", "/api/nothing");
    expect([page.headers.get("content-type"), (await page.text()).slice(0, 6)]).toEqual([
      "text/html",
      "<html>",
    ]);
  });

  test("answer a body that is no object with 400, and nothing as if its fields were empty", async () => {
    const { ask } = await open();
    for (const [body, status] of [
      [undefined, 422],
      [null, 422],
      ["text", 400],
      [{ name: 5 }, 400],
    ] as const) {
      expect((await ask("POST", "/api/account/keys", body)).status).toBe(status);
    }
  });
});

describe("keys", () => {
  const names = (length: number) => Array.from({ length }, (_, index) => `key-${index}`);

  test("come ten at a time unless asked for, and never more than a hundred", async () => {
    const { portal, ask } = await open();
    portal.addKeys(EMAIL, names(120));
    const first = await ask("GET", "/api/account/keys");
    expect(first.headers.get("x-total-count")).toBe("10");
    expect(await json(first)).toMatchObject({ data: { length: 10 }, total: 120 });
    const page = "/api/account/keys?_sort=created_at&_order=desc";
    expect(await json(await ask("GET", `${page}&_start=0&_end=100`))).toMatchObject({
      data: [{ name: "key-119" }, ...Array(99).fill({})],
    });
    expect(await json(await ask("GET", `${page}&_start=100&_end=200`))).toMatchObject({
      data: { length: 20 },
    });
    expect((await ask("GET", `${page}&_start=0&_end=101`)).status).toBe(400);
    expect((await ask("GET", `${page}&_start=x`)).status).toBe(400);
  });

  test("are searched by the parameter the portal knows, which refuses some values", async () => {
    const { portal, ask } = await open({ search: "name_contains" });
    portal.addKeys(EMAIL, ["on", "42", "laptop"]);
    expect(await json(await ask("GET", "/api/account/keys?name_contains=top"))).toMatchObject({ total: 1 });
    expect((await ask("GET", "/api/account/keys?q=top")).status).toBe(500);
    for (const value of ["on", "t", "42"]) {
      expect((await ask("GET", `/api/account/keys?name_contains=${value}`)).status).toBe(400);
    }
  });

  test("that are not there are not deleted, and no UUID is asked for by another text", async () => {
    const uuid = crypto.randomUUID();
    const { ask } = await open();
    expect((await ask("DELETE", `/api/account/keys/${uuid}`)).status).toBe(404);
    expect((await ask("DELETE", "/api/account/keys/laptop")).status).toBe(400);
    const plain = await (await open({ missingKeyDelete: 500 })).ask("DELETE", `/api/account/keys/${uuid}`);
    expect([plain.status, plain.headers.get("content-type")]).toEqual([500, "text/plain"]);
  });
});

test("an email address changes to a free one only", async () => {
  const { portal, ask } = await open();
  const other = portal.addAccount({ email: "grace@example.com", password: PASSWORD });
  const change = (email: string) => ask("POST", "/api/account/update-email", { email, password: PASSWORD });
  expect((await change("Grace@example.com")).status).toBe(409);
  expect(portal.find("grace@example.com")).toBe(other);
  expect((await change("ADA@example.com")).status).toBe(200);
  expect(portal.get(EMAIL).id).toBe(1);
});

test("a verification token is six characters, and good for an hour and one use", async () => {
  let now = Date.now();
  const { portal, ask } = await open({}, () => now);
  const email = "grace@example.com";
  const person = { email, password: PASSWORD, first_name: "Grace", last_name: "Hopper" };
  expect((await ask("POST", "/api/auth/register", person)).status).toBe(200);
  const verify = (token = "") => ask("POST", "/api/account/verify-email", { email, token });
  expect(portal.emails[0]?.token).toMatch(/^[A-Za-z0-9]{6}$/);
  now += 3600_001;
  expect((await verify(portal.emails[0]?.token)).status).toBe(401);
  await ask("POST", "/api/account/verify-email/resend", { email });
  expect((await verify(portal.emails[1]?.token)).status).toBe(200);
  expect((await verify(portal.emails[1]?.token)).status).toBe(409);
});

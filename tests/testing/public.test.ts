import { afterEach, describe, expect, test } from "bun:test";
import { ApiError, NetworkError, Pinner, type PinnerOptions, RequestTimeoutError } from "../../src/index.ts";
import * as testing from "../../src/testing/index.ts";
import { EMAIL, failure, NEW_EMAIL, NEW_PASSWORD, PASSWORD } from "../sdk/support.ts";

/** A portal as `pinner/testing` gives it, with one account, and clients of it. */
function open(options: { otp?: boolean } = {}) {
  const portal = testing.createPortal();
  portal.addAccount({ email: EMAIL, password: PASSWORD, ...options });
  const client = (more: PinnerOptions = {}) =>
    new Pinner({ token: "none", maxRetries: 0, fetch: portal.fetch, ...more });
  const withKey = async (more: PinnerOptions = {}) => {
    const { token } = await portal.createKey(EMAIL, "ci");
    return client({ token, ...more });
  };
  return { portal, client, withKey };
}
const calls = ({ requests }: testing.Portal) => requests.map(({ operation }) => operation);
const servers: { stop(force: boolean): Promise<void> }[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop(true))));

test("pinner/testing is a door of two names", () => {
  expect(Object.keys(testing).sort()).toEqual(["createPortal", "handlers"]);
  expect(Object.keys(testing.createPortal()).sort()).toEqual([
    "account",
    "addAccount",
    "advance",
    "clearFaults",
    "createKey",
    "createSession",
    "emails",
    "endSession",
    "endpoint",
    "fault",
    "fetch",
    "isLive",
    "keys",
    "now",
    "otpCode",
    "requests",
  ]);
});

describe("a portal", () => {
  test("takes a login with 2FA, and tells what it was asked", async () => {
    const { portal, client } = open({ otp: true });
    const pinner = client();
    const login = await pinner.login({ email: EMAIL, password: PASSWORD });
    if (login.status !== "otp_required") throw new Error(login.status);
    const token = await pinner.validateOtp(login.otpToken, portal.otpCode(EMAIL));
    expect(await portal.isLive(token)).toBe(true);
    expect(await pinner.withToken(token).account()).toMatchObject({ email: EMAIL, otp: true });
    expect(calls(portal)).toEqual(["login", "otpValidate", "account"]);
    expect(JSON.parse(portal.requests[0]?.body ?? "")).toMatchObject({ email: EMAIL });
    expect(portal.requests[0]).toMatchObject({ method: "POST", path: "/api/auth/login", status: 200 });
  });

  test("has keys that the client lists, uses and deletes", async () => {
    const { portal, withKey } = open();
    const pinner = await withKey();
    const { uuid } = await portal.createKey(EMAIL, "old");
    expect((await pinner.listKeys()).map(({ name }) => name)).toEqual(["old", "ci"]);
    await pinner.deleteKey(uuid);
    expect(portal.keys(EMAIL)).toEqual([expect.objectContaining({ name: "ci" })]);
    expect(portal.keys(EMAIL)[0]?.lastUsedAt).toBeString();
  });

  test("tells of an account as it is when it is asked, and lets nobody change it from outside", async () => {
    const { portal, client } = open();
    const before = portal.account(EMAIL);
    const pinner = client({ token: await portal.createSession(EMAIL) });
    await pinner.updatePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect([before.password, portal.account(EMAIL).password]).toEqual([PASSWORD, NEW_PASSWORD]);
    expect(() => portal.account(NEW_EMAIL)).toThrow(NEW_EMAIL);
    expect(() => portal.otpCode(EMAIL)).toThrow("TOTP");
  });

  test("keeps the emails that it would send", async () => {
    const { portal, client } = open();
    await client().register({ email: NEW_EMAIL, password: PASSWORD, firstName: "Grace", lastName: "Hopper" });
    expect(portal.account(NEW_EMAIL).verified).toBe(false);
    const [email] = portal.emails;
    expect(email).toMatchObject({ to: NEW_EMAIL, kind: "verify" });
    await client().verifyEmail({ email: NEW_EMAIL, token: email?.token ?? "" });
    expect(portal.account(NEW_EMAIL).verified).toBe(true);
  });

  test("has a clock of its own: a session that ended by it is renewed, a key that ended is not", async () => {
    const { portal, withKey } = open();
    const pinner = await withKey();
    await pinner.account();
    portal.advance(25 * 3600_000);
    expect(portal.now() - Date.now()).toBeGreaterThan(24 * 3600_000);
    await pinner.account();
    expect(calls(portal)).toEqual(["exchange", "account", "account", "exchange", "account"]);
    portal.advance(30 * 24 * 3600_000);
    expect((await failure(pinner.account(), ApiError)).status).toBe(401);
  });

  test("forgets a session when it is told to", async () => {
    const { portal, client } = open();
    const session = await portal.createSession(EMAIL);
    await client({ token: session }).ping();
    portal.endSession(session);
    expect((await failure(client({ token: session }).ping(), ApiError)).status).toBe(401);
  });
});

describe("faults", () => {
  test("hit the call that they are for, as often as they were told to", async () => {
    const { portal, withKey } = open();
    const pinner = await withKey();
    portal.fault("listKeys", { kind: "status", status: 503 }, 1);
    expect((await failure(pinner.listKeys(), ApiError)).status).toBe(503);
    expect(await pinner.listKeys()).toHaveLength(1);
    portal.fault("any", { kind: "status", status: 429, headers: { "retry-after": "9" } });
    expect((await failure(pinner.account(), ApiError)).retryAfter).toBe(9);
    portal.clearFaults();
    await pinner.account();
  });

  test.each(["resetBefore", "resetAfter", "resetBody"] as const)(
    "of a connection (%s) are those of a network",
    async (kind) => {
      const { portal, withKey } = open();
      const pinner = await withKey();
      await pinner.session();
      portal.fault("createKey", { kind }, 1);
      expect(await failure(pinner.createKey("new"), NetworkError)).toMatchObject({
        reason: "ECONNRESET",
        stage: "exchange",
      });
      expect(portal.keys(EMAIL)).toHaveLength(kind === "resetBefore" ? 1 : 2);
    },
  );

  test("that hang or trickle end with the client's patience, or its signal", async () => {
    const { portal, withKey } = open();
    const pinner = await withKey({ timeout: 100 });
    for (const fault of [
      { kind: "hang" },
      { kind: "trickle", ms: 50 },
      { kind: "delay", ms: 5000 },
    ] as const) {
      portal.clearFaults();
      portal.fault("exchange", fault);
      await failure(pinner.session(), RequestTimeoutError);
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await expect(portal.fetch(portal.endpoint, { signal })).rejects.toBe(reason);
      await expect(pinner.session({ signal })).rejects.toBe(reason);
    }
  });
});

test("its fetch is what a server is made of, on any host", async () => {
  const { portal } = open();
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => portal.fetch(request) });
  servers.push(server);
  const { token } = await portal.createKey(EMAIL, "ci");
  const pinner = new Pinner({ token, baseEndpoint: server.url.origin });
  expect((await pinner.account()).email).toBe(EMAIL);
});

import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { ApiError, NetworkError, Pinner, readClaims, TokenError } from "../../src/index.ts";
import { count, EMAIL, everythingIn, failure, jwt, openStage } from "./support.ts";

const HOUR_MS = 3_600_000;
/** The client and the portal share this process, and so its clock. */
const laterBy = (ms: number) => setSystemTime(new Date(Date.now() + ms));
afterEach(() => {
  setSystemTime();
});

describe("an API key", () => {
  test("is exchanged once, and the session is what calls are made with", async () => {
    await using stage = await openStage({ extraFields: true });
    await stage.withKey.ping();
    await stage.withKey.account();
    await stage.withKey.listKeys();
    expect(stage.portal.steps()).toEqual(["exchange", "ping", "account", "listKeys"]);
    const [exchange, ...others] = stage.portal.requests.map(({ headers }) => headers["authorization"]);
    expect(exchange).toBe(`Bearer ${stage.apiKey}`);
    const session = await stage.withKey.session();
    expect(readClaims(session)?.kind).toBe("session");
    expect(new Set(others)).toEqual(new Set([`Bearer ${session}`]));
  });

  test.each([
    ["older portals, which have its UUID in `sub`", { keyIdIn: "sub" }],
    ["portals that write the audience as a string", { audience: "string" }],
  ] as const)("of %s is exchanged too", async (_, quirks) => {
    await using stage = await openStage(quirks);
    await stage.withKey.ping();
    expect(stage.portal.steps()).toEqual(["exchange", "ping"]);
  });

  test("that is no JWT is exchanged too, for the service decides", async () => {
    await using stage = await openStage();
    const error = await failure(stage.client({ token: "opaque" }).ping(), ApiError);
    expect(error).toMatchObject({ operation: "exchange", status: 401 });
    expect(stage.portal.steps()).toEqual(["exchange"]);
  });

  test("is exchanged once by 50 concurrent calls", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "delay", ms: 30 });
    await Promise.all(Array.from({ length: 50 }, () => stage.withKey.ping()));
    expect(count(stage.portal, "exchange")).toBe(1);
    expect(count(stage.portal, "ping")).toBe(50);
  });

  test("is exchanged once by 50 concurrent calls also where sessions are short", async () => {
    await using stage = await openStage({ loginTtlSeconds: 20 });
    await Promise.all(Array.from({ length: 50 }, () => stage.withKey.ping()));
    expect(count(stage.portal, "exchange")).toBe(1);
  });

  test("whose exchange failed is exchanged again by the next call", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "status", status: 500 }, 1);
    const failed = await Promise.allSettled(Array.from({ length: 10 }, () => stage.withKey.ping()));
    expect(failed.map(({ status }) => status)).toEqual(Array(10).fill("rejected"));
    expect(stage.portal.steps()).toEqual(["exchange"]);
    await stage.withKey.ping();
    expect(stage.portal.steps()).toEqual(["exchange", "exchange", "ping"]);
  });

  test("whose exchange found nobody there is exchanged again by the next call", async () => {
    await using stage = await openStage();
    stage.portal.fault("exchange", { kind: "resetBefore" }, 3);
    await failure(stage.withKey.ping(), NetworkError);
    await stage.withKey.ping();
    expect(count(stage.portal, "ping")).toBe(1);
  });

  test("that was deleted is refused at its exchange", async () => {
    await using stage = await openStage();
    stage.portal.get(EMAIL).keys = [];
    const error = await failure(stage.withKey.account(), ApiError);
    expect(error).toMatchObject({ operation: "exchange", status: 401, code: "InvalidLogin" });
  });
});

describe("a session", () => {
  test("is renewed shortly before it ends, and not earlier", async () => {
    await using stage = await openStage({ loginTtlSeconds: 3600 });
    await stage.withKey.ping();
    laterBy(HOUR_MS - 60_000);
    await stage.withKey.ping();
    expect(count(stage.portal, "exchange")).toBe(1);
    laterBy(50_000);
    await stage.withKey.ping();
    expect(count(stage.portal, "exchange")).toBe(2);
    await stage.withKey.ping();
    expect(count(stage.portal, "exchange")).toBe(2);
  });

  test("that has ended is renewed once by 50 concurrent calls", async () => {
    await using stage = await openStage({ loginTtlSeconds: 3600 });
    await stage.withKey.ping();
    laterBy(2 * HOUR_MS);
    await Promise.all(Array.from({ length: 50 }, () => stage.withKey.ping()));
    expect(count(stage.portal, "exchange")).toBe(2);
  });

  test("that the service has ended is renewed within the call that it refused", async () => {
    await using stage = await openStage();
    stage.portal.endSession(await stage.withKey.session());
    expect((await stage.withKey.account()).email).toBe(EMAIL);
    expect(stage.portal.steps()).toEqual(["exchange", "account", "exchange", "account"]);
  });

  test("that the service has ended is renewed once, however many calls it refused", async () => {
    await using stage = await openStage();
    stage.portal.endSession(await stage.withKey.session());
    const accounts = await Promise.all(Array.from({ length: 5 }, () => stage.withKey.account()));
    expect(accounts.map(({ email }) => email)).toEqual(Array(5).fill(EMAIL));
    expect(count(stage.portal, "exchange")).toBe(2);
  });

  test("that is refused anew as soon as it is made is an error, not a circle", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 401 });
    expect((await failure(stage.withKey.account(), ApiError)).status).toBe(401);
    expect(stage.portal.steps()).toEqual(["exchange", "account", "exchange", "account"]);
  });

  test("that the service has ended is an error of what may do harm twice, and renewed by the next call", async () => {
    await using stage = await openStage();
    stage.portal.endSession(await stage.withKey.session());
    expect((await failure(stage.withKey.createKey("ci"), ApiError)).status).toBe(401);
    await stage.withKey.createKey("ci");
    expect(stage.portal.steps()).toEqual(["exchange", "createKey", "exchange", "createKey"]);
  });

  test("given as the token is all there is: its end is an error", async () => {
    await using stage = await openStage();
    stage.portal.endSession(stage.loginToken);
    expect((await failure(stage.withSession.account(), ApiError)).status).toBe(401);
    expect(stage.portal.steps()).toEqual(["account"]);
  });

  test("given as the token keeps the order in which the first calls were made", async () => {
    const paths: string[] = [];
    const client = new Pinner({
      token: jwt({ aud: "login" }),
      fetch: async (input) => {
        paths.push(new URL(String(input)).pathname);
        return new Response("{}", { status: 403 });
      },
    });
    await Promise.allSettled([client.account(), client.createKey("ci"), client.ping()]);
    expect(paths).toEqual(["/api/account", "/api/account/keys", "/api/auth/ping"]);
  });

  test("is left with `logout`, which revokes nothing, and the next call begins another", async () => {
    await using stage = await openStage();
    const before = await stage.withKey.session();
    await stage.withKey.logout();
    expect(await stage.portal.isLive(before)).toBe(true);
    await stage.withKey.ping();
    expect(stage.portal.steps()).toEqual(["exchange", "logout", "exchange", "ping"]);
  });

  test("given as the token is used as it is", async () => {
    await using stage = await openStage();
    expect(await stage.withSession.session()).toBe(stage.loginToken);
    await stage.withSession.ping();
    expect(stage.portal.steps()).toEqual(["ping"]);
  });
});

describe("the token of a client", () => {
  async function withEnvironment(value: string | undefined, run: () => Promise<void> | void) {
    const before = process.env["PINNER_AUTH_TOKEN"];
    if (value === undefined) delete process.env["PINNER_AUTH_TOKEN"];
    else process.env["PINNER_AUTH_TOKEN"] = value;
    try {
      await run();
    } finally {
      if (before === undefined) delete process.env["PINNER_AUTH_TOKEN"];
      else process.env["PINNER_AUTH_TOKEN"] = before;
    }
  }

  test("comes from PINNER_AUTH_TOKEN where none is given", async () => {
    await using stage = await openStage();
    await withEnvironment(stage.apiKey, async () => {
      const client = new Pinner({ baseEndpoint: stage.server.url });
      expect((await client.account()).email).toBe(EMAIL);
    });
    expect(stage.portal.requests[0]?.headers["authorization"]).toBe(`Bearer ${stage.apiKey}`);
  });

  test("is the given one even when PINNER_AUTH_TOKEN is set", async () => {
    await using stage = await openStage();
    await withEnvironment("from-the-environment", async () => {
      await new Pinner({ baseEndpoint: stage.server.url, token: stage.loginToken }).ping();
      await stage.client().withToken(stage.loginToken).ping();
    });
    expect(stage.portal.steps()).toEqual(["ping", "ping"]);
  });

  test.each([undefined, ""])("is missing where there is none, with PINNER_AUTH_TOKEN %p", async (value) => {
    await using stage = await openStage();
    await withEnvironment(value, async () => {
      const error = await failure(new Pinner({ baseEndpoint: stage.server.url }).account(), TokenError);
      expect(error.problem).toBe("missing");
      expect(error.message).toMatch(/PINNER_AUTH_TOKEN.*command line.*not used/);
    });
    expect(stage.portal.requests).toBeEmpty();
  });

  test.each(["two words", "line\nend", "smart’quote"])(
    "is refused unsent and untold if it is %p",
    async (token) => {
      await using stage = await openStage();
      const error = await failure(stage.client({ token }).ping(), TokenError);
      expect(error.problem).toBe("malformed");
      expect(everythingIn(error)).not.toContain(token);
      expect(stage.portal.requests).toBeEmpty();
    },
  );

  test("may come from a function, which is asked once for each session", async () => {
    await using stage = await openStage();
    let asked = 0;
    const client = stage.client({
      token: async () => {
        asked++;
        return stage.apiKey;
      },
    });
    await Promise.all([client.ping(), client.ping(), client.account()]);
    expect(asked).toBe(1);
    stage.portal.endSession(await client.session());
    await client.account();
    expect(asked).toBe(2);
  });

  test("of a function that gives login tokens is asked for anew when one has ended", async () => {
    await using stage = await openStage();
    const client = stage.client({ token: () => stage.portal.issue("login", EMAIL) });
    const first = await client.session();
    stage.portal.endSession(first);
    await client.account();
    expect(await client.session()).not.toBe(first);
    expect(count(stage.portal, "exchange")).toBe(0);
  });

  test("of a function that fails is that failure", async () => {
    await using stage = await openStage();
    const fault = new Error("the vault is closed");
    const client = stage.client({ token: () => Promise.reject(fault) });
    expect(await client.ping().catch((error) => error)).toBe(fault);
    expect(stage.portal.requests).toBeEmpty();
  });

  test("changes with `withToken`, and nothing else does", async () => {
    await using stage = await openStage();
    const other = stage.withKey.withToken(stage.loginToken);
    expect(other.endpoint).toBe(stage.withKey.endpoint);
    expect(await other.session()).toBe(stage.loginToken);
    expect(await stage.withKey.session()).not.toBe(stage.loginToken);
  });
});

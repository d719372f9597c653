import { afterEach, describe, expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import {
  ApiError,
  InvalidEndpointError,
  InvalidOptionError,
  isPinnerError,
  Pinner,
  type PinnerOptions,
  RequestTimeoutError,
} from "../../src/index.ts";
import { count, failure, openStage } from "./support.ts";

const variables = ["PINNER_BASE_ENDPOINT", "PINNER_SECURE"];
afterEach(() => {
  for (const name of variables) delete process.env[name];
});

describe("a nonsense option is refused at construction", () => {
  const nonsense: [string, PinnerOptions][] = [
    ["a retry count of 1.5", { maxRetries: 1.5 }],
    ["a retry count of -1", { maxRetries: -1 }],
    ["a retry count of NaN", { maxRetries: Number.NaN }],
    ["a retry count in quotes", { maxRetries: "2" as unknown as number }],
    ["a timeout of 0", { timeout: 0 }],
    ["a header with a line end", { headers: { "x-secret": "s3cret\nvalue" } }],
    ["a header without a name", { headers: { "": "value" } }],
    ["a user agent with a line end", { userAgent: "a\nb" }],
  ];
  test.each(nonsense)("%s", (_, options) => {
    const make = () => new Pinner({ token: "none", ...options });
    expect(make).toThrow(InvalidOptionError);
    expect(make).not.toThrow(/s3cret/);
  });

  test("and so it is by the one call that it is given to, unsent", async () => {
    await using stage = await openStage();
    const error = await failure(stage.withSession.account({ timeout: Number.NaN }), InvalidOptionError);
    expect(isPinnerError(error)).toBe(true);
    await failure(stage.withSession.listKeys({ maxRetries: 0.5 }), InvalidOptionError);
    expect(stage.portal.requests).toBeEmpty();
  });
});

describe("the options of one call", () => {
  test("win over those of the client, and last no longer", async () => {
    await using stage = await openStage();
    stage.portal.fault("account", { kind: "status", status: 503 }, 2);
    await failure(stage.withSession.account({ maxRetries: 0 }), ApiError);
    expect(count(stage.portal, "account")).toBe(1);
    await stage.withSession.account();
    expect(count(stage.portal, "account")).toBe(3);
  });

  test("limit the time of one call", async () => {
    await using stage = await openStage();
    stage.portal.fault("createKey", { kind: "hang" }, 1);
    const error = await failure(stage.withSession.createKey("ci", { timeout: 100 }), RequestTimeoutError);
    expect(error.timeout).toBe(100);
    await stage.withSession.createKey("ci");
  });
});

describe("the headers of a client", () => {
  test("stand in every request; what the client has to send wins", async () => {
    await using stage = await openStage();
    const headers = { "X-Trace": "abc", Authorization: "Bearer mine", ACCEPT: "text/html" };
    await stage.client({ token: stage.apiKey, headers, userAgent: "uploader/2" }).ping();
    for (const request of stage.portal.requests) {
      expect(request.headers).toMatchObject({
        "x-trace": "abc",
        "user-agent": "uploader/2",
        accept: "application/json",
      });
      expect(request.headers["authorization"]).not.toContain("mine");
    }
    expect(stage.portal.requests).toHaveLength(2);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded"])(
    "do not say that a body is %s, which is JSON",
    async (type) => {
      await using stage = await openStage();
      const pinner = stage.client({ token: stage.apiKey, headers: { "content-type": type } });
      await pinner.createKey("ci");
      expect(stage.portal.requests.at(-1)?.headers["content-type"]).toBe("application/json");
    },
  );

  test("say which library and which runtime it is", async () => {
    await using stage = await openStage();
    await stage.withSession.ping();
    const { headers } = stage.portal.requests[0] ?? {};
    expect(headers?.["user-agent"]).toBe(`pinner/${manifest.version} (Bun/${Bun.version})`);
  });
});

describe("without a base endpoint", () => {
  test("the environment says where the service is", () => {
    process.env["PINNER_BASE_ENDPOINT"] = "sandbox.example.com:81";
    expect(new Pinner().endpoint).toBe("https://account.sandbox.example.com:81");
    process.env["PINNER_SECURE"] = "no";
    expect(new Pinner().endpoint).toBe("http://account.sandbox.example.com:81");
    expect(new Pinner({ secure: true }).endpoint).toBe("https://account.sandbox.example.com:81");
  });

  test("nonsense in the environment is told by its variable", () => {
    process.env["PINNER_BASE_ENDPOINT"] = "https:/x";
    expect(() => new Pinner()).toThrow(InvalidEndpointError);
    expect(() => new Pinner()).toThrow(/PINNER_BASE_ENDPOINT/);
    process.env["PINNER_BASE_ENDPOINT"] = "example.com";
    process.env["PINNER_SECURE"] = "perhaps";
    expect(() => new Pinner()).toThrow(InvalidOptionError);
  });

  test("with one, the environment says nothing", () => {
    process.env["PINNER_BASE_ENDPOINT"] = "elsewhere.example.com";
    process.env["PINNER_SECURE"] = "no";
    expect(new Pinner({ baseEndpoint: "example.com" }).endpoint).toBe("https://account.example.com");
    expect(new Pinner({ baseEndpoint: "" }).endpoint).toBe("https://account.pinner.xyz");
  });
});

describe("a client with another token", () => {
  test("goes to the same service, whatever has become of options and environment", async () => {
    const sent: string[] = [];
    const fetch = async (input: string | URL | Request, init?: RequestInit) => {
      sent.push(`${input} ${new Headers(init?.headers).get("x-gate")}`);
      return Response.json({ token: "abc" });
    };
    const given = {
      baseEndpoint: "one.example",
      token: "none",
      fetch,
      headers: new Map([["x-gate", "pass"]]).entries(),
    };
    // Options may be an object of a class, of which a copy has nothing.
    class Options {}
    for (const name of Object.keys(given))
      Object.defineProperty(Options.prototype, name, { get: () => Reflect.get(given, name) });
    const client = new Pinner(new Options() as PinnerOptions);
    given.baseEndpoint = "two.example";
    await client.withToken("another").session();
    process.env["PINNER_BASE_ENDPOINT"] = "http://three.example";
    process.env["PINNER_SECURE"] = "false";
    const told = new Pinner({ token: "none", fetch });
    for (const name of variables) delete process.env[name];
    await told.withToken("another").session();
    expect(sent).toEqual([
      "https://account.one.example/api/auth/key pass",
      "http://account.three.example/api/auth/key null",
    ]);
  });
});

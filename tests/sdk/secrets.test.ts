import { describe, expect, test } from "bun:test";
import { type FetchFunction, Pinner, PinnerError, type RequestEvent } from "../../src/index.ts";
import type { Fault } from "../../src/testing/portal.ts";
import {
  type Callable,
  EMAIL,
  everyCall,
  everythingIn,
  failure,
  jwt,
  NEW_PASSWORD,
  openStage,
  operations,
  PASSWORD,
  type Stage,
} from "./support.ts";

/** What no error or event may show, once a call was made on a stage. */
function secretsOf({ portal, apiKey, loginToken }: Stage): string[] {
  const tokens = [
    apiKey,
    loginToken,
    ...portal.requests.map(({ headers }) => headers["authorization"] ?? ""),
  ];
  const parts = tokens.flatMap((token) => token.replace("Bearer ", "").split(".").slice(1));
  return [PASSWORD, NEW_PASSWORD, "reset1", "abc123", ...parts].filter((secret) => secret !== "");
}

function expectNoneIn(text: string, secrets: string[]): void {
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

const faults: [string, Fault, timeout: number][] = [
  ["a reset", { kind: "resetBefore" }, 5000],
  ["a reset in mid-body", { kind: "resetBody" }, 5000],
  ["silence", { kind: "hang" }, 700],
  ["401", { kind: "status", status: 401, body: '{"error": "ErrSecurityInvalidToken"}' }, 5000],
  ["500", { kind: "status", status: 500 }, 5000],
  ["a page of HTML", { kind: "html" }, 5000],
  ["a redirect", { kind: "redirect", location: "https://elsewhere.example/" }, 5000],
];

describe("no error shows a secret", () => {
  test.each(faults)(
    "after %s, whatever the call",
    async (_, fault, timeout) => {
      await Promise.all(
        operations.map(async (operation) => {
          await using stage = await openStage({}, { timeout });
          stage.portal.fault(operation, fault);
          const error = await failure(everyCall[operation](stage), PinnerError);
          expect(secretsOf(stage).length).toBeGreaterThan(4);
          expectNoneIn(everythingIn(error), secretsOf(stage));
        }),
      );
    },
    20_000,
  );

  /** A service that repeats all it was told, raw or as JSON escapes it. */
  const echo =
    (status: number, type: string, wrap: (text: string) => string): FetchFunction =>
    async (_, init) => {
      const told = `${String(init?.body ?? "")} ${new Headers(init?.headers).get("authorization")}`;
      return new Response(wrap(told), { status, headers: { "content-type": type } });
    };
  const shapes: [string, string, (text: string) => string][] = [
    ["plain text", "text/plain", (text) => text],
    ["JSON text", "application/json", (text) => JSON.stringify({ error: text })],
    ["a JSON message", "application/json", (text) => JSON.stringify({ error: "ErrOdd", message: text })],
    [
      "JSON details",
      "application/json",
      (text) => JSON.stringify({ error: { reason: "ODD", details: text } }),
    ],
    ["HTML", "text/html", (text) => `<p>${text}</p>`],
    ["half a document", "application/json", (text) => text.slice(0, -1)],
  ];
  const awkward = ['pa"ss\\word\twith/escapes', "pässwörd ☂ with more", "plain-password"];

  test.each(shapes)("though the service repeats what it was sent as %s", async (_, type, wrap) => {
    for (const status of [200, 400, 500]) {
      for (const password of awkward) {
        const token = jwt({ aud: "login", sub: password });
        const client = new Pinner({ token, fetch: echo(status, type, wrap), timeout: 1000 });
        const calls = [
          client.login({ email: EMAIL, password }),
          client.validateOtp(token, "493817"),
          client.account(),
          client.createKey("ci"),
          client.confirmPasswordReset({ email: EMAIL, token: "zq81xk", password }),
          client.updatePassword({ currentPassword: password, newPassword: `${password}2` }),
        ];
        for (const outcome of await Promise.allSettled(calls)) {
          if (outcome.status === "fulfilled") continue;
          expect(outcome.reason).toBeInstanceOf(PinnerError);
          const escaped = JSON.stringify(password).slice(1, -1);
          const [, payload = ""] = token.split(".");
          expectNoneIn(everythingIn(outcome.reason), [password, escaped, payload, "493817", "zq81xk"]);
        }
      }
    }
  });

  test("though a password looks like a code of the service", async () => {
    const password = "HUNTER_TWO";
    const fetch = async () => Response.json({ error: password, message: "no" }, { status: 400 });
    const error = await failure(
      new Pinner({ token: "none", fetch }).login({ email: EMAIL, password }),
      PinnerError,
    );
    expectNoneIn(everythingIn(error), [password]);
  });

  test("though the service puts one where something else belongs", async () => {
    await using stage = await openStage();
    const secret = "s3cret-from-the-service";
    const values: [Callable, unknown][] = [
      ["login", { token: [secret] }],
      ["login", { token: "", [secret]: secret }],
      ["exchange", { token: `${secret} ${secret}` }],
      ["createKey", { token: secret, uuid: secret, name: secret }],
      ["otpGenerate", { otp: secret }],
      ["listKeys", { data: [{ uuid: secret, name: secret, created_at: secret }], total: 1 }],
      ["ping", { ping: secret }],
    ];
    for (const [operation, value] of values) {
      stage.portal.clearFaults();
      stage.portal.fault("any", { kind: "json", value });
      const error = await failure(everyCall[operation](stage), PinnerError);
      expectNoneIn(everythingIn(error), [secret]);
    }
  });
});

describe("an event of `onRequest`", () => {
  test("shows no secret, query or body, for any call and outcome", async () => {
    const events: RequestEvent[] = [];
    const outcomes: (Fault | undefined)[] = [undefined, ...faults.map(([, fault]) => fault)];
    const secrets: string[] = [];
    await Promise.all(
      operations.flatMap((operation) =>
        outcomes.map(async (fault) => {
          const timeout = fault?.kind === "hang" ? 700 : 5000;
          await using stage = await openStage({}, { timeout, onRequest: (event) => events.push(event) });
          if (fault) stage.portal.fault(operation, fault);
          await everyCall[operation](stage).catch(() => {});
          secrets.push(...secretsOf(stage));
        }),
      ),
    );
    expect(new Set(events.map(({ operation }) => operation))).toEqual(new Set(operations));
    const text = JSON.stringify(events) + Bun.inspect(events, { depth: 20 });
    expectNoneIn(text, [...secrets, EMAIL, "?", "_start"]);
    const fields = new Set(events.flatMap((event) => Object.keys(event)));
    const allowed = ["operation", "method", "path", "status", "failure", "duration", "serverTime"];
    expect([...fields].sort()).toEqual(allowed.sort());
  }, 20_000);

  test("tells what was asked, how it went, how long it took and the time at the service", async () => {
    const events: RequestEvent[] = [];
    await using stage = await openStage(
      { clockSkewSeconds: 7200 },
      { onRequest: (event) => events.push(event) },
    );
    stage.portal.fault("account", { kind: "status", status: 503, headers: { "retry-after": "0" } }, 1);
    await stage.withSession.account();
    expect(events).toMatchObject([
      { operation: "account", method: "GET", path: "/api/account", status: 503 },
      { operation: "account", method: "GET", path: "/api/account", status: 200 },
    ]);
    for (const { duration, serverTime } of events) {
      expect(duration).toBeWithin(0, 5000);
      expect((serverTime?.getTime() ?? 0) - Date.now()).toBeWithin(7_190_000, 7_210_000);
    }
  });

  test("is one for each attempt, with the reason where no answer came", async () => {
    const events: RequestEvent[] = [];
    await using stage = await openStage({}, { onRequest: (event) => events.push(event), timeout: 700 });
    stage.portal.fault("createKey", { kind: "resetBefore" }, 1);
    stage.portal.fault("createKey", { kind: "hang" }, 1);
    await failure(stage.withSession.createKey("ci"), PinnerError);
    await failure(stage.withSession.createKey("ci"), PinnerError);
    expect(events.map(({ status, failure }) => status ?? failure)).toEqual(["ECONNRESET", "timeout"]);
  });
});

test.each([
  [
    "that holds a colon, in plain text",
    "correct horse: battery staple",
    (sent: string) => `The password ${sent} is bad`,
  ],
  ["as Go writes JSON", "Tr0ub<3&dor>x", (sent: string) => `bad body {"password":"${forGo(sent)}"}`],
])("a password %s is not repeated", async (_, password, said) => {
  const fetch = async () => new Response(said(password), { status: 401 });
  const client = new Pinner({ token: "none", fetch });
  const error = await failure(client.login({ email: EMAIL, password }), PinnerError);
  expect(everythingIn(error)).toContain("***");
  expectNoneIn(everythingIn(error), [...password.split(": "), forGo(password)]);
});

/** `encoding/json` escapes what would be markup in a page. */
const forGo = (text: string): string =>
  text.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);

import { afterAll, beforeAll, expect, test } from "bun:test";
import { createPortal } from "../../src/testing/portal.ts";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { checkAnswers } from "../../tooling/openapi.ts";
import { type Answer, answers } from "./answers.ts";
import { EMAIL, type Memory, type Sent, sent } from "./replay.ts";

/** The portal sends back what the server was recorded to answer, one request after the other over real HTTP. */
const portal = createPortal();
const described = checkAnswers(portal);
const memory: Memory = {};
let served: ServedPortal;
beforeAll(async () => {
  served = await servePortal(portal);
});
afterAll(() => served.close());

test("all recorded requests are replayed", () => expect(answers).toHaveLength(105));

for (const [request, of, expected] of answers) {
  test(`${request}${of && `, ${of}`}: ${expected.status}`, async () => {
    // The account that was recorded had 121 keys by then.
    if (of === "no parameters")
      portal.addKeys(
        EMAIL,
        Array.from({ length: 118 }, (_, index) => `bulk${index}`),
      );
    const inSession: Sent = { token: memory.session };
    const response = await ask(request, sent[request]?.[of]?.(memory, portal) ?? inSession);
    const body = await response.text();
    expect(observed(response, body)).toEqual(expected);
    remember(of, response, body);
    await described();
  });
}

function ask(request: string, { json, raw, token, cookie, uuid = "" }: Sent): Promise<Response> {
  const [method = "", path = ""] = request.split(" ");
  const body = json === undefined ? raw?.text : JSON.stringify(json);
  const headers = {
    ...(body === undefined ? {} : { "content-type": raw?.type ?? "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(cookie === undefined ? {} : { cookie }),
  };
  const url = `${served.url}${path.replace("{uuid}", uuid)}`;
  return fetch(url, { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) });
}

/** An answer in the words of the record. */
function observed({ status, headers }: Response, text: string): Answer {
  const plainText = headers.get("content-type")?.startsWith("text/plain");
  const body = text && !plainText ? JSON.parse(text) : {};
  const { error, fields, message, data, total } = body;
  const cookies = headers.getSetCookie().filter((cookie) => cookie.startsWith("auth_token="));
  const removed = cookies.filter((cookie) => /^auth_token=;.*Max-Age=0/.test(cookie));
  const domains = (of: string[]) => new Set(of.map((cookie) => /Domain=([^;]+)/.exec(cookie)?.[1])).size;
  const names = Object.keys(body).sort();
  return {
    status,
    ...(error ? { reason: error.reason } : {}),
    ...(fields ? { fields: Object.keys(fields).sort() } : {}),
    ...(message ? { message } : {}),
    ...(plainText ? { plainText } : {}),
    ...(names.length > 0 && !error && !message && !data ? { body: names } : {}),
    ...(headers.get("location")?.includes("auth_token=ey") ? { location: true } : {}),
    ...(cookies.length > removed.length ? { cookies: domains(cookies) } : {}),
    ...(removed.length > 0 ? { removedCookies: domains(removed) } : {}),
    ...(data
      ? {
          rows: data.length,
          total,
          range: headers.get("content-range") ?? "",
          count: Number(headers.get("x-total-count")),
        }
      : {}),
  };
}

/** Keeps what later requests send. */
function remember(of: string, { headers }: Response, text: string): void {
  const located = new URL(headers.get("location") ?? "none:").searchParams.get("auth_token");
  if (located) memory.session = located;
  if (of === "keep" || of === "key create") memory.key = JSON.parse(text);
  if (of === "doomed") memory.doomed = JSON.parse(text);
  if (of === "2FA") memory.otpToken = JSON.parse(text).token;
}

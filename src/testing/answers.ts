import type { Quirks, State } from "./state.ts";

/** An answer that says no; thrown by routes, turned into one of the five shapes of body. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Sent as plain text, whatever the shape of other errors. */
  readonly plain: boolean;

  constructor(status: number, code: string, message: string, plain = false) {
    super(message);
    this.status = status;
    this.code = code;
    this.plain = plain;
  }
}

export function refuse({ status, code, message, plain }: Refusal, shape: Quirks["errorShape"]): Response {
  const json = (value: unknown) => Response.json(value, { status });
  if (plain || shape === 4)
    return new Response(`${message}\n`, { status, headers: { "content-type": "text/plain" } });
  if (shape === 1) return json({ error: message });
  if (shape === 2) return json({ error: code, message, namespace: "account" });
  if (shape === 3)
    return json({ error: { reason: status === 401 ? "UNAUTHORIZED" : "BAD_REQUEST", details: message } });
  const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return new Response(page, { status, headers: { "content-type": "text/html" } });
}

/** Login and OTP validation hand out a session in one of four ways. */
export function sessionAnswer(state: State, how: Quirks["loginAnswer"], token: string): Response {
  if (how === "json") {
    return Response.json({
      token,
      ...(state.quirks.jsonOtpFlag === "false" ? { otp: false } : {}),
      ...extra(state),
    });
  }
  const headers = new Headers({ location: "https://pinner.xyz/api/auth/complete" });
  headers.append("set-cookie", "lang=en; Path=/");
  if (how !== "cookie") headers.set("location", `https://pinner.xyz/api/auth/complete?auth_token=${token}`);
  if (how !== "location") headers.append("set-cookie", `auth_token=${token}; Path=/; HttpOnly; Secure`);
  return new Response(null, { status: 302, headers });
}

/** Fields that no client knows. */
export const extra = (state: State): Record<string, unknown> =>
  state.quirks.extraFields ? { trace_id: "b1946ac9", links: { self: null }, beta: [true] } : {};

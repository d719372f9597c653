import type { Quirks } from "./quirks.ts";
import type { State } from "./state.ts";

interface RefusalOptions {
  /** The server's inner cause, which older portals add behind a colon. */
  cause?: string;
  /** What is wrong with each field, by the server's own name of it. */
  fields?: Record<string, string>;
  /** Sent as plain text, whatever the shape of other errors. */
  plain?: boolean;
  /** Sent by the web framework, before any code of the server. */
  framework?: boolean;
}

/** An answer that says no; thrown by routes, turned into one of the shapes of body. */
export class Refusal extends Error {
  readonly status: number;
  /** The server's word for what happened; `Error` when it has none. */
  readonly reason: string;
  readonly options: RefusalOptions;

  constructor(status: number, reason: string, details: string, options: RefusalOptions = {}) {
    super(details);
    this.status = status;
    this.reason = reason;
    this.options = options;
  }
}

const words: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  422: "Unprocessable Entity",
  500: "Internal Server Error",
};

/** What the web framework itself refuses: the 401 of any protected route, 404 and 405. */
export const frameworkRefusal = (status: 401 | 404 | 405): Refusal =>
  new Refusal(status, "Error", words[status] ?? "", { framework: true });

export function refuse(refusal: Refusal, shape: Quirks["errorShape"]): Response {
  const { status, reason, message, options } = refusal;
  const { cause, fields, plain, framework } = options;
  const json = (value: unknown) => Response.json(value, { status });
  if (plain || shape === "plain") {
    return new Response(`${message}\n`, { status, headers: { "content-type": "text/plain" } });
  }
  if (shape === "page") {
    const page = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
    return new Response(page, { status, headers: { "content-type": "text/html" } });
  }
  if (shape === "framework" || (framework && shape !== "code")) return json({ message: words[status] });
  if (shape === "code") return json({ error: `Err${reason}`, message, namespace: "account" });
  if (shape === "text") {
    return json({
      error: cause === undefined ? message : `${message}: ${cause}`,
      ...(fields ? { fields: olderFields(fields) } : {}),
    });
  }
  return json({ error: { reason, details: message }, ...(fields ? { fields } : {}) });
}

/** Older portals name a field as the request does, and have a list of texts for it. */
const olderFields = (fields: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [
      name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase(),
      [text.slice(text.indexOf(": ") + 2)],
    ]),
  );

/** An answer without a body. */
export const empty = (status = 200): Response => new Response(null, { status });

/** Fields that no client knows. */
export const extra = (state: State): Record<string, unknown> =>
  state.quirks.extraFields ? { trace_id: "b1946ac9", links: { self: null }, beta: [true] } : {};

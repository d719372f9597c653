import { ApiError } from "./errors.ts";
import type { Call } from "./operations.ts";
import { withoutSecrets } from "./redaction.ts";

const MAX_DETAIL_CHARACTERS = 300;
const MAX_FIELDS = 10;
/** Fields of a request that an answer must not repeat into an error. */
const SECRET_FIELDS = ["password", "current_password", "new_password", "otp", "token"];

/** The error for an answer that says no, out of the five shapes of body that portals and proxies send. */
export function readError(call: Call, answer: { status: number; headers: Headers }, body: string): ApiError {
  const isHtml = /html/i.test(answer.headers.get("content-type") ?? "") || /^\s*</.test(body);
  const json = isHtml ? undefined : parseObject(body);
  const said = json
    ? readJson(json)
    : { detail: isHtml || body.trimStart().startsWith("{") ? undefined : body };
  const code = said.code === undefined ? undefined : withoutSent(said.code, call);
  const shown = (text: string) => oneLine(withoutSent(text, call));
  // Before it is split: a password may hold a colon.
  const told = said.detail && withoutSent(said.detail, call);
  // Where there is a code, or a field, the text is the service's own, and a colon in it is one.
  const [detail, innerCause] = said.code || !told ? [told] : splitCause(told);
  return new ApiError(call, {
    status: answer.status,
    code,
    detail: detail === undefined ? undefined : oneLine(detail) || undefined,
    innerCause: innerCause === undefined ? undefined : oneLine(innerCause),
    fields: json && readFields(json, shown),
    plainText: !json && !isHtml && Boolean(detail),
    retryAfter: retryAfter(answer.headers.get("retry-after")),
  });
}

/**
 * `text for people: inner cause`, as older portals join them: the text is a sentence. The body may be megabytes of
 * anything, in which an expression would search for long.
 */
function splitCause(text: string): [detail: string, innerCause?: string] {
  const at = text.indexOf(":");
  const [detail, cause] = [text.slice(0, at), text.slice(at + 1)];
  const isSplit = /^[A-Z]/.test(detail) && detail.includes(" ") && /^ \s*\S/.test(cause);
  return isSplit ? [detail, cause] : [text];
}

/** Of a 422: `{"Password": "Password: too short"}` today, `{"password": ["too short"]}` in older portals. */
function readFields(
  { fields }: Record<string, unknown>,
  shown: (text: string) => string,
): Record<string, string> | undefined {
  if (typeof fields !== "object" || fields === null) return undefined;
  const told = Object.entries(fields)
    .slice(0, MAX_FIELDS)
    .flatMap(([name, texts]) => {
      const text = [texts]
        .flat()
        .filter((one) => typeof one === "string" && one !== "")
        .join(", ");
      if (!/^\w{1,40}$/.test(name) || !text) return [];
      return [[name, shown(text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text)]];
    });
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

function readJson(json: Record<string, unknown>): { code?: string | undefined; detail?: string | undefined } {
  const { error, message } = json;
  // `{error: {reason, details}}`
  if (typeof error === "object" && error !== null) {
    const { reason, details } = error as Record<string, unknown>;
    return { code: asReason(reason), detail: asText(details) ?? asText(reason) };
  }
  // `{error: "ErrInvalidLogin", message: "text for people"}`, and `{error: "text"}`
  return { code: asCode(error), detail: asText(message) ?? (asCode(error) ? undefined : asText(error)) };
}

const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A code is one word that looks like `ErrInvalidLogin` or `UNAUTHORIZED`; anything else is text. */
const asCode = (value: unknown): string | undefined =>
  typeof value === "string" && /^(?:Err[A-Za-z]{1,60}|[A-Z][A-Z_]{2,60})$/.test(value) ? value : undefined;

/** Beside `details` every word is a code, but `Error`: with it the service says that it has none. */
const asReason = (value: unknown): string | undefined =>
  typeof value === "string" && /^[A-Za-z][A-Za-z_]{1,60}$/.test(value) && value !== "Error"
    ? value
    : undefined;

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * MAX_DETAIL_CHARACTERS)
    .replace(/\s+/g, " ")
    .trim();
  return line.length > MAX_DETAIL_CHARACTERS ? `${line.slice(0, MAX_DETAIL_CHARACTERS)}…` : line;
}

/** Some services repeat what they refuse; what they were sent in confidence stays out of the error. */
function withoutSent(text: string, call: Call): string {
  // A token's parts too: a text that was cut off may hold the payload without the end of the signature.
  const tokens = call.token === undefined ? [] : [call.token, ...call.token.split(".")];
  const sent = [...tokens, ...SECRET_FIELDS.map((field) => call.body?.[field])];
  return withoutSecrets(
    text,
    sent.filter((secret) => typeof secret === "string"),
  );
}

/** Nobody waits longer than this; what asks for more is a mistake. */
const MAX_RETRY_AFTER_S = 24 * 3600;

/** Seconds from a `Retry-After` header: a number of them, or a date (RFC 9110, 10.2.3). At most a day. */
function retryAfter(header: string | null): number | undefined {
  const text = header?.trim() ?? "";
  // `Date.parse` would make a date of `-5` too.
  const date = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.max(0, Math.ceil((date - Date.now()) / 1000));
  return Number.isNaN(seconds) ? undefined : Math.min(seconds, MAX_RETRY_AFTER_S);
}

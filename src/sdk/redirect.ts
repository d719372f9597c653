import { BadResponseError } from "./errors.ts";
import type { Answer, Call } from "./operations.ts";
import { isHeaderSafe } from "./token.ts";

/**
 * The session's token out of the redirect that login and OTP validation answer: the cookie `auth_token`, else
 * the parameter `auth_token` of `Location`. The redirect itself is never followed, because that would send the
 * token to another host in a URL.
 * @throws {BadResponseError} for another redirect, or one without a token
 */
export function tokenFromRedirect(call: Call, answer: Answer, endpoint: string): string {
  const token = fromCookie(answer.headers) ?? fromLocation(answer.headers, endpoint);
  if (answer.status !== 302 || token === undefined || !isHeaderSafe(token)) {
    throw new BadResponseError(
      call,
      answer.status,
      "it is a redirect without a token, which is never followed",
    );
  }
  return token;
}

function fromCookie(headers: Headers): string | undefined {
  for (const cookie of headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";", 1);
    const [name, value] = splitOnce(pair, "=");
    if (name.trim() === "auth_token" && value.trim()) return value.trim().replace(/^"(.*)"$/, "$1");
  }
  return undefined;
}

function fromLocation(headers: Headers, endpoint: string): string | undefined {
  try {
    return new URL(headers.get("location") ?? "", endpoint).searchParams.get("auth_token") || undefined;
  } catch {
    return undefined;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

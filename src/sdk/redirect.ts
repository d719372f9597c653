import { BadResponseError } from "./errors.ts";
import type { Answer, Call } from "./operations.ts";
import { isHeaderSafe } from "./token.ts";

/**
 * The session's token out of the redirect that login and OTP validation answer: the cookie `auth_token`, else
 * the parameter `auth_token` of `Location`, which also tells which of several such cookies is this service's. The
 * redirect itself is never followed, because that would send the token to another host in a URL.
 * @throws {BadResponseError} for another redirect, or one without a token
 */
export function tokenFromRedirect(call: Call, answer: Answer, endpoint: string): string {
  const located = fromLocation(answer.headers, endpoint);
  const cookies = fromCookies(answer.headers);
  const token = cookies.find((cookie) => cookie === located) ?? cookies[0] ?? located;
  if (answer.status === 302 && token !== undefined && isHeaderSafe(token)) return token;
  throw new BadResponseError(
    call,
    answer.status,
    "it is a redirect without a token, which is never followed",
  );
}

const fromCookies = (headers: Headers): string[] =>
  setCookies(headers).flatMap((cookie) => {
    const [, value = ""] = /^\s*auth_token\s*=([^;]*)/.exec(cookie) ?? [];
    const token = value.trim().replace(/^"(.*)"$/, "$1");
    // With this attribute a cookie is taken away.
    return !token || /;\s*max-age\s*=\s*(?:0+|-\d+)\s*(?:;|$)/i.test(cookie) ? [] : [token];
  });

/** Older runtimes have no `getSetCookie`, and join cookies by commas, which an `expires` holds as well. */
const setCookies = (headers: Headers): string[] =>
  (headers as Partial<Headers>).getSetCookie?.call(headers) ??
  (headers.get("set-cookie") ?? "").split(/,(?=\s*[^\s;,=]+=)/);

function fromLocation(headers: Headers, endpoint: string): string | undefined {
  try {
    return new URL(headers.get("location") ?? "", endpoint).searchParams.get("auth_token") || undefined;
  } catch {
    return undefined;
  }
}

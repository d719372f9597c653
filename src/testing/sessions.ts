import { empty, extra } from "./answers.ts";
import type { SessionAnswer } from "./quirks.ts";
import type { Account, State } from "./state.ts";

/** The Pinner services that a login sets a cookie for: the account service is neither the first nor the last. */
const domainsOf = (domain: string): string[] => [`ipfs.${domain}`, domain, `pins.${domain}`];

const cookie = (token: string, domain: string): string =>
  `auth_token=${token}; Path=/; Domain=${domain}; HttpOnly; Secure`;

/** One cookie for each service: the token for this one, and others of the same kind that this one refuses. */
export async function setCookies(
  state: State,
  headers: Headers,
  { account, token, use }: { account: Account; token: string; use: "login" | "2fa" },
): Promise<void> {
  const own = state.quirks.domain;
  for (const domain of domainsOf(own)) {
    const value = domain === own ? token : await state.issue(use, account.email, { iss: domain });
    headers.append("set-cookie", cookie(value, domain));
  }
}

/** Takes the cookies away again; the tokens in them go on working. */
export function withoutCookies(state: State): Response {
  const answer = empty();
  for (const domain of domainsOf(state.quirks.domain)) {
    answer.headers.append("set-cookie", `${cookie("", domain)}; Max-Age=0`);
  }
  return answer;
}

/** A session, or the token of a login's first half; with `remember` it lasts longer. */
export function newToken(
  state: State,
  use: "login" | "2fa",
  account: Account,
  remember = false,
): Promise<string> {
  const end = Math.floor(state.now() / 1000) + state.quirks.rememberTtlSeconds;
  return state.issue(use, account.email, remember ? { exp: end } : {});
}

/** Login and OTP validation hand out a session in one of these ways. */
export async function sessionAnswer(
  state: State,
  how: SessionAnswer,
  account: Account,
  remember = false,
): Promise<Response> {
  const { domain, locationOrigin, jsonOtpFlag } = state.quirks;
  const token = await newToken(state, "login", account, remember);
  if (how === "json") {
    return Response.json({ token, ...(jsonOtpFlag === "false" ? { otp: false } : {}), ...extra(state) });
  }
  const complete = `${locationOrigin || `https://${domain}`}/api/auth/complete`;
  const headers = new Headers({ location: how === "cookie" ? complete : `${complete}?auth_token=${token}` });
  if (how !== "location") headers.append("set-cookie", "lang=en; Path=/");
  if (how === "cookie" || how === "both") headers.append("set-cookie", cookie(token, domain));
  if (how === "cookies") await setCookies(state, headers, { account, token, use: "login" });
  return new Response(null, { status: 302, headers });
}

import { parse } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { TokenError } from "./errors.ts";
import { callOf } from "./operations.ts";
import { tokenFromRedirect } from "./redirect.ts";
import { loginAnswer, tokenAnswer } from "./schemas.ts";
import { isHeaderSafe } from "./token.ts";
import type { CallOptions, LoginResult } from "./types.ts";

/** The first step of a login. A session comes in a redirect, the demand for a code in a body. */
export async function login(
  caller: Caller,
  credentials: { email: string; password: string; remember: boolean },
  options: CallOptions | undefined,
): Promise<LoginResult> {
  const call = callOf("login", { body: credentials });
  const answer = await caller.send(call, options);
  if (answer.status >= 300)
    return { status: "authenticated", token: tokenFromRedirect(call, answer, caller.endpoint) };
  const { token, otp } = parse(call, answer, loginAnswer);
  return otp ? { status: "otp_required", otpToken: token } : { status: "authenticated", token };
}

/** The second step, where a code was demanded. @returns the session's token */
export async function validateOtp(
  caller: Caller,
  token: string,
  otp: string,
  options: CallOptions | undefined,
): Promise<string> {
  if (!isHeaderSafe(token)) throw new TokenError("malformed");
  const call = callOf("otpValidate", { token, body: { otp } });
  const answer = await caller.send(call, options);
  if (answer.status >= 300) return tokenFromRedirect(call, answer, caller.endpoint);
  return parse(call, answer, tokenAnswer).token;
}

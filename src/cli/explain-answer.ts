import { type ApiError, isOtpRefused } from "../sdk/errors.ts";
import type { ErrorCode } from "./failure.ts";

export const LATER = "Check the connection, or try again later";
export const LOG_IN = "Run `pinner auth`";
export const PROXY = "The proxy refuses: does it ask for a user and a password? See `pinner doctor`";

/** What an answer of the service means that says no. */
export function explainAnswer(error: ApiError): { code: ErrorCode; message: string; hint?: string } {
  const said = error.detail ?? error.code;
  const because = said ? `: ${said}` : ` (${error.status})`;
  const refused = [400, 401, 403, 422].includes(error.status);
  // Not used as a type guard: what is no refused code is still an ApiError below.
  const otpRefused: boolean = isOtpRefused(error);
  if (otpRefused) {
    const hint = "Give the code that your authenticator shows now, and check this machine's clock";
    return { code: "otp_refused", message: `the 2FA code was refused${because}`, hint };
  }
  if (error.operation === "verifyEmail" && (refused || saysExpired(error))) {
    const hint = "Ask for a new email with `pinner confirm-email --resend`";
    return { code: "refused", message: `the confirmation was refused${because}`, hint };
  }
  // Only a proxy asks for this.
  if (error.status === 407)
    return { code: "unreachable", message: `the proxy refused the request${because}`, hint: PROXY };
  if (error.status === 429) {
    const wait = error.retryAfter === undefined ? "later" : `in ${error.retryAfter} s`;
    return { code: "rate_limited", message: `the service is busy${because}`, hint: `Try again ${wait}` };
  }
  if (error.status >= 500) {
    const message = `the service failed with ${error.status}${said ? `: ${said}` : ""}`;
    return { code: "server_error", message, hint: LATER };
  }
  if (error.operation === "login" && refused) {
    const hint = /NotVerified|not verified/i.test(`${error.code} ${error.detail}`)
      ? "Confirm the email address with `pinner confirm-email`"
      : "Check the email and the password";
    return { code: "credentials_refused", message: `the login was refused${because}`, hint };
  }
  if (error.operation === "otpValidate" && refused)
    return { code: "token_refused", message: `the 2FA step was refused${because}`, hint: "Start again" };
  if (error.operation === "otpDisable" && refused)
    return { code: "credentials_refused", message: `the password was refused${because}` };
  if (error.status === 401 || (error.operation === "exchange" && refused))
    return { code: "token_refused", message: `the token was refused${because}`, hint: LOG_IN };
  if (error.status === 404) return { code: "not_found", message: `not found${because}` };
  if (error.status === 409) return { code: "conflict", message: `the service refused${because}` };
  return { code: "refused", message: `the service refused${because}` };
}

/** Some servers answer a wrong or old email token with a 500 and a line of text. */
const saysExpired = ({ status, detail = "" }: ApiError): boolean =>
  status === 500 && /token.*(?:invalid|expired)/i.test(detail);

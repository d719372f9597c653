import { type ApiError, isApiError, isOtpRefused } from "../sdk/errors.ts";
import { needsSession, type Operation } from "../sdk/operations.ts";
import { type ErrorCode, LOG_IN } from "./failure.ts";

export const LATER = "Check the connection, or try again later";
export const UNSAFE_PORT = "Deno does not connect to this port: use another, or pinner's binary";
export const PROXY = "The proxy refuses: does it ask for a user and a password? See `pinner doctor`";
const PENDING = "It ends 48 hours after that was asked for; until then Pinner's support alone can keep it";

/** Nobody counts the seconds of more than an hour. */
const LONGEST_WAIT_S = 3600;

/** What is said of a token that the service refuses, and what to do then. */
export interface HeldToken {
  /** The flag, the variable or the file that it came from. */
  place?: string;
  refusal: string;
  renewal: string;
}

/** Of a token whose place nobody has told. */
export const SOME_TOKEN: HeldToken = { refusal: "the service refused the token", renewal: LOG_IN };

/**
 * What an answer of the service means that says no.
 * @param held the token that was sent
 */
export function explainAnswer(
  error: ApiError,
  held: HeldToken = SOME_TOKEN,
): { code: ErrorCode; message: string; hint?: string } {
  const said = saidBy(error);
  const because = said ? `: ${said}` : ` (${error.status})`;
  const refused = [400, 401, 403, 422].includes(error.status);
  // Not used as a type guard: what is no refused code is still an ApiError below.
  const otpRefused: boolean = isOtpRefused(error);
  if (otpRefused) {
    const hint = "Give the code that your authenticator shows now, and check this machine's clock";
    return { code: "otp_refused", message: `the 2FA code was refused${because}`, hint };
  }
  if (isPendingDeletion(error)) {
    const code = error.operation === "login" ? "credentials_refused" : "token_refused";
    return { code, message: "this account is to be deleted, and takes no login any more", hint: PENDING };
  }
  if (error.operation === "verifyEmail" && (refused || saysExpired(error))) {
    const hint = "Ask for a new email with `pinner confirm-email --resend`";
    return { code: "refused", message: `the confirmation was refused${because}`, hint };
  }
  if (error.operation === "confirmPasswordReset" && [400, 401, 404].includes(error.status)) {
    const hint = "The code may be wrong, used or old: ask for a new email with `pinner reset-password`";
    return { code: "refused", message: "the new password was refused", hint };
  }
  if (hasOldRoute.includes(error.operation) && [404, 405].includes(error.status))
    return { code: "refused", message: "this portal is too old: it does not have this call" };
  // Only a proxy asks for this.
  if (error.status === 407)
    return { code: "unreachable", message: `the proxy refused the request${because}`, hint: PROXY };
  if (error.status === 429) {
    const { retryAfter } = error;
    const wait = retryAfter === undefined || retryAfter > LONGEST_WAIT_S ? "later" : `in ${retryAfter} s`;
    return { code: "rate_limited", message: `the service is busy${because}`, hint: `Try again ${wait}` };
  }
  if (error.status === 408 || error.status === 425) {
    const code = error.status === 408 ? "timeout" : "server_error";
    return { code, message: `the service did not take the request${because}`, hint: LATER };
  }
  if (error.status >= 500) {
    const message = `the service failed with ${error.status}${said ? `: ${said}` : ""}`;
    return { code: "server_error", message, hint: LATER };
  }
  if (error.operation === "login" && refused) return explainLogin(error, because);
  if (error.operation === "otpValidate" && refused)
    return { code: "token_refused", message: `the 2FA step was refused${because}`, hint: "Start again" };
  // The web framework alone says nothing but the status: then it is the session that was refused.
  if (takesPassword.includes(error.operation) && saysPassword(error))
    return {
      code: "credentials_refused",
      message: `the password was refused${isCredentials(error) ? "" : because}`,
      hint: "If the account has none: `pinner reset-password` sets one",
    };
  const needsToken = needsSession(error.operation) || error.operation === "exchange";
  if (needsToken && (error.status === 401 || (error.operation === "exchange" && refused))) {
    const tells = said && !isCredentials(error) && !isUnauthorized(error);
    return {
      code: "token_refused",
      message: `${held.refusal}${tells ? `: ${said}` : ""}`,
      hint: held.renewal,
    };
  }
  // No token was sent: it is what was typed that is refused.
  if (error.status === 401) return { code: "credentials_refused", message: `the service refused${because}` };
  if (error.status === 404) return { code: "not_found", message: `not found${because}` };
  if (error.status === 409) return { code: "conflict", message: `the service refused${because}` };
  return { code: "refused", message: `the service refused${because}` };
}

const hasOldRoute: Operation[] = ["updateProfile", "deleteAccount", "deleteAccountOlder"];

/** Calls that are made with the account's present password. */
const takesPassword: Operation[] = ["otpDisable", "updateEmail", "updatePassword"];

/** It is the password that was refused, rather than the session or another field. */
const saysPassword = (error: ApiError): boolean =>
  error.operation === "otpDisable"
    ? [400, 401, 403, 422].includes(error.status) && !isUnauthorized(error)
    : error.status === 401 && !isUnauthorized(error);

function explainLogin(error: ApiError, because: string): { code: ErrorCode; message: string; hint: string } {
  const hint = /NotVerified|not verified/i.test(`${error.code} ${error.detail}`)
    ? "Confirm the email address with `pinner confirm-email`"
    : "Check the email and the password. If the account has none: `pinner auth --web`, or `pinner reset-password`";
  return { code: "credentials_refused", message: `the login was refused${because}`, hint };
}

/** The server's names of what can be typed; each is shown as people call it. */
const fieldNames: Record<string, string> = {
  firstname: "first name",
  lastname: "last name",
  newpassword: "new password",
  currentpassword: "present password",
  otp: "code",
};

/** What is wrong, by field where the service says which: then "validation failed" beside it tells nothing more. */
function saidBy({ code, detail, fields }: ApiError): string | undefined {
  if (!fields) return detail ?? code;
  const told = Object.entries(fields).map(([name, text]) => {
    const plain = name.replaceAll("_", "").toLowerCase();
    return `${fieldNames[plain] ?? plain}: ${text}`;
  });
  return told.join("; ");
}

/** Said of every wrong secret, also where nobody typed an email and a password. */
const isCredentials = ({ code, detail }: ApiError): boolean =>
  /^(?:Err)?Invalid(?:Login|Password)$/.test(code ?? "") || /login credentials/i.test(detail ?? "");

/** The words of the web framework for a status. */
const isUnauthorized = ({ code, detail }: ApiError): boolean =>
  code === undefined && /^unauthorized\.?$/i.test(detail ?? "");

/** Older portals have it in the cause alone. */
export const isPendingDeletion = (error: unknown): boolean =>
  isApiError(error) &&
  (/AccountPendingDeletion/.test(error.code ?? "") ||
    /pending deletion/i.test(`${error.detail} ${error.innerCause}`));

/** Some servers answer a wrong or old email token with a 500 and a line of text. */
const saysExpired = ({ status, detail = "" }: ApiError): boolean =>
  status === 500 && /token.*(?:invalid|expired)/i.test(detail);

import {
  AmbiguousKeyError,
  KeyNotFoundError,
  LostKeyError,
  StoredTokenChangedError,
  StrayKeyError,
} from "../auth/keys.ts";
import { ConfigError } from "../credentials/config-error.ts";
import {
  type ApiError,
  BadResponseError,
  InsecureEndpointError,
  InvalidEndpointError,
  isApiError,
  isOtpRefused,
  NetworkError,
  RequestTimeoutError,
  TokenError,
} from "../sdk/errors.ts";
import { OutputError } from "./output.ts";
import { Cancelled, Failure, UsageError } from "./usage-error.ts";

export interface Explanation {
  code: string;
  exit: number;
  message: string;
  hint?: string | undefined;
  status?: number | undefined;
}

const LATER = "Check the connection, or try again later";
const LOG_IN = "Run `pinner auth`";
const PROXY = "The proxy refuses: does it ask for a user and a password? See `pinner doctor`";

/** The one place that says what an error means: its code, its exit code, what happened, what to do. */
export function explain(error: unknown): Explanation {
  if (error instanceof UsageError) return { code: error.code, exit: 2, message: error.message };
  if (error instanceof Failure) {
    const cause = error.cause === undefined ? undefined : explain(error.cause);
    return {
      code: error.code,
      exit: error.exit,
      message: error.message,
      hint: error.hint,
      status: cause?.status,
    };
  }
  if (error instanceof Cancelled) return { code: "cancelled", exit: error.exit, message: error.message };
  if (isApiError(error)) return { ...explainAnswer(error), status: error.status };
  if (error instanceof NetworkError) {
    const hint = error.reason === "ERR_PROXY_TUNNEL" ? PROXY : LATER;
    return { code: "unreachable", exit: 3, message: error.message, hint };
  }
  if (error instanceof RequestTimeoutError) {
    return {
      code: "timeout",
      exit: 3,
      message: error.message,
      hint: "Try again later, or allow more with --timeout",
    };
  }
  if (error instanceof BadResponseError) {
    const hint = "Is --base-endpoint or PINNER_BASE_ENDPOINT the address of a Pinner service?";
    return { code: "bad_response", exit: 1, message: error.message, hint, status: error.status };
  }
  if (error instanceof InvalidEndpointError) {
    return { code: "usage", exit: 2, message: error.message, hint: "Give a host such as pinner.xyz" };
  }
  if (error instanceof InsecureEndpointError) {
    return {
      code: "usage",
      exit: 2,
      message: error.message,
      hint: "Use https, or --no-secure if that is what you want",
    };
  }
  if (error instanceof TokenError) {
    if (error.problem === "missing")
      return { code: "auth_required", exit: 4, message: "not logged in", hint: LOG_IN };
    return { code: "token_refused", exit: 4, message: error.message, hint: LOG_IN };
  }
  if (error instanceof ConfigError) {
    const code = ["unwritable", "nowhere"].includes(error.problem) ? "config_unwritable" : "config_invalid";
    return { code, exit: 1, message: error.message };
  }
  if (error instanceof OutputError) return { code: "internal", exit: 1, message: error.message };
  if (error instanceof LostKeyError) {
    const look = "look with `pinner account api-keys list`";
    const found = error.candidates
      .slice(0, 3)
      .map(({ uuid, created_at }) => `${uuid} (created ${created_at})`);
    const where =
      found.length === 0 ? look : `it may be ${found.join(" or ")}, if no other machine made that`;
    const hint = `A key named "${error.keyName}" may exist that nobody holds: ${where}`;
    const { code, exit, status, message } = explain(error.cause);
    return { code, exit, message: `${error.message} (${message})`, hint, status };
  }
  if (error instanceof StrayKeyError) {
    const { code, exit, message } = explain(error.cause);
    const hint = `The new API key ${error.uuid} could not be deleted either: delete it with \`pinner account api-keys delete\``;
    return { code, exit, message, hint };
  }
  if (error instanceof KeyNotFoundError)
    return {
      code: "not_found",
      exit: 1,
      message: error.message,
      hint: "See `pinner account api-keys list`",
    };
  if (error instanceof AmbiguousKeyError) {
    const keys = error.keys.map(({ uuid, created_at }) => `${uuid} (created ${created_at})`).join(", ");
    return { code: "ambiguous", exit: 2, message: error.message, hint: `Give the UUID of one: ${keys}` };
  }
  if (error instanceof StoredTokenChangedError)
    return { code: "conflict", exit: 1, message: error.message, hint: "Nothing was replaced: start again" };
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  return { code: "internal", exit: 1, message: `internal error: ${name}: ${message.split("\n", 1)[0]}` };
}

function explainAnswer(error: ApiError): Explanation {
  const said = error.detail ?? error.code;
  const because = said ? `: ${said}` : ` (${error.status})`;
  const refused = [400, 401, 403, 422].includes(error.status);
  // Not used as a type guard: what is no refused code is still an ApiError below.
  const otpRefused: boolean = isOtpRefused(error);
  if (otpRefused) {
    const hint = "Give the code that your authenticator shows now, and check this machine's clock";
    return { code: "otp_refused", exit: 4, message: `the 2FA code was refused${because}`, hint };
  }
  if (error.operation === "verifyEmail" && (refused || saysExpired(error))) {
    const hint = "Ask for a new email with `pinner confirm-email --resend`";
    return { code: "refused", exit: 1, message: `the confirmation was refused${because}`, hint };
  }
  // Only a proxy asks for this.
  if (error.status === 407)
    return { code: "unreachable", exit: 3, message: `the proxy refused the request${because}`, hint: PROXY };
  if (error.status === 429) {
    const wait = error.retryAfter === undefined ? "later" : `in ${error.retryAfter} s`;
    return {
      code: "rate_limited",
      exit: 3,
      message: `the service is busy${because}`,
      hint: `Try again ${wait}`,
    };
  }
  if (error.status >= 500) {
    return {
      code: "server_error",
      exit: 3,
      message: `the service failed with ${error.status}${said ? `: ${said}` : ""}`,
      hint: LATER,
    };
  }
  if (error.operation === "login" && refused) return explainLogin(error, because);
  if (error.operation === "otpValidate" && refused) {
    return {
      code: "token_refused",
      exit: 4,
      message: `the 2FA step was refused${because}`,
      hint: "Start again",
    };
  }
  if (error.operation === "otpDisable" && refused) {
    return { code: "credentials_refused", exit: 4, message: `the password was refused${because}` };
  }
  if (error.status === 401 || (error.operation === "exchange" && refused)) {
    return { code: "token_refused", exit: 4, message: `the token was refused${because}`, hint: LOG_IN };
  }
  if (error.status === 404) return { code: "not_found", exit: 1, message: `not found${because}` };
  if (error.status === 409) return { code: "conflict", exit: 1, message: `the service refused${because}` };
  return { code: "refused", exit: 1, message: `the service refused${because}` };
}

/** Some servers answer a wrong or old email token with a 500 and a line of text. */
const saysExpired = ({ status, detail = "" }: ApiError): boolean =>
  status === 500 && /token.*(?:invalid|expired)/i.test(detail);

function explainLogin(error: ApiError, because: string): Explanation {
  const hint = /NotVerified|not verified/i.test(`${error.code} ${error.detail}`)
    ? "Confirm the email address with `pinner confirm-email`"
    : "Check the email and the password";
  return { code: "credentials_refused", exit: 4, message: `the login was refused${because}`, hint };
}

import type { ErrorCode } from "../cli/failure.ts";
import type { Variable } from "../cli/variables.ts";

/** When each error code is told. */
export const errorCodes: Record<Exclude<ErrorCode, "unhealthy">, string> = {
  usage: "a wrong command line, variable or base endpoint; plain http to another machine",
  input_missing:
    "an input is missing, and nobody can be asked; a stored token would be overwritten without `--force`",
  otp_required: "the account uses 2FA, and no code was given",
  token_invalid: "what was given to `auth` to store is no token, or a 2FA token",
  ambiguous: "several keys have this name; the hint lists their UUIDs",
  auth_required: "there is no token",
  token_expired: "the token says that its time is over; nothing was sent",
  token_refused: "the service refused the token",
  credentials_refused: "the service refused email or password",
  otp_refused: "the service refused the 2FA code",
  not_found: "no such key, setting or account",
  in_use: "the key to delete is the key in use",
  conflict:
    "it is so already (an email taken, 2FA on), or another process changed the stored token meanwhile",
  refused: "the service refused the input for another reason",
  bad_response: "an answer that is not what the API describes; is it a Pinner service?",
  config_invalid: "the config file cannot be read, or is not valid; line and column are told",
  config_unwritable: "the config file cannot be written",
  file_unreadable: "a file that a variable names cannot be read, or holds nothing",
  command_failed: "a command that was to be run failed, or could not be run",
  internal: "stdout could not be written to, or a mistake in pinner itself",
  unreachable: "no connection, a certificate that is not trusted, or a proxy that refuses",
  timeout: "no whole answer within `--timeout`, or 408",
  rate_limited: "the service is busy (429)",
  server_error: "the service failed (5xx), or 425",
  cancelled: "Ctrl-C, SIGTERM (143), SIGHUP (129), or a question answered with no",
};

type OtherVariable =
  | "PINNER_HOME"
  | "HTTPS_PROXY"
  | "HTTP_PROXY"
  | "ALL_PROXY"
  | "NO_PROXY"
  | "NODE_EXTRA_CA_CERTS"
  | "NO_COLOR"
  | "FORCE_COLOR"
  | "TERM"
  | "LC_ALL"
  | "LC_CTYPE"
  | "LANG";

/** What each variable is for. */
export const variablePurposes: Record<Variable | OtherVariable, string> = {
  PINNER_AUTH_TOKEN: "the token, for every command and the library",
  PINNER_EMAIL: "the email: `auth`",
  PINNER_PASSWORD:
    "the password: `auth`, `register`, `account otp disable`, `account email`, `account password`",
  PINNER_NEW_PASSWORD: "the password to be set: `account password`, `reset-password`",
  PINNER_OTP: "the 2FA code: `auth`",
  PINNER_OTP_SECRET:
    "what an authenticator has: base32, or an `otpauth://` link. `auth` and `auth exec` make the code from it, by the service's clock; a code that is refused, because it was used already, is followed by the next one, once. `PINNER_OTP` wins",
  PINNER_BASE_ENDPOINT: "where the service is",
  PINNER_SECURE: "`true`, `1`, `yes`, `on`, or `false`, `0`, `no`, `off`",
  PINNER_DEFAULT_TIMEOUT: "as `default_timeout` in the config file; `--timeout` wins",
  PINNER_MAX_RETRIES: "as `max_retries` in the config file",
  PINNER_DOWNLOAD_BASE: "a mirror of the releases: `doctor --check-update` and the installers",
  PINNER_HOME: "the directory above the config file's",
  HTTPS_PROXY: "the proxy",
  HTTP_PROXY: "the proxy of a service with plain http",
  ALL_PROXY: "the proxy where none of the above is set",
  NO_PROXY: "what is reached without a proxy",
  NODE_EXTRA_CA_CERTS: "a file with certificates of further authorities",
  NODE_TLS_REJECT_UNAUTHORIZED: "`0` turns the check of certificates off, and is warned of",
  NO_COLOR: "any value but the empty one turns colours off",
  FORCE_COLOR: "turns colours on where no terminal is; `0` turns them off",
  TERM: "`dumb` turns colours off; with it, or without a value, prompts are plain lines",
  LC_ALL: "signs are ASCII unless it says UTF-8",
  LC_CTYPE: "the same where `LC_ALL` is not set",
  LANG: "the same where neither is set",
};

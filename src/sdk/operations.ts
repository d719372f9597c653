/**
 * The calls of the account API (OpenAPI v0.2.7) that the client makes: the one table that client, error texts and
 * sandbox portal read. What stands in braces in a path is replaced by a value of the call.
 */
export const operations = {
  login: { method: "POST", path: "/api/auth/login" },
  otpValidate: { method: "POST", path: "/api/auth/otp/validate" },
  exchange: { method: "POST", path: "/api/auth/key", idempotent: true },
  ping: { method: "POST", path: "/api/auth/ping", session: true, idempotent: true },
  logout: { method: "POST", path: "/api/auth/logout", session: true, idempotent: true },
  register: { method: "POST", path: "/api/auth/register" },
  verifyEmail: { method: "POST", path: "/api/account/verify-email" },
  resendVerification: { method: "POST", path: "/api/account/verify-email/resend" },
  account: { method: "GET", path: "/api/account", session: true, idempotent: true },
  updateProfile: { method: "PATCH", path: "/api/account", session: true, idempotent: true },
  deleteAccount: { method: "DELETE", path: "/api/account", session: true },
  /** The same on portals before 2026. */
  deleteAccountOlder: { method: "DELETE", path: "/api/account/delete", session: true },
  listKeys: { method: "GET", path: "/api/account/keys", session: true, idempotent: true },
  createKey: { method: "POST", path: "/api/account/keys", session: true },
  deleteKey: { method: "DELETE", path: "/api/account/keys/{uuid}", session: true, idempotent: true },
  otpGenerate: { method: "POST", path: "/api/auth/otp/generate", session: true },
  otpVerify: { method: "POST", path: "/api/auth/otp/verify", session: true },
  otpDisable: { method: "POST", path: "/api/auth/otp/disable", session: true },
  updatePassword: { method: "POST", path: "/api/account/update-password", session: true },
  updateEmail: { method: "POST", path: "/api/account/update-email", session: true },
  requestPasswordReset: { method: "POST", path: "/api/account/password-reset/request" },
  confirmPasswordReset: { method: "POST", path: "/api/account/password-reset/confirm" },
} as const satisfies Record<Operation, OperationFacts>;

interface OperationFacts {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  /** Its bearer token is that of a session. The others take none, or name another token themselves. */
  session?: true;
  /**
   * Done twice, it has the effect of once (RFC 9110, 9.2.2), so it is tried again when the network or the service
   * falters. For a POST, only what is known of this service says so.
   */
  idempotent?: true;
}

/** A call of the account API; every error of an answer or of the network names the one that it belongs to. */
export type Operation =
  | "login"
  | "otpValidate"
  | "exchange"
  | "ping"
  | "logout"
  | "register"
  | "verifyEmail"
  | "resendVerification"
  | "account"
  | "updateProfile"
  | "deleteAccount"
  | "deleteAccountOlder"
  | "listKeys"
  | "createKey"
  | "deleteKey"
  | "otpGenerate"
  | "otpVerify"
  | "otpDisable"
  | "updatePassword"
  | "updateEmail"
  | "requestPasswordReset"
  | "confirmPasswordReset";

/** Whether a call takes the token of a session. */
export const needsSession = (operation: Operation): boolean => "session" in operations[operation];

/** One call of the API. */
export interface Call extends OperationFacts {
  operation: Operation;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
  /** Sent as the bearer token. */
  token?: string;
}

/** What a call sends; `uuid` is the part of the path that the table has in braces. */
export interface Sent extends Pick<Call, "query" | "body" | "token"> {
  uuid?: string;
}

/** A call of an operation, with what it sends. */
export function callOf(operation: Operation, { uuid = "", ...sent }: Sent = {}): Call {
  const facts: OperationFacts = operations[operation];
  return { operation, ...facts, path: facts.path.replace("{uuid}", uuid), ...sent };
}

/** An answer as it came. Its status is 2xx or 3xx: others were thrown. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** The calls of the account API (OpenAPI v0.2.7) that the client makes. `idempotent`: as RFC 9110, 9.2.2 has it. */
const operations = {
  login: { method: "POST", path: "/api/auth/login" },
  otpValidate: { method: "POST", path: "/api/auth/otp/validate" },
  exchange: { method: "POST", path: "/api/auth/key", idempotent: true },
  ping: { method: "POST", path: "/api/auth/ping", idempotent: true },
  logout: { method: "POST", path: "/api/auth/logout", idempotent: true },
  register: { method: "POST", path: "/api/auth/register" },
  verifyEmail: { method: "POST", path: "/api/account/verify-email" },
  resendVerification: { method: "POST", path: "/api/account/verify-email/resend" },
  account: { method: "GET", path: "/api/account", idempotent: true },
  listKeys: { method: "GET", path: "/api/account/keys", idempotent: true },
  createKey: { method: "POST", path: "/api/account/keys" },
  deleteKey: { method: "DELETE", path: "/api/account/keys", idempotent: true },
  otpGenerate: { method: "POST", path: "/api/auth/otp/generate" },
  otpVerify: { method: "POST", path: "/api/auth/otp/verify" },
  otpDisable: { method: "POST", path: "/api/auth/otp/disable" },
  updatePassword: { method: "POST", path: "/api/account/update-password" },
  updateEmail: { method: "POST", path: "/api/account/update-email" },
  requestPasswordReset: { method: "POST", path: "/api/account/password-reset/request" },
  confirmPasswordReset: { method: "POST", path: "/api/account/password-reset/confirm" },
} as const;

/** What the client was doing: every error names it. */
export type Operation = keyof typeof operations;

/** One call of the API. */
export interface Call {
  operation: Operation;
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Record<string, string | number>;
  body?: Record<string, unknown>;
  /** Sent as the bearer token. */
  token?: string;
  /** Doing it twice does no harm, so it is tried again when the network or the service falters. */
  idempotent?: boolean;
}

/** A call of an operation, with what it sends. */
export const callOf = (operation: Operation, sent: Pick<Call, "query" | "body" | "token"> = {}): Call => ({
  operation,
  ...operations[operation],
  ...sent,
});

/** An answer as it came. Its status is 2xx or 3xx: others were thrown. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

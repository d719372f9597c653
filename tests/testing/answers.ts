/** What an answer was, as far as it was recorded; what is not named here was not there. */
export interface Answer {
  status: number;
  reason?: string;
  /** The server's names of the fields that it refuses. */
  fields?: string[];
  /** Of the web framework. */
  message?: string;
  plainText?: true;
  /** The names in a body of JSON. */
  body?: string[];
  /** It leads on, with a token. */
  location?: true;
  /** How many domains a cookie `auth_token` is set for, or taken away from. */
  cookies?: number;
  removedCookies?: number;
  rows?: number;
  total?: number;
  /** `Content-Range` and `X-Total-Count`. */
  range?: string;
  count?: number;
}

/**
 * What the server of 2026 answered, one request after the other, recorded on 2026-11-25 over MariaDB. Lists are of an
 * account with 121 keys.
 */
export const answers: [request: string, of: string, answer: Answer][] = [
  ["POST /api/auth/register", "first", { status: 200 }],
  ["POST /api/auth/register", "good", { status: 200 }],
  ["POST /api/auth/register", "duplicate", { status: 409, reason: "EmailAlreadyExists" }],
  [
    "POST /api/auth/register",
    "short password",
    { status: 422, reason: "ValidationError", fields: ["Password"] },
  ],
  ["POST /api/auth/register", "73 bytes", { status: 500, reason: "HashingFailed" }],
  ["POST /api/auth/register", "bad e-mail", { status: 422, reason: "ValidationError", fields: ["Email"] }],
  [
    "POST /api/auth/register",
    "missing names",
    { status: 422, reason: "ValidationError", fields: ["FirstName", "LastName"] },
  ],
  [
    "POST /api/auth/register",
    "all wrong",
    { status: 422, reason: "ValidationError", fields: ["Email", "FirstName", "LastName", "Password"] },
  ],
  ["POST /api/auth/login", "unverified", { status: 302, location: true }],
  ["POST /api/auth/login", "remember", { status: 302, location: true }],
  ["POST /api/auth/login", "wrong password", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/auth/login", "unknown", { status: 401, reason: "InvalidLogin" }],
  [
    "POST /api/auth/login",
    "short password",
    { status: 422, reason: "ValidationError", fields: ["Password"] },
  ],
  ["POST /api/auth/login", "malformed JSON", { status: 500, reason: "Error" }],
  ["POST /api/auth/login", "malformed JSON 2", { status: 400, reason: "Error" }],
  [
    "POST /api/auth/login",
    "empty body",
    { status: 422, reason: "ValidationError", fields: ["Email", "Password"] },
  ],
  ["POST /api/auth/login", "array body", { status: 400, reason: "Error" }],
  ["POST /api/auth/login", "wrong type", { status: 400, reason: "Error" }],
  ["POST /api/auth/login", "body as text/plain", { status: 500, reason: "Error" }],
  [
    "POST /api/auth/login",
    "form body",
    { status: 422, reason: "ValidationError", fields: ["Email", "Password"] },
  ],
  ["POST /api/auth/ping", "good", { status: 200, body: ["ping", "token"] }],
  ["POST /api/auth/ping", "with cookie", { status: 200, body: ["ping", "token"], cookies: 3 }],
  ["POST /api/auth/ping", "nothing", { status: 401, message: "Unauthorized" }],
  ["POST /api/auth/ping", "garbage", { status: 401, message: "Unauthorized" }],
  ["POST /api/account/verify-email", "bad token", { status: 401, reason: "SecurityInvalidToken" }],
  ["POST /api/account/verify-email", "unknown e-mail", { status: 200 }],
  [
    "POST /api/account/verify-email",
    "empty token",
    { status: 422, reason: "ValidationError", fields: ["Token"] },
  ],
  ["POST /api/account/verify-email", "good", { status: 200 }],
  ["POST /api/account/verify-email", "already", { status: 409, reason: "AccountAlreadyVerified" }],
  [
    "POST /api/account/verify-email/resend",
    "resend bad address",
    { status: 422, reason: "ValidationError", fields: ["Email"] },
  ],
  ["POST /api/account/keys", "key create", { status: 200, body: ["name", "token", "uuid"] }],
  ["POST /api/account/keys", "duplicate name", { status: 200, body: ["name", "token", "uuid"] }],
  ["POST /api/account/keys", "empty name", { status: 422, reason: "ValidationError", fields: ["Name"] }],
  ["POST /api/account/keys", "blank name", { status: 200, body: ["name", "token", "uuid"] }],
  ["POST /api/auth/ping", "API key", { status: 401, message: "Unauthorized" }],
  ["POST /api/auth/key", "good key", { status: 200, body: ["token"] }],
  ["POST /api/auth/key", "tampered signature", { status: 200, body: ["token"] }],
  ["POST /api/auth/key", "garbage", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/auth/key", "nothing", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/auth/key", "login token", { status: 401, reason: "InvalidLogin" }],
  [
    "GET /api/account/keys",
    "no parameters",
    { status: 200, rows: 10, total: 121, range: "api_keys 0-9/121", count: 10 },
  ],
  [
    "GET /api/account/keys?_start=0&_end=100",
    "",
    { status: 200, rows: 100, total: 121, range: "api_keys 0-99/121", count: 100 },
  ],
  ["GET /api/account/keys?_start=0&_end=101", "", { status: 400, plainText: true }],
  [
    "GET /api/account/keys?_start=100&_end=200",
    "",
    { status: 200, rows: 21, total: 121, range: "api_keys 100-120/121", count: 21 },
  ],
  [
    "GET /api/account/keys?_start=500&_end=600",
    "",
    { status: 200, rows: 0, total: 121, range: "api_keys 500-499/121", count: 0 },
  ],
  [
    "GET /api/account/keys?_start=5",
    "",
    { status: 200, rows: 5, total: 121, range: "api_keys 5-9/121", count: 5 },
  ],
  [
    "GET /api/account/keys?_end=5",
    "",
    { status: 200, rows: 5, total: 121, range: "api_keys 0-4/121", count: 5 },
  ],
  ["GET /api/account/keys?_start=0&_end=0", "", { status: 400, plainText: true }],
  ["GET /api/account/keys?q=bulk11", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?q=42", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?q=on", "", { status: 400, plainText: true }],
  ["GET /api/account/keys?q=t", "", { status: 400, plainText: true }],
  ["GET /api/account/keys?q=", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?q=first&_start=0&_end=100", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?x=1", "", { status: 500, plainText: true }],
  [
    "GET /api/account/keys?name=first",
    "",
    { status: 200, rows: 2, total: 2, range: "api_keys 0-1/2", count: 2 },
  ],
  ["GET /api/account/keys?name_contains=bulk11", "", { status: 500, plainText: true }],
  [
    "GET /api/account/keys?name_eq=first",
    "",
    { status: 200, rows: 2, total: 2, range: "api_keys 0-1/2", count: 2 },
  ],
  ["GET /api/account/keys?filters%5Bname%5D%5Bcontains%5D=bulk11", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?created_at_gte=2026-01-01", "", { status: 400, plainText: true }],
  [
    "GET /api/account/keys?_sort=created_at&_order=desc&_start=0&_end=3",
    "",
    { status: 200, rows: 3, total: 121, range: "api_keys 0-2/121", count: 3 },
  ],
  ["GET /api/account/keys?_sort=nonsense&_order=desc", "", { status: 500, plainText: true }],
  ["GET /api/account/keys?_sort=name&_order=sideways", "", { status: 400, plainText: true }],
  [
    "GET /api/account/keys?_start=0&_end=100&_sort=created_at&_order=desc",
    "",
    { status: 200, rows: 100, total: 121, range: "api_keys 0-99/121", count: 100 },
  ],
  ["POST /api/auth/login", "login", { status: 302, location: true }],
  ["POST /api/account/keys", "doomed", { status: 200, body: ["name", "token", "uuid"] }],
  ["DELETE /api/account/keys/{uuid}", "delete", { status: 200 }],
  ["DELETE /api/account/keys/{uuid}", "again", { status: 404, reason: "Error" }],
  ["DELETE /api/account/keys/nonsense", "not a uuid", { status: 400, reason: "Error" }],
  ["POST /api/auth/key", "deleted", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/account/keys", "keep", { status: 200, body: ["name", "token", "uuid"] }],
  ["POST /api/auth/otp/generate", "otp/generate", { status: 200, body: ["otp"] }],
  ["POST /api/auth/otp/verify", "wrong", { status: 400, reason: "InvalidOTPCode" }],
  ["POST /api/auth/otp/verify", "5 digits", { status: 422, reason: "ValidationError", fields: ["OTP"] }],
  ["POST /api/auth/otp/verify", "right", { status: 204 }],
  ["POST /api/auth/login", "2FA", { status: 200, body: ["otp", "token"], cookies: 3 }],
  ["POST /api/auth/login", "2FA remember", { status: 200, body: ["otp", "token"], cookies: 3 }],
  ["POST /api/auth/otp/validate", "wrong", { status: 400, reason: "InvalidOTPCode" }],
  ["POST /api/auth/otp/validate", "with login token", { status: 401, message: "Unauthorized" }],
  ["POST /api/auth/otp/validate", "right", { status: 302, location: true, cookies: 3 }],
  ["POST /api/auth/otp/disable", "wrong", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/auth/otp/disable", "short", { status: 422, reason: "ValidationError", fields: ["Password"] }],
  ["POST /api/auth/otp/disable", "right", { status: 204 }],
  ["POST /api/account/update-email", "wrong", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/account/update-email", "taken", { status: 409, reason: "EmailAlreadyExists" }],
  ["POST /api/account/update-email", "same", { status: 500, reason: "UpdatingSameEmail" }],
  ["POST /api/account/update-email", "no MX", { status: 500, reason: "DatabaseOperationFailed" }],
  ["POST /api/account/update-email", "good", { status: 200 }],
  [
    "GET /api/account",
    "account after",
    { status: 200, body: ["email", "first_name", "id", "last_name", "otp", "verified"] },
  ],
  ["POST /api/account/update-password", "wrong", { status: 401, reason: "InvalidPassword" }],
  [
    "POST /api/account/update-password",
    "short",
    { status: 422, reason: "ValidationError", fields: ["NewPassword"] },
  ],
  ["POST /api/account/update-password", "73", { status: 500, reason: "HashingFailed" }],
  ["POST /api/account/password-reset/request", "reset request", { status: 200 }],
  ["POST /api/account/password-reset/confirm", "bad token", { status: 404, reason: "UserNotFound" }],
  ["POST /api/account/password-reset/confirm", "unknown e-mail", { status: 400, reason: "Error" }],
  ["POST /api/account/password-reset/confirm", "good", { status: 200 }],
  ["PATCH /api/account", "PATCH account", { status: 200 }],
  ["GET /api/nonsense", "404", { status: 404, message: "Not Found" }],
  ["GET /api/auth/login", "405", { status: 405, message: "Method Not Allowed" }],
  ["DELETE /api/account", "DELETE account", { status: 200, removedCookies: 3 }],
  [
    "DELETE /api/account",
    "DELETE account again",
    { status: 409, reason: "AccountDeletionRequestAlreadyExists" },
  ],
  [
    "GET /api/account",
    "account info pending",
    { status: 200, body: ["email", "first_name", "id", "last_name", "otp", "verified"] },
  ],
  ["POST /api/auth/login", "pending", { status: 401, reason: "InvalidLogin" }],
  ["POST /api/auth/key", "pending", { status: 403, reason: "AccountPendingDeletion" }],
  ["POST /api/auth/logout", "logout", { status: 200, removedCookies: 3 }],
];

/** How a login or a 2FA code is answered; `cookies` is one for each Pinner service, beside the `Location`. */
export type SessionAnswer = "location" | "cookie" | "cookies" | "both" | "json";

/** Where portals differ; the defaults are what today's does. */
export interface Quirks {
  /** Portals of 2024 give out opaque keys, as `{"key": …}`, and refuse a registration with 401. */
  generation: "2026" | "2024";
  /** The portal's own domain: the `iss` of its tokens. */
  domain: string;
  /** Scheme, host and port of `Location`; empty is https and the domain. */
  locationOrigin: string;
  loginAnswer: SessionAnswer;
  otpAnswer: SessionAnswer;
  jsonOtpFlag: "false" | "absent";
  audience: "array" | "string";
  keyIdIn: "jti" | "sub";
  issuedAt: boolean;
  unverifiedLogin: "accepted" | "refused";
  wrongOtp: 400 | 500;
  missingKeyDelete: 404 | 500;
  /**
   * The body of a refusal: `reason` is today's `{error: {reason, details}}`, `text` is `{error: "text: cause"}`,
   * `code` is `{error: "ErrX", message, namespace}`, `framework` is `{message}`; then plain text, and a proxy's page.
   */
  errorShape: "reason" | "text" | "code" | "framework" | "plain" | "page";
  /** The parameter that finds keys by a part of their name; where it is broken, any of them ends in 400 or 500. */
  search: "broken" | "q" | "name_contains" | "none";
  /** Some portals sort by the names of a list only, on which `created_at` is not. */
  sortable: "columns" | "name";
  /** `last_used_at` of a key that has been exchanged. */
  lastUsedAt: boolean;
  /** Older portals exchange a key whose end has passed. */
  expiredKeys: "refused" | "exchanged";
  extraFields: boolean;
  keyTtlSeconds: number;
  loginTtlSeconds: number;
  /** Of a session and of a 2FA token, where the login said `remember`. */
  rememberTtlSeconds: number;
  otpTokenTtlSeconds: number;
  registerStatus: 200 | 201;
  otpVerifyStatus: 200 | 204;
  verifyFailure: 400 | 401 | 500;
  /** What an address without an account gets from `verify-email`. */
  verifyUnknown: 200 | 404;
  resetFailure: 400 | 401 | 404;
  /** Older portals have no `PATCH /api/account` and no list of providers, and delete at `/api/account/delete`. */
  accountRoutes: "today" | "older";
  /** What a method gets that a path does not have. */
  unknownMethod: 405 | 404;
  /** A registration is answered alike when its email could not be sent. */
  mails: "sent" | "lost";
  clockSkewSeconds: number;
  /** Whether the account tells when it was made. */
  accountCreatedAt: boolean;
  /** How exactly `created_at` of a key tells the time. */
  createdAt: "milliseconds" | "seconds";
}

const today: Quirks = {
  generation: "2026",
  domain: "pinner.xyz",
  locationOrigin: "",
  loginAnswer: "location",
  otpAnswer: "cookies",
  jsonOtpFlag: "false",
  audience: "array",
  keyIdIn: "jti",
  issuedAt: true,
  unverifiedLogin: "accepted",
  wrongOtp: 400,
  missingKeyDelete: 404,
  errorShape: "reason",
  search: "broken",
  sortable: "columns",
  lastUsedAt: true,
  expiredKeys: "refused",
  extraFields: false,
  keyTtlSeconds: 30 * 24 * 3600,
  loginTtlSeconds: 24 * 3600,
  rememberTtlSeconds: 30 * 24 * 3600,
  otpTokenTtlSeconds: 24 * 3600,
  registerStatus: 200,
  otpVerifyStatus: 204,
  verifyFailure: 401,
  verifyUnknown: 200,
  resetFailure: 404,
  accountRoutes: "today",
  unknownMethod: 405,
  mails: "sent",
  clockSkewSeconds: 0,
  accountCreatedAt: false,
  createdAt: "milliseconds",
};

const of2024: Partial<Quirks> = {
  generation: "2024",
  errorShape: "text",
  lastUsedAt: false,
  expiredKeys: "exchanged",
  verifyFailure: 400,
  accountRoutes: "older",
};

/** All quirks: the given ones, and for the others the defaults of their generation. */
export const withDefaults = (given: Partial<Quirks> = {}): Quirks => ({
  ...today,
  ...(given.generation === "2024" ? of2024 : {}),
  ...given,
});

/** Reads the claims of a token. Nothing here verifies a signature: claims are hints, the service decides. */

/**
 * What a token is for, out of its `aud`: `session` is a login token, `two_factor` the intermediate token between
 * password and TOTP code, `unknown` has none of the known audiences.
 */
export type TokenKind = "api_key" | "session" | "two_factor" | "unknown";

/** What a token says of itself. Nobody has verified it. */
export interface TokenClaims {
  /** What it is for. */
  kind: TokenKind;
  /** The UUID of an API key: `jti`, or `sub` as older portals have it. */
  keyUuid?: string;
  /** When it stops working: `exp`. One without it never expires. */
  expiresAt?: Date;
  /** The domain of the service that issued it: `iss`. */
  issuer?: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The last moment that a `Date` can hold, in seconds. */
const LAST_SECOND = 8.64e12;

/** Whether a text has the form of a UUID. */
export const isUuid = (text: string): boolean => UUID.test(text);

/**
 * The claims of a JWT that matter to a client. Nothing verifies the signature: claims are hints.
 * @param token any text
 * @returns `undefined` when the text is not a JWT.
 * @example
 * ```ts
 * const claims = readClaims(token);
 * if (claims?.kind === "api_key" && !isExpired(claims)) console.log(claims.keyUuid, claims.expiresAt);
 * ```
 */
export function readClaims(token: string): TokenClaims | undefined {
  const [, header = "", payload = ""] = /^([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  const claims = decodePart(payload);
  if (!decodePart(header) || !claims) return undefined;

  const { jti, sub, exp, iss } = claims;
  const kind = kindOf(claims["aud"]);
  const result: TokenClaims = { kind };
  // A login token's `jti`, where it has one, is not a key's.
  if (kind === "api_key" || kind === "unknown") {
    const uuid = [jti, sub].find((claim): claim is string => typeof claim === "string" && isUuid(claim));
    if (uuid) result.keyUuid = uuid.toLowerCase();
  }
  if (typeof iss === "string" && /^[\w.-]{1,253}$/.test(iss)) result.issuer = iss;
  if (typeof exp === "number" && Math.abs(exp) < LAST_SECOND) result.expiresAt = new Date(exp * 1000);
  return result;
}

/**
 * Whether a token's time is over. One without `exp` never expires.
 * @param claims what `readClaims` found in it
 * @param now milliseconds since 1970: this machine's clock unless told otherwise
 * @returns whether `now` is at or after its end
 */
export const isExpired = (claims: TokenClaims, now: number = Date.now()): boolean =>
  claims.expiresAt !== undefined && claims.expiresAt.getTime() <= now;

/** Whether a text can travel in an `Authorization` header: visible ASCII without spaces. */
export const isHeaderSafe = (token: string): boolean => /^[\x21-\x7e]+$/.test(token);

function kindOf(audience: unknown): TokenKind {
  const audiences = Array.isArray(audience) ? audience : [audience];
  // The least powerful reading first: a token that says `2fa` is never stored as a key.
  if (audiences.includes("2fa")) return "two_factor";
  if (audiences.includes("api")) return "api_key";
  if (audiences.includes("login")) return "session";
  return "unknown";
}

/** One base64url part of a JWT as a JSON object without a prototype. */
function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.assign(Object.create(null), value);
  } catch {
    return undefined;
  }
}

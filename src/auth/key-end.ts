import { readClaims } from "../sdk/token.ts";
import type { ApiKey } from "../sdk/types.ts";

/** How long the service lets an API key live. Its end is written into its token, and told nowhere else. */
const LIFE_MS = 30 * 24 * 3600 * 1000;

/**
 * When a key ends: as its token has it, where that is at hand, else 30 days after the key was created.
 * @returns nothing where neither tells
 */
export function endOf(key: Pick<ApiKey, "uuid" | "created_at">, token?: string): Date | undefined {
  const claims = token === undefined ? undefined : readClaims(token);
  if (claims?.keyUuid === key.uuid && claims.expiresAt) return claims.expiresAt;
  const created = Date.parse(key.created_at);
  return Number.isNaN(created) ? undefined : new Date(created + LIFE_MS);
}

/** The last of these times, where it is still to come: until then other services accept the token of a deleted key. */
export function lastToCome(ends: (Date | undefined)[], now = Date.now()): Date | undefined {
  const last = Math.max(...ends.map((end) => end?.getTime() ?? 0));
  return last > now ? new Date(last) : undefined;
}

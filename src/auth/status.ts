import type { Pinner } from "../sdk/client.ts";
import { isApiError, isTokenError } from "../sdk/errors.ts";
import { isExpired, readClaims, type TokenClaims } from "../sdk/token.ts";

export interface TokenStatus {
  status: "authenticated" | "not_authenticated" | "rejected" | "expired" | "unverifiable";
  claims: TokenClaims | undefined;
  email?: string;
  keyName?: string;
  /** Why it is rejected or could not be verified. */
  cause?: unknown;
}

/**
 * Whether a token works: asks the service, or reads its own claims alone where there is no `clientFor`.
 * Account and key are asked for side by side, so it takes two requests after one another.
 */
export async function tokenStatus(
  token: string | undefined,
  clientFor: ((token: string) => Pinner) | undefined,
): Promise<TokenStatus> {
  if (token === undefined) return { status: "not_authenticated", claims: undefined };
  const claims = readClaims(token);
  if (claims && isExpired(claims)) return { status: "expired", claims };
  if (claims?.kind === "two_factor") return { status: "rejected", claims };
  if (!clientFor) return { status: claims ? "authenticated" : "unverifiable", claims };
  try {
    const pinner = clientFor(token);
    const keyName = nameOfKey(pinner, claims?.keyUuid);
    keyName.catch(() => {});
    const { email } = await pinner.account();
    const name = await keyName.catch(() => undefined);
    return { status: "authenticated", claims, email, ...(name === undefined ? {} : { keyName: name }) };
  } catch (cause) {
    return { status: isRefusal(cause) ? "rejected" : "unverifiable", claims, cause };
  }
}

async function nameOfKey(pinner: Pinner, uuid: string | undefined): Promise<string | undefined> {
  if (uuid === undefined) return undefined;
  return (await pinner.getKey(uuid))?.name;
}

/** The service said no to the token itself, rather than failing or being busy. */
const isRefusal = (error: unknown): boolean =>
  isTokenError(error) || (isApiError(error) && [400, 401, 403, 422].includes(error.status));

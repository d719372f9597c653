import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { readClaims } from "../sdk/token.ts";
import { removeToken } from "./store.ts";

export interface LogoutResult {
  status: "logged_out" | "not_authenticated";
  keyDeleted: boolean;
  /** The UUID of the API key that was stored, where one was. */
  keyUuid?: string | undefined;
  /** Another process has stored a token of its own meanwhile, which is left. */
  superseded?: true;
  /** Why the key may still be there. */
  cause?: unknown;
}

/**
 * Deletes the stored token's API key on the service, unless `leaveKey`, and removes that token always. The key goes
 * first: whenever the process dies, no key is left that nobody holds.
 * @param stored the token that is stored now
 */
export async function logOut(
  path: string,
  stored: string | undefined,
  clientFor: (token: string) => Promise<Pinner>,
  { leaveKey }: { leaveKey: boolean },
): Promise<LogoutResult> {
  if (stored === undefined) return { status: "not_authenticated", keyDeleted: false };
  const revoked = leaveKey ? { keyDeleted: false } : await revokeToken(stored, clientFor);
  const left = await removeToken(path, (token) => token === stored);
  return {
    status: "logged_out",
    keyUuid: readClaims(stored)?.keyUuid,
    ...(left === undefined ? {} : { superseded: true }),
    ...revoked,
  };
}

async function revokeToken(
  token: string,
  clientFor: (token: string) => Promise<Pinner>,
): Promise<{ keyDeleted: boolean; cause?: unknown }> {
  // Whether it has expired is for the service to say: this machine's clock may be wrong.
  const claims = readClaims(token);
  if (!claims) return { keyDeleted: false };
  try {
    const pinner = await clientFor(token);
    if (claims.keyUuid !== undefined) {
      // It was there when it was exchanged: missing now, it was deleted by a request that was sent twice.
      await pinner.deleteKey(claims.keyUuid);
      return { keyDeleted: true };
    }
    if (claims.kind === "session") await pinner.logout();
    return { keyDeleted: false };
  } catch (cause) {
    // The service does not take the token any more: it is gone, or over.
    if (isApiError(cause) && cause.status === 401 && cause.operation !== "deleteKey")
      return { keyDeleted: false };
    return { keyDeleted: false, cause };
  }
}

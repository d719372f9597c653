import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { isExpired, readClaims } from "../sdk/token.ts";
import { removeToken } from "./store.ts";

export interface LogoutResult {
  status: "logged_out" | "not_authenticated";
  keyDeleted: boolean;
  /** The UUID of the API key that was stored, where one was. */
  keyUuid?: string | undefined;
  /** Why the key may still be there. */
  cause?: unknown;
}

/**
 * Deletes the stored token's API key on the service, unless `leaveKey`, and removes the token always. The key goes
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
  const revoke = async (token: string) => (leaveKey ? { keyDeleted: false } : revokeToken(token, clientFor));
  let revoked = await revoke(stored);
  const removed = await removeToken(path);
  // Another process has logged in meanwhile: what was removed is what it had stored.
  if (removed !== undefined && removed !== stored) revoked = await revoke(removed);
  return { status: "logged_out", keyUuid: readClaims(removed ?? stored)?.keyUuid, ...revoked };
}

async function revokeToken(
  token: string,
  clientFor: (token: string) => Promise<Pinner>,
): Promise<{ keyDeleted: boolean; cause?: unknown }> {
  const claims = readClaims(token);
  if (!claims || isExpired(claims)) return { keyDeleted: false };
  try {
    const pinner = await clientFor(token);
    if (claims.keyUuid !== undefined) return { keyDeleted: await pinner.deleteKey(claims.keyUuid) };
    if (claims.kind === "session") await pinner.logout();
    return { keyDeleted: false };
  } catch (cause) {
    // The service does not know the token any more: nothing is left to delete.
    if (isApiError(cause) && cause.status === 401 && cause.operation !== "deleteKey")
      return { keyDeleted: false };
    return { keyDeleted: false, cause };
  }
}

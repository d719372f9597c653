import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { isExpired, readClaims } from "../sdk/token.ts";
import { removeToken } from "./store.ts";

export interface LogoutResult {
  status: "logged_out" | "not_authenticated";
  keyDeleted: boolean;
  /** Why the key may still be there. */
  cause?: unknown;
}

/**
 * Removes the stored token, and deletes its API key on the service unless `keepKey`. The token goes first: a
 * service that cannot be reached keeps nobody logged in here.
 */
export async function logOut(
  path: string,
  connect: (token: string) => Pinner,
  { keepKey }: { keepKey: boolean },
): Promise<LogoutResult> {
  const token = await removeToken(path);
  if (token === undefined) return { status: "not_authenticated", keyDeleted: false };
  const claims = readClaims(token);
  const uuid = claims?.keyUuid;
  if (keepKey || !claims || isExpired(claims)) return { status: "logged_out", keyDeleted: false };
  try {
    const pinner = connect(token);
    if (uuid !== undefined) return { status: "logged_out", keyDeleted: await pinner.deleteKey(uuid) };
    if (claims.kind === "session") await pinner.logout();
    return { status: "logged_out", keyDeleted: false };
  } catch (cause) {
    // The service does not know the key any more: nothing is left to delete.
    if (isApiError(cause) && cause.status === 401) return { status: "logged_out", keyDeleted: false };
    return { status: "logged_out", keyDeleted: false, cause };
  }
}

import type { Pinner } from "../sdk/client.ts";
import { isExpired, readClaims, type TokenClaims } from "../sdk/token.ts";
import type { RequestEvent } from "../sdk/types.ts";
import type { Context } from "./context.ts";
import { Failure } from "./failure.ts";
import { heldToken, placeOf, renewal, warnOfEnd } from "./token-in-force.ts";

export interface Session {
  pinner: Pinner;
  token: string;
  claims: TokenClaims | undefined;
  /** A client with another token, for the same service. */
  clientFor: (token: string) => Pinner;
}

/**
 * A client with the token in force. It is warned of, unless told otherwise, when it ends soon.
 * @throws {Failure} `auth_required` or `token_expired` when there is none that could work; nothing is sent
 */
export async function openSession(
  context: Context,
  { onRequest, warns = true }: { onRequest?: (event: RequestEvent) => void; warns?: boolean } = {},
): Promise<Session> {
  const resolved = await context.token();
  const { token, source } = resolved;
  if (token === undefined) throw new Failure("auth_required", "not logged in", "Run `pinner auth`");
  const { path } = await context.config();
  const claims = readClaims(token);
  if (claims && isExpired(claims)) {
    const when = claims.expiresAt?.toISOString();
    throw new Failure(
      "token_expired",
      `the token from ${placeOf(source, path)} expired at ${when}`,
      renewal(source),
    );
  }
  if (warns) warnOfEnd(context, resolved, path);
  const clientFor = await context.clientFactory(onRequest);
  context.held = heldToken(resolved, path, await context.endpoint());
  return { pinner: clientFor(token), token, claims, clientFor };
}

import { EXPIRY_WARNING_MS } from "../../auth/thresholds.ts";
import { LOG_IN } from "../../cli/failure.ts";
import { placeOf, renewal } from "../../cli/token-in-force.ts";
import type { ConfigFile } from "../../credentials/config-file.ts";
import type { ResolvedToken } from "../../credentials/resolve.ts";
import { isExpired, readClaims } from "../../sdk/token.ts";
import { type Check, failed, note, ok, skipped, warning } from "./_check.ts";

export function checkConfig({ path, exists, readableByOthers, canBeTightened }: ConfigFile): Check[] {
  if (path === undefined) {
    const problem = "there is no home directory to keep the config file in: set PINNER_HOME to have one";
    return [skipped("config", problem), skipped("permissions", "there is no file")];
  }
  if (!exists)
    return [ok("config", `${path} does not exist yet`), skipped("permissions", "there is no file")];
  if (readableByOthers && !canBeTightened)
    return [ok("config", `${path} can be read`), skipped("permissions", "the file system keeps none")];
  const permissions = readableByOthers
    ? warning("permissions", `${path} can be read by other users`, `Run \`chmod 600 ${path}\``)
    : ok("permissions", "only its owner can read the file");
  return [ok("config", `${path} can be read`), permissions];
}

export const brokenConfig = (message: string): Check[] => [
  failed(
    "config",
    "config_invalid",
    message,
    "Correct it by hand: pinner never overwrites a file that it cannot read",
  ),
];

export function checkToken({ token, source }: ResolvedToken, now = Date.now()): Check {
  const renew = renewal(source);
  if (token === undefined)
    return failed("token", "auth_required", "there is no token: not logged in", LOG_IN);
  const from = placeOf(source, "the config file");
  const claims = readClaims(token);
  if (!claims) return warning("token", `the token from ${from} is not a token of Pinner's form`, renew);
  if (claims.kind === "two_factor")
    return failed("token", "token_refused", `the token from ${from} is a 2FA token`, renew);
  const { expiresAt } = claims;
  if (!expiresAt) return ok("token", `the token from ${from} does not say when it expires`);
  const when = expiresAt.toISOString();
  if (isExpired(claims, now))
    return failed("token", "token_expired", `the token from ${from} expired at ${when}`, renew);
  if (claims.kind === "session")
    return note("token", `the token from ${from} is a session's, and ends at ${when}`);
  if (expiresAt.getTime() - now < EXPIRY_WARNING_MS)
    return warning("token", `the token from ${from} expires at ${when}`, renew);
  return ok("token", `the token from ${from} works until ${when}`);
}

import { EXPIRY_WARNING_MS } from "../auth/thresholds.ts";
import type { ResolvedToken, Source } from "../credentials/resolve.ts";
import { readClaims } from "../sdk/token.ts";
import type { Context } from "./context.ts";
import type { HeldToken } from "./explain-answer.ts";
import { LOG_IN } from "./failure.ts";
import { fileOf, placeOfVariable } from "./variables.ts";

/** What is said of the token in force: where it came from, and what renews it there. */

/** The flag, the variable or the file that holds it. */
export const placeOf = (source: Source, configPath: string | undefined): string =>
  ({
    flag: "--auth-token",
    environment: "PINNER_AUTH_TOKEN",
    file: placeOfVariable("PINNER_AUTH_TOKEN"),
    config: configPath ?? "",
    none: "",
  })[source];

/** The tokens that flag and variable hold, whichever of them is in force: their keys are in use, too. */
export async function tokensElsewhere(
  context: Context,
): Promise<{ place: string; source: Source; token: string }[]> {
  const { token, source } = await context.token();
  const held: [Source, string | undefined][] = [
    ["flag", source === "flag" ? token : undefined],
    ["environment", context.env("PINNER_AUTH_TOKEN")],
    // What is not in force may be unreadable, and is nobody's concern then.
    [
      "file",
      fileOf("PINNER_AUTH_TOKEN") && (await context.envOrFile("PINNER_AUTH_TOKEN").catch(() => undefined)),
    ],
  ];
  return held.flatMap(([from, text]) =>
    text ? [{ place: placeOf(from, undefined), source: from, token: text.trim() }] : [],
  );
}

/** What to do for a token that works: a login mends what is stored, and no variable. */
export const renewal = (source: Source): string =>
  ({
    flag: "Give --auth-token a new one, such as `pinner auth --stdout` prints",
    environment: "Put a new one into PINNER_AUTH_TOKEN, such as `pinner auth --stdout` prints",
    file: "Put a new one into the file that PINNER_AUTH_TOKEN_FILE names, such as `pinner auth --stdout` prints",
    config: LOG_IN,
    none: LOG_IN,
  })[source];

/** Warns of a key that ends soon. A session's token always does. */
export function warnOfEnd({ out }: Context, { token, source }: ResolvedToken, configPath?: string): void {
  const claims = token === undefined ? undefined : readClaims(token);
  if (!claims?.expiresAt || claims.kind === "session") return;
  if (claims.expiresAt.getTime() - Date.now() > EXPIRY_WARNING_MS) return;
  const when = claims.expiresAt.toISOString();
  out.warn(`the token from ${placeOf(source, configPath)} ends at ${when}. ${renewal(source)} before then`);
}

/** What to say should the service refuse a token: where that came from, and who issued it where that is another service. */
export function heldToken(
  { token = "", source }: ResolvedToken,
  configPath: string | undefined,
  endpoint: string,
): HeldToken {
  const issuer = foreignIssuer(token, endpoint);
  const place = placeOf(source, configPath);
  const refusal =
    issuer === undefined
      ? `the service refused the token from ${place}`
      : `the service at ${endpoint} refused the token from ${place}, which ${issuer} issued`;
  return { place, refusal, renewal: renewal(source) };
}

/** The service that issued a token, where it is not the one that it is sent to. */
export function foreignIssuer(token: string, endpoint: string): string | undefined {
  const issuer = readClaims(token)?.issuer;
  if (issuer === undefined) return undefined;
  const { hostname } = new URL(endpoint);
  return hostname === issuer || hostname.endsWith(`.${issuer}`) ? undefined : issuer;
}

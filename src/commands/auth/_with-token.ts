import { storeToken } from "../../auth/store.ts";
import { readPiped } from "../../cli/ask.ts";
import type { Context } from "../../cli/context.ts";
import { Failure, UsageError } from "../../cli/failure.ts";
import { hostOf } from "../../cli/host.ts";
import { canPrompt } from "../../cli/input.ts";
import { safeText } from "../../cli/safe-text.ts";
import { noteModes } from "../../cli/stored.ts";
import { howLong } from "../../cli/times.ts";
import { isExpired, readClaims, type TokenClaims } from "../../sdk/token.ts";
import { confirmOverwrite, noteLeftKey, noteShadowing } from "./_stored.ts";

/** Stores a token that the user has, without asking the network. */
export async function storeGivenToken(context: Context<never, "force", "token">): Promise<undefined> {
  const given = context.secret("token");
  const place = given === undefined ? (canPrompt(context.out.json) ? "" : "stdin: ") : "TOKEN: ";
  const token = (given ?? (await readToken(context))).trim();
  return storeChecked(context, token, checkToken(token, await context.endpoint(), place));
}

/** @param whose what the service says of it, where it was asked */
export async function storeChecked(
  context: Context<never, "force">,
  token: string,
  claims: TokenClaims,
  whose?: { email: string; keyName: string | undefined },
): Promise<undefined> {
  const mayReplace = await confirmOverwrite(context, token);
  const configPath = await context.configPath();
  const replaced = await storeToken(configPath, token, mayReplace);
  const { keyUuid, expiresAt } = claims;
  const portalURL = await context.endpoint();
  const key = whose?.keyName === undefined ? "token" : `API key "${whose.keyName}"`;
  const message = whose
    ? `Logged in as ${whose.email}. The ${key} is stored in ${configPath}`
    : `The token is stored in ${configPath}`;
  noteModes(context, configPath);
  noteLeftKey(context, replaced, token);
  noteShadowing(context);
  if (!context.out.json) {
    const what = whose?.keyName ?? keyUuid ?? "login token";
    const life = expiresAt ? `, works ${howLong(expiresAt)}` : "";
    await context.out.result(safeText(message), {
      title: whose ? `Logged in to ${hostOf(portalURL)} as ${whose.email}` : "The token is stored",
      rows: [
        [keyUuid === undefined ? "Token" : "Key", `${what}${life}`],
        ["Stored", configPath],
        ["Next", whose ? "pinner account api-keys list" : "pinner auth status"],
      ],
    });
    return;
  }
  await context.out.document({
    status: "authenticated",
    configPath,
    portalURL,
    ...(keyUuid === undefined ? {} : { apiKeyUuid: keyUuid }),
    ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    replaced: [],
    message,
    ...(context.unmask ? { token } : {}),
  });
}

async function readToken(context: Context<never, never, "token">): Promise<string> {
  if (canPrompt(context.out.json)) return context.prompt("token", "Token");
  const piped = await readPiped(context, "token");
  if (piped !== undefined) return piped;
  throw new UsageError("--with-token reads the token from stdin, and none came", "input_missing");
}

/**
 * @param place that it came from, with a colon, unless it was typed
 * @throws when the service could never accept it for what it is stored for
 */
export function checkToken(token: string, endpoint: string, place = ""): TokenClaims {
  const claims = readClaims(token);
  if (!claims) {
    const advice = "a token has three parts with dots between them, as `pinner auth --stdout` prints it";
    throw new UsageError(`${place}this is not a token: ${advice}`, "token_invalid");
  }
  if (claims.kind === "two_factor") {
    const advice = "log in with `pinner auth` and a code instead";
    throw new UsageError(
      `${place}this is a 2FA token, which is good for nothing but a code: ${advice}`,
      "token_invalid",
    );
  }
  const sibling = otherService(claims.issuer, endpoint);
  if (sibling !== undefined)
    throw new UsageError(
      `${place}this token is of another Pinner service, ${sibling}: ${endpoint} would refuse it`,
      "token_invalid",
    );
  if (isExpired(claims)) {
    const when = claims.expiresAt?.toISOString();
    throw new Failure(
      "token_expired",
      `${place}this token expired at ${when}`,
      "Run `pinner auth` for a new one",
    );
  }
  return claims;
}

/** Another service of the same portal, such as `ipfs.pinner.xyz` beside `account.pinner.xyz`. */
function otherService(issuer: string | undefined, endpoint: string): string | undefined {
  const { hostname } = new URL(endpoint);
  const portal = /^account\.(.+)$/.exec(hostname)?.[1];
  return portal !== undefined && issuer !== hostname && issuer?.endsWith(`.${portal}`) ? issuer : undefined;
}

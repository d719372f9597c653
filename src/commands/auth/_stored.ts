import { keyUuidOf } from "../../auth/keys.ts";
import type { Context } from "../../cli/context.ts";
import { Cancelled, UsageError } from "../../cli/failure.ts";
import { canPrompt, promptConfirm } from "../../cli/input.ts";
import { fileOf } from "../../cli/variables.ts";
import { isExpired, readClaims } from "../../sdk/token.ts";

/** Whether a stored token may be replaced: what another login stores after the question was not asked about. */
export type MayReplace = (stored: string) => boolean;

/**
 * Asks before a stored token is overwritten, unless it has expired or `--force` is given.
 * @param replacement what is to be stored, where that is known: storing the same token again loses nothing
 * @returns which tokens the user has given up
 */
export async function confirmOverwrite(
  context: Context<never, "force">,
  replacement?: string,
): Promise<MayReplace> {
  const { content, path } = await context.config();
  const stored = content.authToken;
  const needsNoQuestion = (token: string) =>
    context.flag("force") || token === replacement || hasExpired(token);
  if (stored === undefined || needsNoQuestion(stored)) return needsNoQuestion;
  if (!canPrompt(context.out.json)) {
    // A token that was given is stored without asking the network.
    if (replacement === undefined && (await isRefused(context, stored)))
      return (token) => token === stored || needsNoQuestion(token);
    throw new UsageError(`${path} holds a token already: give --force to overwrite it`, "input_missing");
  }
  const uuid = keyUuidOf(stored);
  const what = uuid === undefined ? "A token" : `The token of API key ${uuid}`;
  const issuer = readClaims(stored)?.issuer;
  const of = issuer === undefined ? "" : ` of ${issuer}`;
  const sure = await promptConfirm(`${what}${of} is stored already. Overwrite it?`);
  if (!sure) throw new Cancelled("cancelled: the stored token stays");
  return (token) => token === stored || needsNoQuestion(token);
}

/** A key that the service does not know any more is as good as expired. */
async function isRefused(context: Context, token: string): Promise<boolean> {
  if (keyUuidOf(token) === undefined) return false;
  const { isApiError } = await import("../../sdk/errors.ts");
  const session = (await context.clientFactory())(token).session();
  return session.then(
    () => false,
    (error: unknown) => isApiError(error) && error.status === 401,
  );
}

function hasExpired(token: string): boolean {
  const claims = readClaims(token);
  return claims !== undefined && isExpired(claims);
}

/** Names the API key of a token that was replaced, and not deleted. */
export function noteLeftKey(context: Context, replaced: string | undefined, token: string): void {
  const uuid = keyUuidOf(replaced);
  if (uuid !== undefined && uuid !== keyUuidOf(token)) noteLeft(context, { uuid });
}

/** @param key without a name where it may be another account's */
export function noteLeft({ out }: Context, { uuid, name }: { uuid: string; name?: string }): void {
  const key = name === undefined ? uuid : `"${name}" (${uuid})`;
  const where = name === undefined ? ", logged in to its own account," : "";
  const way = `\`pinner account api-keys delete ${uuid}\`${where} deletes it`;
  // One that this account does not have may be another's, or gone.
  const works = name === undefined ? "may still work" : "still works";
  out.info(`Note: the API key that was stored before, ${key}, ${works}: ${way}`);
}

/** Says when what was just stored or removed is not what counts. */
export function noteShadowing(context: Context): void {
  const isFile = fileOf("PINNER_AUTH_TOKEN") !== undefined;
  if (isFile || context.env("PINNER_AUTH_TOKEN") !== undefined)
    context.out.info(`Note: PINNER_AUTH_TOKEN${isFile ? "_FILE" : ""} is set, and wins over what is stored`);
}

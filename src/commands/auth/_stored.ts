import type { Context } from "../../cli/context.ts";
import { Cancelled, UsageError } from "../../cli/failure.ts";
import { canPrompt, promptConfirm } from "../../cli/input.ts";
import { isExpired, readClaims } from "../../sdk/token.ts";

/**
 * Asks before a stored token is overwritten, unless it has expired or `--force` is given.
 * @param replacement what is to be stored, where that is known: storing the same token again loses nothing
 */
export async function confirmOverwrite(
  context: Context<never, "force">,
  replacement?: string,
): Promise<void> {
  const { content, path } = await context.config();
  const stored = content.authToken;
  if (stored === undefined || stored === replacement || context.flag("force")) return;
  const claims = readClaims(stored);
  if (claims && isExpired(claims)) return;
  if (!canPrompt(context.out.json)) {
    throw new UsageError(`${path} holds a token already: give --force to overwrite it`, "input_missing");
  }
  const sure = await promptConfirm("A token is stored already. Overwrite it?");
  if (!sure) throw new Cancelled("cancelled: the stored token stays");
}

/** Says when what was just stored or removed is not what counts. */
export function noteShadowing(context: Context): void {
  if (context.env("PINNER_AUTH_TOKEN") !== undefined)
    context.out.info("Note: PINNER_AUTH_TOKEN is set, and wins over what is stored");
}

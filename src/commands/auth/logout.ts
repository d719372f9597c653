import { lastToCome } from "../../auth/key-end.ts";
import { keyUuidOf } from "../../auth/keys.ts";
import { type LogoutResult, logOut } from "../../auth/logout.ts";
import { proveRemovable } from "../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../cli/accepted-until.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import { isPendingDeletion } from "../../cli/explain-answer.ts";
import { safeText } from "../../cli/safe-text.ts";
import { tokensElsewhere } from "../../cli/token-in-force.ts";
import { readClaims } from "../../sdk/token.ts";
import { noteShadowing } from "./_stored.ts";

export default defineCommand({
  args: {
    "keep-key": { type: "boolean", description: "Leave the API key on the service: it goes on working" },
  },
  examples: [
    ["pinner auth logout", "Delete this machine's API key, and remove it from the config file"],
    ["pinner auth logout --keep-key", "Remove it from the config file only"],
  ],
  async run(context) {
    const { out } = context;
    const { path: configPath = "", content } = await context.config();
    const stored = content.authToken;
    const leaveKey = context.flag("keep-key");
    if (stored !== undefined) await proveRemovable(configPath);
    const clientFor = async (token: string) => (await context.clientFactory())(token);
    const result = await context.uninterrupted(() => logOut(configPath, stored, clientFor, { leaveKey }));

    const message = describe(result, configPath, leaveKey);
    const until = result.keyDeleted && stored ? lastToCome([readClaims(stored)?.expiresAt]) : undefined;
    const { status, keyDeleted, cause } = result;
    if (out.json) {
      const place = status === "logged_out" ? { configPath } : {};
      await out.document({ status, ...place, keyDeleted, ...acceptedUntilOf(until), message });
    } else await out.result(safeText(message));
    tellAcceptedUntil(context, until);
    if (cause !== undefined) {
      const { message: why } = explain(cause);
      const later = isPendingDeletion(cause)
        ? "It ends with the account"
        : result.keyUuid === undefined
          ? "It ends by itself"
          : `Log in, then delete it with \`pinner account api-keys delete ${result.keyUuid}\``;
      const what = result.keyUuid === undefined ? "session" : "API key";
      out.warn(`the ${what} may still work: ${why}. ${later}`);
    }
    if (status === "not_authenticated") await noteElsewhere(context);
    else noteShadowing(context);
  },
});

/** Nothing was stored: the token that a variable holds is not what was asked for. */
async function noteElsewhere(context: Context): Promise<void> {
  for (const { place, token } of await tokensElsewhere(context)) {
    const uuid = keyUuidOf(token);
    const how =
      uuid === undefined ? "" : `: \`pinner account api-keys delete ${uuid} --force\` deletes its key`;
    context.out.info(`Note: only the stored token is removed here, and ${place} holds one${how}`);
  }
}

function describe(result: LogoutResult, configPath: string, leaveKey: boolean): string {
  if (result.status === "not_authenticated")
    return `Not logged in: ${configPath ? `${configPath} holds no token` : "there is no config file"}`;
  const removed = result.superseded
    ? `Logged out: the token is gone, and ${configPath} holds one that another login has stored meanwhile`
    : `Logged out: the token is removed from ${configPath}`;
  const key = result.keyUuid === undefined ? "" : `API key ${result.keyUuid}`;
  if (!key) return removed;
  if (result.keyDeleted) return `${removed}, and ${key} is deleted`;
  if (leaveKey) return `${removed}; ${key} still works`;
  return result.cause === undefined
    ? `${removed}; the service no longer accepted ${key}`
    : `${removed}, but ${key} could not be deleted`;
}

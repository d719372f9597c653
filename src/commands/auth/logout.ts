import { lastToCome } from "../../auth/key-end.ts";
import { keyUuidOf } from "../../auth/keys.ts";
import { type LogoutResult, logOut } from "../../auth/logout.ts";
import { proveRemovable } from "../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../cli/accepted-until.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import { isPendingDeletion } from "../../cli/explain-answer.ts";
import type { Report } from "../../cli/report.ts";
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

    const { message, report } = describe(result, configPath, leaveKey);
    const until = result.keyDeleted && stored ? lastToCome([readClaims(stored)?.expiresAt]) : undefined;
    const { status, keyDeleted, cause } = result;
    if (out.json) {
      const place = status === "logged_out" ? { configPath } : {};
      await out.document({ status, ...place, keyDeleted, ...acceptedUntilOf(until), message });
    } else await out.result(safeText(message), report);
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

/** What became of the key, in a sentence that goes on, and by itself. */
const fates = {
  deleted: { goesOn: (key: string) => `, and ${key} is deleted`, alone: "is deleted" },
  kept: { goesOn: (key: string) => `; ${key} still works`, alone: "still works" },
  refused: {
    goesOn: (key: string) => `; the service no longer accepted ${key}`,
    alone: "was no longer accepted by the service",
  },
  left: { goesOn: (key: string) => `, but ${key} could not be deleted`, alone: "could not be deleted" },
};

function describe(
  { status, superseded, keyUuid, keyDeleted, cause }: LogoutResult,
  configPath: string,
  leaveKey: boolean,
): { message: string; report: Report } {
  if (status === "not_authenticated") {
    const why = configPath ? `${configPath} holds no token` : "there is no config file";
    return {
      message: `Not logged in: ${why}`,
      report: { state: "note", title: "Not logged in", rows: [["Config", why]] },
    };
  }
  const removed = superseded
    ? `the token is gone, and ${configPath} holds one that another login has stored meanwhile`
    : `the token is removed from ${configPath}`;
  const fate = fates[keyDeleted ? "deleted" : leaveKey ? "kept" : cause === undefined ? "refused" : "left"];
  return {
    message: `Logged out: ${removed}${keyUuid === undefined ? "" : fate.goesOn(`API key ${keyUuid}`)}`,
    report: {
      state: cause === undefined ? "good" : "unsure",
      title: `Logged out: ${removed}`,
      rows: [["Key", keyUuid === undefined ? undefined : `${keyUuid} ${fate.alone}`]],
    },
  };
}

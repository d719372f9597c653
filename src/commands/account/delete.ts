import { lastToCome } from "../../auth/key-end.ts";
import { proveRemovable, removeToken } from "../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../cli/accepted-until.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { Cancelled, UsageError } from "../../cli/failure.ts";
import { canPrompt } from "../../cli/input.ts";
import { safeText } from "../../cli/safe-text.ts";
import { openSession } from "../../cli/session.ts";

export default defineCommand({
  args: {
    force: { type: "boolean", alias: "f", description: "Do not ask: for use without a terminal" },
  },
  examples: [
    ["pinner account delete", "Ask for the account's email, then have it deleted in 48 hours"],
    ["pinner account delete --force", "The same without a question"],
  ],
  async run(context) {
    const { out } = context;
    const force = context.flag("force");
    if (!force && !canPrompt(out.json))
      throw new UsageError(
        "this ends the account: give --force to do so without a terminal",
        "input_missing",
      );
    const { pinner, token, claims } = await openSession(context, { warns: false });
    const { email } = await pinner.account();
    if (!force) await confirm(context, email);

    const { path = "", content } = await context.config();
    const isInForce = content.authToken === token;
    if (isInForce) await proveRemovable(path);
    await context.uninterrupted(async () => {
      await pinner.deleteAccount();
      if (isInForce) await removeToken(path, (stored) => stored === token);
    });
    const until = claims?.keyUuid === undefined ? undefined : lastToCome([claims.expiresAt]);
    const gone = isInForce ? `, and its token is removed from ${path}` : "";
    const message = `${email} will be deleted in 48 hours, and takes no login from now on${gone}`;
    if (out.json)
      await out.document({ status: "deletion_requested", email, ...acceptedUntilOf(until), message });
    else
      await out.result(safeText(message), {
        title: `${email} will be deleted in 48 hours`,
        rows: [
          ["Login", "takes none from now on"],
          ["Token", isInForce ? `removed from ${path}` : undefined],
        ],
      });
    tellAcceptedUntil(context, until);
  },
});

/** Whoever types the address knows which account it is that ends. */
async function confirm(context: Context, email: string): Promise<void> {
  const { promptText } = await import("../../cli/input.ts");
  context.out.beginDialogue();
  context.out.warn(safeText(`this ends the account ${email}, with all its keys`));
  const typed = await promptText("Type its email to confirm");
  if (typed.trim().toLowerCase() !== email.toLowerCase())
    throw new Cancelled("cancelled: that is another address, and nothing was changed");
}

import { askEmail } from "../cli/ask.ts";
import { askNewPassword } from "../cli/ask-password.ts";
import { defineCommand } from "../cli/command.ts";
import { readEmailToken } from "../cli/email-token.ts";
import { UsageError } from "../cli/failure.ts";
import { KEYS_LIVE_ON } from "../cli/live-on.ts";
import { safeText } from "../cli/safe-text.ts";
import { emailTokenArg, passwordArg } from "./_args.ts";

export default defineCommand({
  args: {
    email: { type: "string", alias: "e", valueHint: "EMAIL", description: "Email of the account" },
    token: emailTokenArg,
    password: {
      ...passwordArg,
      description: "The new password, with --token",
      variable: "PINNER_NEW_PASSWORD",
      stdin: true,
    },
  },
  examples: [
    ["pinner reset-password -e me@example.com", "Ask for an email with a code"],
    ["pinner reset-password -e me@example.com -t a1b2c3", "Set a new password with that code"],
  ],
  async run(context) {
    const { out } = context;
    const given = context.secret("token");
    if (given === undefined && context.given("password"))
      throw new UsageError("--password goes with --token: ask for the code first, without it");
    const link = given === undefined ? undefined : readEmailToken(given, "reset-password");
    const clientFor = await context.clientFactory();
    const email = await askEmail(context, { other: link?.email });
    if (link === undefined) {
      await clientFor(undefined).requestPasswordReset(email);
      const said = `If ${email} is registered, an email with a code is on its way to it`;
      const next = `pinner reset-password --email ${email} --token CODE`;
      const sent = `${said}. Next: \`${next}\``;
      if (out.json) await out.document({ status: "sent", email, message: sent });
      else await out.result(safeText(sent), { state: "note", title: said, rows: [["Next", next]] });
      return;
    }
    const password = await askNewPassword(context, {
      flag: "password",
      variable: "PINNER_NEW_PASSWORD",
      what: "new password",
    });
    await clientFor(undefined).confirmPasswordReset({ email, token: link.token, password });
    const title = `The new password of ${email} is set`;
    const message = `${title}. ${KEYS_LIVE_ON}`;
    if (out.json) await out.document({ status: "reset", email, message });
    else await out.result(safeText(message), { title, rows: [["Keys", KEYS_LIVE_ON]] });
  },
});

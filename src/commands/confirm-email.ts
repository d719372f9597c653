import { askEmail, askLast, missing } from "../cli/ask.ts";
import { defineCommand } from "../cli/command.ts";
import type { Context } from "../cli/context.ts";
import { readEmailToken } from "../cli/email-token.ts";
import { UsageError } from "../cli/failure.ts";
import { canPrompt } from "../cli/input.ts";
import { safeText } from "../cli/safe-text.ts";
import { emailTokenArg } from "./_args.ts";

export default defineCommand({
  args: {
    email: { type: "string", alias: "e", valueHint: "EMAIL", description: "Email to confirm" },
    token: emailTokenArg,
    resend: { type: "boolean", description: "Ask for a new email instead" },
  },
  examples: [
    ["pinner confirm-email -e me@example.com -t a1b2c3", "Confirm with the code from the email"],
    ["pinner confirm-email -t 'https://…?email=…&token=…'", "Confirm with the link from the email"],
    ["pinner confirm-email -e me@example.com --resend", "Ask for a new email"],
  ],
  async run(context) {
    return context.flag("resend") ? resend(context) : confirm(context);
  },
});

const KIND = "confirm-email";

type ConfirmContext = Context<"email", never, "token">;

async function resend(context: ConfirmContext): Promise<undefined> {
  if (context.given("token"))
    throw new UsageError("--token and --resend exclude each other: confirm, or ask for a new email");
  const clientFor = await context.clientFactory();
  const email = await askEmail(context);
  await clientFor(undefined).resendVerification(email);
  const message = `If ${email} is registered and not confirmed yet, a new email is on its way to it`;
  await report(context, "sent", email, message, `pinner confirm-email --email ${email} --token CODE`);
}

async function confirm(context: ConfirmContext): Promise<undefined> {
  const clientFor = await context.clientFactory();
  const given = context.secret("token");
  const fromFlag = given === undefined ? undefined : readEmailToken(given, KIND);
  const email = await askEmail(context, { other: fromFlag?.email });
  const { token } = fromFlag ?? readEmailToken(await askToken(context), KIND);
  await clientFor(undefined).verifyEmail({ email, token });
  // It does so, too, where it knows no such address: no more can be said.
  const message = `The service accepts the code for ${email}`;
  await report(context, "verified", email, message, `pinner auth --email ${email}`);
}

async function askToken(context: ConfirmContext): Promise<string> {
  if (!canPrompt(context.out.json)) throw missing("code from the email", "--token");
  return askLast(context, "token", "Code from the email", (text) =>
    text.trim() ? undefined : "The code must not be empty",
  );
}

async function report(
  { out }: Context,
  status: "sent" | "verified",
  email: string,
  said: string,
  next: string,
): Promise<void> {
  const message = `${said}. Next: \`${next}\``;
  if (out.json) return out.document({ status, email, message });
  await out.result(safeText(message), {
    state: status === "sent" ? "note" : "good",
    title: said,
    rows: [["Next", next]],
  });
}

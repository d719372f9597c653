import { askEmail, askName } from "../cli/ask.ts";
import { askNewPassword, PASSWORD } from "../cli/ask-password.ts";
import { defineCommand } from "../cli/command.ts";
import { safeText } from "../cli/safe-text.ts";
import { passwordArg } from "./_args.ts";

export default defineCommand({
  args: {
    email: { type: "string", alias: "e", valueHint: "EMAIL", description: "Email of the new account" },
    "first-name": { type: "string", alias: "f", valueHint: "NAME", description: "First name" },
    "last-name": { type: "string", alias: "l", valueHint: "NAME", description: "Last name" },
    password: {
      ...passwordArg,
      description: "Password of at least 8 characters",
      variable: "PINNER_PASSWORD",
      stdin: true,
    },
  },
  examples: [
    ["pinner register", "Ask for everything"],
    [
      "pinner register -e me@example.com -f Ada -l Lovelace < password.txt",
      "Without a terminal: the password on stdin",
    ],
  ],
  async run(context) {
    const { out } = context;
    const clientFor = await context.clientFactory();
    const email = await askEmail(context);
    const firstName = await askName(context, "first-name", "First name");
    const lastName = await askName(context, "last-name", "Last name");
    const password = await askNewPassword(context, PASSWORD);
    await clientFor(undefined).register({ email, firstName, lastName, password });

    const next = `pinner confirm-email --email ${email}`;
    const message = `Registered ${email}. Next: confirm it with the code from the service's email: \`${next} --token CODE\`. If none comes, look among the spam, then \`${next} --resend\``;
    if (out.json) await out.document({ status: "registered", email, message });
    else
      await out.result(safeText(message), {
        title: `Registered ${email}`,
        rows: [
          ["Next", `${next} --token CODE`],
          ["Code", "in the service's email. If none comes, look among the spam"],
          ["Again", `${next} --resend`],
        ],
      });
  },
});

import { checkedEmail, emailProblem, missing } from "../../cli/ask.ts";
import { PASSWORD, withPassword } from "../../cli/ask-password.ts";
import { defineCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { canPrompt } from "../../cli/input.ts";
import { safeText } from "../../cli/safe-text.ts";
import { openSession } from "../../cli/session.ts";
import { accountPasswordArg } from "../_args.ts";

export default defineCommand({
  args: {
    new: { type: "positional", required: false, description: "The new email address" },
    password: accountPasswordArg,
  },
  examples: [
    ["pinner account email new@example.com", "Change the address: it is in force at once"],
    ["pinner account email new@example.com < password.txt", "The same in a pipeline"],
  ],
  async run(context) {
    const { out } = context;
    const given = context.text("new");
    if (given === undefined && !canPrompt(out.json)) throw missing("new email", "NEW");
    const email =
      given === undefined
        ? (await context.prompt("new", "New email", emailProblem)).trim()
        : checkedEmail(given, "NEW");
    const { pinner } = await openSession(context);
    const present = async () => (await pinner.account()).email.toLowerCase();
    await withPassword(context, PASSWORD, async (password) => {
      // The service would answer that it failed.
      if ((await present()) === email.toLowerCase())
        throw new Failure("conflict", `${email} is the account's address already: nothing was changed`);
      await pinner.updateEmail({ email, password });
    });
    const message = `The account's address is ${email} from now on, also for the next login`;
    await (out.json
      ? out.document({ status: "updated", email, message })
      : out.result(safeText(message), {
          title: `The account's address is ${email}`,
          rows: [["From", "now on, also for the next login"]],
        }));
  },
});

import { defineCommand } from "../../cli/command.ts";
import { UsageError } from "../../cli/failure.ts";
import { safeText } from "../../cli/safe-text.ts";
import { openSession } from "../../cli/session.ts";

export default defineCommand({
  args: {
    "first-name": { type: "string", alias: "f", valueHint: "NAME", description: "First name" },
    "last-name": { type: "string", alias: "l", valueHint: "NAME", description: "Last name" },
  },
  examples: [["pinner account profile -f Ada -l Lovelace", "Change the account's names"]],
  async run(context) {
    const { out } = context;
    const firstName = context.text("first-name")?.trim();
    const lastName = context.text("last-name")?.trim();
    if (firstName === undefined && lastName === undefined)
      throw new UsageError("a name is missing: give --first-name, --last-name or both", "input_missing");
    const { pinner } = await openSession(context);
    await pinner.updateProfile({
      ...(firstName === undefined ? {} : { firstName }),
      ...(lastName === undefined ? {} : { lastName }),
    });
    const account = await pinner.account();
    if (out.json) await out.document(account);
    else {
      const message = `The account's name is ${account.first_name} ${account.last_name}`;
      await out.result(safeText(message), { title: message });
    }
  },
});

import { askNewPassword, withPassword } from "../../cli/ask-password.ts";
import { defineCommand } from "../../cli/command.ts";
import { UsageError } from "../../cli/failure.ts";
import { KEYS_LIVE_ON } from "../../cli/live-on.ts";
import { openSession } from "../../cli/session.ts";

export default defineCommand({
  args: {
    "current-password": {
      type: "string",
      secret: true,
      valueHint: "PASSWORD",
      description: "The present password",
      variable: "PINNER_PASSWORD",
    },
    "new-password": {
      type: "string",
      secret: true,
      valueHint: "PASSWORD",
      description: "The new password",
      variable: "PINNER_NEW_PASSWORD",
    },
  },
  examples: [
    ["pinner account password", "Ask for the present password, and for the new one twice"],
    [
      "PINNER_PASSWORD_FILE=old PINNER_NEW_PASSWORD_FILE=new pinner account password",
      "Without a terminal: both from files",
    ],
  ],
  async run(context) {
    const { out } = context;
    const { pinner } = await openSession(context);
    let set: string | undefined;
    const change = async (currentPassword: string) => {
      // Typed once, also where the present one was refused.
      set ??= await askNewPassword(context, {
        flag: "new-password",
        variable: "PINNER_NEW_PASSWORD",
        what: "new password",
        notOnStdin: true,
      });
      if (set === currentPassword)
        throw new UsageError("the new password is the present one: nothing was changed");
      await pinner.updatePassword({ currentPassword, newPassword: set });
    };
    const places = {
      flag: "current-password",
      variable: "PINNER_PASSWORD",
      what: "present password",
      notOnStdin: true,
    } as const;
    await withPassword(context, places, change);
    const message = `The password is changed. ${KEYS_LIVE_ON}`;
    await (out.json
      ? out.document({ status: "updated", message })
      : out.result(message, { title: "The password is changed", rows: [["Keys", KEYS_LIVE_ON]] }));
  },
});

import { PASSWORD, withPassword } from "../../../cli/ask-password.ts";
import { defineCommand } from "../../../cli/command.ts";
import { canPrompt } from "../../../cli/input.ts";
import { openSession } from "../../../cli/session.ts";
import { accountPasswordArg } from "../../_args.ts";

export default defineCommand({
  args: {
    password: accountPasswordArg,
  },
  examples: [
    ["pinner account otp disable", "Ask for the password, then turn 2FA off"],
    ["pinner account otp disable < password.txt", "The same in a pipeline"],
  ],
  async run(context) {
    const { out } = context;
    const { pinner } = await openSession(context);
    const isOn = async () => (await pinner.account()).otp;
    // Nobody types a password for nothing; without a terminal, what is missing is told before anything is sent.
    const asksFirst = canPrompt(out.json);
    const turnOff = async (password: string): Promise<boolean> => {
      if (!asksFirst && !(await isOn())) return false;
      await pinner.disableOtp(password);
      return true;
    };
    const wasOn = (!asksFirst || (await isOn())) && (await withPassword(context, PASSWORD, turnOff));
    const message = wasOn
      ? "2FA is off: the password alone logs in from now on"
      : "2FA was off already: nothing was changed";
    await (out.json
      ? out.document({ status: "disabled", message })
      : out.result(message, { state: wasOn ? "good" : "note", title: message }));
  },
});

import { serviceClock } from "../../../auth/clock.ts";
import { readCode } from "../../../cli/ask.ts";
import { defineCommand } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { Failure } from "../../../cli/failure.ts";
import { canPrompt } from "../../../cli/input.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";

export default defineCommand({
  args: {
    otp: {
      type: "string",
      secret: true,
      alias: "o",
      valueHint: "CODE",
      description: "Turn 2FA on with a code of the secret that an earlier call gave",
    },
  },
  examples: [
    ["pinner account otp enable", "Show a QR code for an authenticator, then ask for its first code"],
    ["pinner account otp enable --json", "Without a terminal: get the secret and the otpauth:// link …"],
    ["pinner account otp enable --otp 123456", "… then turn 2FA on with a code made from it"],
  ],
  async run(context) {
    const { out } = context;
    const flag = context.secret("otp");
    const code = flag === undefined ? undefined : readCode(flag, "--otp");
    const clock = serviceClock();
    const { pinner } = await openSession(context, { onRequest: clock.onRequest });
    const { email, otp } = await pinner.account();
    // A new secret would replace the one in the user's authenticator at once, and lock the user out.
    if (otp)
      throw new Failure("conflict", "2FA is on already", "Turn it off first: `pinner account otp disable`");

    if (code !== undefined) await pinner.verifyOtp(code);
    else {
      const secret = await pinner.generateOtp();
      const uri = otpUri(email, secret);
      if (!canPrompt(out.json)) {
        await showPending(context, secret, uri);
        return;
      }
      const { enrol } = await import("./_enrol.ts");
      await enrol(context, {
        secret,
        uri,
        verify: (entered) => pinner.verifyOtp(entered),
        clockOffset: () => clock.offset,
      });
    }
    const message = "2FA is on: logging in asks for a code from now on";
    await (out.json ? out.document({ status: "enabled", message }) : out.result(message, { title: message }));
  },
});

/** The form that authenticators read: the service gives only the secret. */
function otpUri(email: string, secret: string): string {
  // A lone surrogate, which JSON can hold, cannot be encoded in a link.
  const account = encodeURIComponent(email.replace(/\p{Surrogate}/gu, "\ufffd"));
  return `otpauth://totp/Pinner:${account}?secret=${secret}&issuer=Pinner`;
}

async function showPending({ out }: Context, secret: string, uri: string): Promise<void> {
  if (out.json) return out.document({ status: "pending", secret, uri });
  await out.result(`Secret: ${safeText(secret)}\n${safeText(uri)}`);
  out.info("2FA is not on yet: turn it on with `pinner account otp enable --otp CODE`");
}

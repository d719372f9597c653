import { codeProblem, readCode } from "../../cli/ask.ts";
import type { Context } from "../../cli/context.ts";
import { UsageError } from "../../cli/failure.ts";
import { canPrompt } from "../../cli/input.ts";
import type { Pinner } from "../../sdk/client.ts";
import { isOtpRefused } from "../../sdk/errors.ts";

const REPEATS = 2;

/** The 2FA code that came with the command. @throws {UsageError} when it is none */
export async function givenCode(context: Context<never, never, "otp-code">): Promise<string | undefined> {
  const flag = context.secret("otp-code");
  if (flag !== undefined) return readCode(flag, "--otp-code");
  const variable = await context.envOrFile("PINNER_OTP");
  return variable === undefined ? undefined : readCode(variable, "PINNER_OTP");
}

/** Exchanges a code for the session. At a terminal a refused code may be entered again, without the password. */
export async function validateCode(
  context: Context<never, never, "otp-code">,
  pinner: Pinner,
  otpToken: string,
  given: string | undefined,
): Promise<string> {
  const interactive = canPrompt(context.out.json);
  if (given === undefined && !interactive) {
    const message = "this account uses 2FA, and the code is missing: give it with --otp-code or PINNER_OTP";
    throw new UsageError(message, "otp_required");
  }
  let code = given ?? (await promptCode(context));
  for (let repeats = 0; ; repeats++) {
    try {
      return await pinner.validateOtp(otpToken, code);
    } catch (error) {
      if (!isOtpRefused(error) || !interactive || repeats === REPEATS) throw error;
      context.out.warn("the service refused this code: enter the one that your authenticator shows now");
      code = await promptCode(context);
    }
  }
}

const promptCode = async (context: Context<never, never, "otp-code">): Promise<string> =>
  readCode(await context.prompt("otp-code", "2FA code", codeProblem), "the prompt");

import type { CodeMaker } from "../../auth/totp.ts";
import { codeProblem, readCode } from "../../cli/ask.ts";
import type { Context } from "../../cli/context.ts";
import { UsageError } from "../../cli/failure.ts";
import { canPrompt } from "../../cli/input.ts";
import { rememberSecret } from "../../cli/safe-text.ts";
import { placeOfVariable } from "../../cli/variables.ts";
import { pause } from "../../sdk/abort.ts";
import type { Pinner } from "../../sdk/client.ts";
import { isOtpRefused } from "../../sdk/errors.ts";

const REPEATS = 2;

/** A 2FA code, or what makes one when the service asks for it. */
export type GivenCode = string | CodeMaker;

/**
 * The 2FA code that came with the command. It is read before anything is sent, whether the service will ask for it or not.
 * @throws {UsageError} when it is none
 */
export async function givenCode(context: Context<never, never, "otp-code">): Promise<GivenCode | undefined> {
  const flag = context.secret("otp-code");
  if (flag !== undefined) return readCode(flag, "--otp-code");
  const variable = await context.envOrFile("PINNER_OTP");
  if (variable !== undefined) return readCode(variable, placeOfVariable("PINNER_OTP"));
  const secret = await context.envOrFile("PINNER_OTP_SECRET");
  if (secret === undefined) return undefined;
  const { codeMaker } = await import("../../auth/totp.ts");
  const maker = codeMaker(secret);
  if (maker) return maker;
  throw new UsageError(
    `${placeOfVariable("PINNER_OTP_SECRET")} takes the base32 secret of an authenticator, or its otpauth:// link`,
  );
}

/**
 * Exchanges a code for the session. At a terminal a refused code may be entered again, without the password.
 * @param given the code that came with the command
 * @param now milliseconds by the service's clock
 */
export async function validateCode(
  context: Context<never, never, "otp-code">,
  pinner: Pinner,
  otpToken: string,
  given: GivenCode | undefined,
  now: () => number,
): Promise<string> {
  if (typeof given === "object") return validateMade(context, pinner, otpToken, given, now);
  const interactive = canPrompt(context.out.json);
  if (given === undefined && !interactive) {
    const message =
      "this account uses 2FA, and the code is missing: give it with --otp-code, PINNER_OTP or PINNER_OTP_SECRET";
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

/** With codes that are made of the secret. One that was used already is refused: then the next one is waited for. */
async function validateMade(
  { out, signal }: Context,
  pinner: Pinner,
  otpToken: string,
  maker: CodeMaker,
  now: () => number,
): Promise<string> {
  const code = maker.codeAt(now());
  rememberSecret(code);
  try {
    return await pinner.validateOtp(otpToken, code);
  } catch (error) {
    if (!isOtpRefused(error)) throw error;
    const wait = maker.untilNext(now());
    out.info(`Waiting ${Math.ceil(wait / 1000)} s for the next 2FA code: the service refused this one`);
    await out.waitFor("Waiting for the next 2FA code", pause(wait, signal));
    const next = maker.codeAt(now());
    rememberSecret(next);
    return pinner.validateOtp(otpToken, next);
  }
}

const promptCode = async (context: Context<never, never, "otp-code">): Promise<string> =>
  readCode(await context.prompt("otp-code", "2FA code", codeProblem), "the prompt");

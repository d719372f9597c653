import type { Hono } from "hono";
import { empty, extra, Refusal } from "../answers.ts";
import { readFields } from "../fields.ts";
import { sessionAnswer } from "../sessions.ts";
import type { Account, State } from "../state.ts";
import { answer, authenticated, invalidLogin, tokenOf } from "./route.ts";

/** Two-factor authentication. A code works twice. */
export function otpRoutes(app: Hono, state: State): void {
  const { quirks } = state;

  function requireCode(account: Account, code: string): void {
    if (state.acceptsOtp(account, code)) return;
    const text = "The OTP code provided is invalid or expired.";
    throw new Refusal(quirks.wrongOtp, "InvalidOTPCode", text, { plain: quirks.wrongOtp === 500 });
  }

  answer(app, "otpValidate", async (context) => {
    const account = await authenticated(state, context, "2fa");
    requireCode(account, (await readFields(context, { otp: "code" })).otp);
    return sessionAnswer(state, quirks.otpAnswer, account, outlasts(tokenOf(context)));
  });

  answer(app, "otpGenerate", async (context) => {
    const account = await authenticated(state, context);
    account.otpSecret = state.make.secret();
    return Response.json({ otp: account.otpSecret, ...extra(state) });
  });
  answer(app, "otpVerify", async (context) => {
    const account = await authenticated(state, context);
    requireCode(account, (await readFields(context, { otp: "code" })).otp);
    account.otpEnabled = true;
    return empty(quirks.otpVerifyStatus);
  });
  answer(app, "otpDisable", async (context) => {
    const account = await authenticated(state, context);
    const { password } = await readFields(context, { password: "password" });
    if (account.password !== password) throw invalidLogin();
    account.otpEnabled = false;
    account.otpSecret = undefined;
    return empty(quirks.otpVerifyStatus);
  });

  /** Whether a 2FA token is of a login that said `remember`: its session is one that lasts, too. */
  function outlasts(token: string): boolean {
    const { exp = 0 } = JSON.parse(atob(token.split(".")[1] ?? "")) as { exp?: number };
    return exp * 1000 > state.now() + quirks.otpTokenTtlSeconds * 1000;
  }
}

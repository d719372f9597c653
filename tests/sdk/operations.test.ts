import { expect, test } from "bun:test";
import type { Operation } from "../../src/index.ts";
import { callOf } from "../../src/sdk/operations.ts";
import { everyCall, openStage, operations } from "./support.ts";

const UUID = "4b3b7b8e-0d0f-4b0a-9d0e-3f6f0c0d2f11";

/** Written out once more: client and sandbox share one table, so that neither would miss what is wrong in it. */
const published: Record<Operation, string> = {
  login: "POST /api/auth/login",
  otpValidate: "POST /api/auth/otp/validate",
  exchange: "POST /api/auth/key",
  ping: "POST /api/auth/ping",
  logout: "POST /api/auth/logout",
  register: "POST /api/auth/register",
  verifyEmail: "POST /api/account/verify-email",
  resendVerification: "POST /api/account/verify-email/resend",
  account: "GET /api/account",
  updateProfile: "PATCH /api/account",
  deleteAccount: "DELETE /api/account",
  deleteAccountOlder: "DELETE /api/account/delete",
  listKeys: "GET /api/account/keys",
  createKey: "POST /api/account/keys",
  deleteKey: `DELETE /api/account/keys/${UUID}`,
  otpGenerate: "POST /api/auth/otp/generate",
  otpVerify: "POST /api/auth/otp/verify",
  otpDisable: "POST /api/auth/otp/disable",
  updatePassword: "POST /api/account/update-password",
  updateEmail: "POST /api/account/update-email",
  requestPasswordReset: "POST /api/account/password-reset/request",
  confirmPasswordReset: "POST /api/account/password-reset/confirm",
};

test.each(Object.keys(published) as Operation[])(
  "%s has the method and path that the service publishes",
  (operation) => {
    const { method, path } = callOf(operation, { uuid: UUID });
    expect(`${method} ${path}`).toBe(published[operation]);
  },
);

/** Calls whose bearer token is no session's, and those that carry none. */
const otherToken: Partial<Record<Operation, string>> = { exchange: "an API key", otpValidate: "a 2FA token" };
const noToken: Operation[] = [
  "login",
  "register",
  "verifyEmail",
  "resendVerification",
  "requestPasswordReset",
  "confirmPasswordReset",
];

test.each(operations)("%s carries the token that it needs and no other", async (operation) => {
  await using stage = await openStage();
  await everyCall[operation](stage);
  const sent = stage.portal.requests[0]?.headers["authorization"];
  if (noToken.includes(operation)) expect(sent).toBeUndefined();
  else if (otherToken[operation]) expect(sent).not.toBe(`Bearer ${stage.loginToken}`);
  else expect(sent).toBe(`Bearer ${stage.loginToken}`);
});

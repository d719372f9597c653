import { afterEach, describe, expect, mock, spyOn, test } from "bun:test";
import { ApiError, isOtpRefused, Pinner } from "../../src/index.ts";
import { createPortal, type Quirks } from "../../src/testing/portal.ts";
import { fetchFrom, mounted } from "../support/msw.ts";
import { EMAIL, failure, NEW_EMAIL, NEW_PASSWORD, PASSWORD } from "./support.ts";

/** The portal under the service's own name: a client with no settings but its token, and the global `fetch`. */
async function open(quirks: Partial<Quirks> = {}) {
  const portal = createPortal({ quirks: { extraFields: true, accountCreatedAt: true, ...quirks } });
  portal.addAccount({ email: EMAIL, password: PASSWORD, firstName: "Ada", lastName: "Lovelace" });
  const answer = fetchFrom(mounted(portal));
  spyOn(globalThis, "fetch").mockImplementation(Object.assign(answer, { preconnect() {} }));
  const { token } = await portal.createKey(EMAIL, "laptop");
  return { portal, pinner: new Pinner({ token }) };
}
afterEach(() => {
  mock.restore();
});

const lovelace = { email: NEW_EMAIL, password: PASSWORD, firstName: "Grace", lastName: "Hopper" };
const bodyOf = ({ requests }: { requests: { body: string }[] }) => JSON.parse(requests.at(-1)?.body ?? "");

describe("a new account", () => {
  test.each([200, 201] as const)("registered with %p, confirmed by mail, logs in", async (registerStatus) => {
    const { portal, pinner } = await open({
      registerStatus,
      loginAnswer: "cookie",
      unverifiedLogin: "refused",
    });
    await pinner.register(lovelace);
    expect(bodyOf(portal)).toEqual({
      email: NEW_EMAIL,
      password: PASSWORD,
      first_name: "Grace",
      last_name: "Hopper",
    });
    await failure(pinner.login(lovelace), ApiError);
    await pinner.verifyEmail({ email: NEW_EMAIL, token: portal.emails[0]?.token ?? "" });
    expect(await pinner.login(lovelace)).toMatchObject({ status: "authenticated" });
    expect(portal.requests.every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
  });

  test.each([
    ["a taken email", { email: EMAIL }, 409, "EmailAlreadyExists"],
    ["a short password", { password: "short" }, 422, "ValidationError"],
    ["an empty name", { firstName: "" }, 422, "ValidationError"],
  ])("is refused with %s", async (_, change, status, code) => {
    const { pinner } = await open();
    const error = await failure(pinner.register({ ...lovelace, ...change }), ApiError);
    expect(error).toMatchObject({ operation: "register", status, code });
  });

  test.each([401, 400, 500] as const)(
    "is not confirmed by a wrong token, answered with %p",
    async (verifyFailure) => {
      const { portal, pinner } = await open({ verifyFailure });
      await pinner.register(lovelace);
      const error = await failure(pinner.verifyEmail({ email: NEW_EMAIL, token: "wrong!" }), ApiError);
      expect(error).toMatchObject({ operation: "verifyEmail", status: verifyFailure });
      expect(error.detail).toBe("The verification token is invalid or expired.");
      expect(portal.get(NEW_EMAIL).verified).toBe(false);
    },
  );

  test.each([
    [EMAIL, 409, "AccountAlreadyVerified"],
    ["nobody@example.com", 404, "UserNotFound"],
  ])("of %s cannot be confirmed", async (email, status, code) => {
    const { pinner } = await open({ verifyUnknown: 404 });
    const error = await failure(pinner.verifyEmail({ email, token: "abc123" }), ApiError);
    expect(error).toMatchObject({ status, code });
  });

  test("gets another mail on demand, and nobody learns who has an account", async () => {
    const { portal, pinner } = await open();
    await pinner.register(lovelace);
    await pinner.resendVerification(NEW_EMAIL);
    await pinner.resendVerification("nobody@example.com");
    expect(portal.emails.map(({ to, kind }) => [to, kind])).toEqual([
      [NEW_EMAIL, "verify"],
      [NEW_EMAIL, "verify"],
    ]);
    await pinner.verifyEmail({ email: NEW_EMAIL, token: portal.emails[1]?.token ?? "" });
  });
});

describe("an account", () => {
  test("is told with its listed fields, and no others", async () => {
    const { portal, pinner } = await open();
    expect(await pinner.account()).toEqual({
      id: 1,
      email: EMAIL,
      first_name: "Ada",
      last_name: "Lovelace",
      verified: true,
      otp: false,
      created_at: portal.get(EMAIL).createdAt,
    });
  });

  test.each([
    ["no optional field", {}, {}],
    ["optional fields of null", { created_at: null, avatar: null }, {}],
    ["an avatar", { avatar: "https://example.com/a.png" }, { avatar: "https://example.com/a.png" }],
  ])("with %s has just the fields that are there", async (_, optional, told) => {
    const { portal, pinner } = await open();
    const fields = { id: 1, email: EMAIL, first_name: "", last_name: "", verified: true, otp: true };
    portal.fault("account", { kind: "json", value: { ...fields, ...optional } });
    expect(await pinner.account()).toEqual({ ...fields, ...told });
  });

  test("changes its password with the current one", async () => {
    const { portal, pinner } = await open();
    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await pinner.updatePassword(change);
    expect(bodyOf(portal)).toEqual({ current_password: PASSWORD, new_password: NEW_PASSWORD });
    expect(portal.get(EMAIL).password).toBe(NEW_PASSWORD);
    const error = await failure(pinner.updatePassword(change), ApiError);
    expect(error).toMatchObject({ status: 401, code: "InvalidPassword" });
    const short = { currentPassword: NEW_PASSWORD, newPassword: "short" };
    expect((await failure(pinner.updatePassword(short), ApiError)).status).toBe(422);
  });

  test("changes its email with the password", async () => {
    const { portal, pinner } = await open();
    await failure(pinner.updateEmail({ email: NEW_EMAIL, password: NEW_PASSWORD }), ApiError);
    await pinner.updateEmail({ email: NEW_EMAIL, password: PASSWORD });
    expect(bodyOf(portal)).toEqual({ email: NEW_EMAIL, password: PASSWORD });
    expect((await pinner.account()).email).toBe(NEW_EMAIL);
  });

  test("gets a new password by mail", async () => {
    const { portal, pinner } = await open();
    await pinner.requestPasswordReset("nobody@example.com");
    await pinner.requestPasswordReset(EMAIL);
    expect(portal.emails).toHaveLength(1);
    const reset = { email: EMAIL, token: portal.emails[0]?.token ?? "", password: NEW_PASSWORD };
    const error = await failure(pinner.confirmPasswordReset({ ...reset, token: "wrong!" }), ApiError);
    expect(error).toMatchObject({ operation: "confirmPasswordReset", status: 404, code: "UserNotFound" });
    await pinner.confirmPasswordReset(reset);
    expect(bodyOf(portal)).toEqual(reset);
    expect(await pinner.login({ email: EMAIL, password: NEW_PASSWORD })).toMatchObject({
      status: "authenticated",
    });
  });

  test("turns 2FA on with a code and off with the password", async () => {
    for (const otpVerifyStatus of [200, 204] as const) {
      const { portal, pinner } = await open({ otpVerifyStatus });
      const secret = await pinner.generateOtp();
      expect(secret).toBe(portal.get(EMAIL).otpSecret ?? "");
      const error = await failure(pinner.verifyOtp("00000x"), ApiError);
      expect(error).toMatchObject({ operation: "otpVerify", status: 400, code: "InvalidOTPCode" });
      expect(isOtpRefused(error)).toBe(true);
      await pinner.verifyOtp(portal.otpCode(EMAIL));
      expect((await pinner.account()).otp).toBe(true);
      expect(await pinner.login({ email: EMAIL, password: PASSWORD })).toMatchObject({
        status: "otp_required",
      });

      const wrong = await failure(pinner.disableOtp(NEW_PASSWORD), ApiError);
      expect(wrong).toMatchObject({ status: 401, code: "InvalidLogin" });
      expect(isOtpRefused(wrong)).toBe(false);
      await pinner.disableOtp(PASSWORD);
      expect((await pinner.account()).otp).toBe(false);
    }
  });

  test("is reached again when the connection drops at the first attempt", async () => {
    const { portal, pinner } = await open();
    portal.fault("account", { kind: "resetBefore" }, 1);
    expect((await pinner.account()).email).toBe(EMAIL);
  });
});

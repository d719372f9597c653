import { type Context, Hono } from "hono";
import { type Operation, operations } from "../sdk/operations.ts";
import { extra, Refusal, refuse, sessionAnswer } from "./answers.ts";
import { type Account, mailToken, newSecret, type State, type TokenUse } from "./state.ts";

const HOUR = 3600_000;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const empty = (status = 200) => new Response(null, { status });

/** The whole account API over a state: every call of it, as the service answers it. */
export function routes(state: State): Hono {
  const app = new Hono();
  const { quirks } = state;
  app.onError((error) => {
    if (error instanceof Refusal) return refuse(error, quirks.errorShape);
    throw error;
  });
  app.notFound(() => refuse(new Refusal(404, "ErrNotFound", "no such route"), quirks.errorShape));

  function answer(operation: Operation, handler: (context: Context) => Promise<Response>): void {
    const { method, path } = operations[operation];
    app.on(method, path.replace("{uuid}", ":uuid"), handler);
  }
  const bearer = (context: Context) => (context.req.header("authorization") ?? "").replace(/^Bearer /, "");
  async function authenticated(context: Context, use: TokenUse = "login"): Promise<Account> {
    const account = await state.verify(bearer(context), use);
    if (!account) throw new Refusal(401, "ErrSecurityInvalidToken", "The token is invalid or expired.");
    return account;
  }
  async function fields(context: Context): Promise<Record<string, unknown>> {
    const body: unknown = await context.req.json().catch(() => undefined);
    if (typeof body !== "object" || body === null)
      throw new Refusal(400, "ErrBadRequest", "The body is not JSON.");
    return body as Record<string, unknown>;
  }

  answer("login", async (context) => {
    const { email, password } = await fields(context);
    if (typeof email !== "string" || typeof password !== "string" || password.length < 8) {
      throw new Refusal(422, "ErrValidation", "The password must be at least 8 characters.");
    }
    const account = state.find(email);
    if (account?.password !== password)
      throw new Refusal(401, "ErrInvalidLogin", "Invalid email or password.");
    if (!account.verified) throw new Refusal(403, "ErrAccountNotVerified", "The account is not verified.");
    if (account.pendingDeletion)
      throw new Refusal(403, "ErrAccountPendingDeletion", "The account is being deleted.");
    if (account.otpEnabled) {
      return Response.json({ token: await state.issue("2fa", account.email), otp: true, ...extra(state) });
    }
    return sessionAnswer(state, quirks.loginAnswer, await state.issue("login", account.email));
  });

  answer("otpValidate", async (context) => {
    const account = await authenticated(context, "2fa");
    if (!state.acceptsOtp(account, (await fields(context))["otp"])) {
      const text = "The OTP code provided is invalid or expired.";
      throw new Refusal(quirks.wrongOtp, "ErrInvalidOTPCode", text, quirks.wrongOtp === 500);
    }
    return sessionAnswer(state, quirks.otpAnswer, await state.issue("login", account.email));
  });

  answer("exchange", async (context) => {
    const account = await authenticated(context, "api");
    if (account.pendingDeletion)
      throw new Refusal(403, "ErrAccountPendingDeletion", "The account is being deleted.");
    return Response.json({ token: await state.issue("login", account.email), ...extra(state) });
  });
  answer("ping", async (context) => {
    await authenticated(context);
    return Response.json({ ping: "pong", token: bearer(context), ...extra(state) });
  });
  answer("logout", async (context) => {
    await authenticated(context);
    state.endSession(bearer(context));
    return empty();
  });

  answer("register", async (context) => {
    const { email, password, first_name: first, last_name: last } = await fields(context);
    if (![email, password, first, last].every((field) => typeof field === "string" && field.length > 0)) {
      throw new Refusal(422, "ErrValidation", "first_name, last_name, email and password are required.");
    }
    if (String(password).length < 8) throw new Refusal(422, "ErrValidation", "The password is too short.");
    if (!String(email).includes("@")) throw new Refusal(422, "ErrValidation", "The email is not valid.");
    if (state.find(String(email)))
      throw new Refusal(409, "ErrEmailAlreadyExists", "The email is already in use.");
    const account = state.addAccount({
      email: String(email),
      password: String(password),
      firstName: String(first),
      lastName: String(last),
      verified: false,
    });
    sendVerification(account);
    return empty(quirks.registerStatus);
  });
  function sendVerification(account: Account): void {
    account.verification = { token: mailToken(), expiresAt: state.now() + HOUR };
    state.mail(account, "verify", account.verification.token);
  }
  answer("verifyEmail", async (context) => {
    const { email, token } = await fields(context);
    const account = state.find(String(email));
    if (!account) throw new Refusal(404, "ErrUserNotFound", "There is no such user.");
    if (account.verified)
      throw new Refusal(409, "ErrAccountAlreadyVerified", "The account is already verified.");
    const { verification } = account;
    if (verification?.token !== token || verification === undefined || verification.expiresAt < state.now()) {
      const text = "The verification token is invalid or expired.";
      throw new Refusal(quirks.verifyFailure, "ErrSecurityInvalidToken", text, quirks.verifyFailure === 500);
    }
    account.verified = true;
    account.verification = undefined;
    return empty();
  });
  answer("resendVerification", async (context) => {
    const account = state.find(String((await fields(context))["email"]));
    if (account && !account.verified) sendVerification(account);
    return empty();
  });

  answer("account", async (context) => {
    const account = await authenticated(context);
    return Response.json({
      id: account.id,
      email: account.email,
      first_name: account.firstName,
      last_name: account.lastName,
      verified: account.verified,
      otp: account.otpEnabled,
      created_at: account.createdAt,
      ...extra(state),
    });
  });

  answer("listKeys", async (context) => {
    const account = await authenticated(context);
    const query = context.req.query();
    const start = Number(query["_start"] ?? 0);
    const end = Number(query["_end"] ?? start + 10);
    if (!(end - start <= 100)) throw new Refusal(400, "ErrBadRequest", "A page has at most 100 rows.");
    const search = quirks.search === "none" ? undefined : query[quirks.search];
    if (search && /^(on|off|t|f|\d+)$/.test(search))
      throw new Refusal(400, "ErrBadRequest", "The filter is not text.");
    const keys = account.keys.filter(({ name }) => !search || name.includes(search));
    keys.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    if (query["_sort"] === "created_at" && query["_order"] === "desc") keys.reverse();
    const data = keys.slice(start, end).map(({ uuid, name, createdAt }) => ({
      uuid,
      name,
      created_at: quirks.createdAt === "seconds" ? createdAt.replace(/\.\d+/, "") : createdAt,
      ...extra(state),
    }));
    return Response.json(
      { data, total: keys.length, ...extra(state) },
      {
        headers: {
          "x-total-count": `${keys.length}`,
          "content-range": `keys ${start}-${end}/${keys.length}`,
        },
      },
    );
  });
  answer("createKey", async (context) => {
    const account = await authenticated(context);
    const { name } = await fields(context);
    if (typeof name !== "string" || name === "")
      throw new Refusal(422, "ErrValidation", "The name must not be empty.");
    const { uuid } = state.addKey(account, name);
    return Response.json({ token: await state.keyToken(account, uuid), uuid, name, ...extra(state) });
  });
  answer("deleteKey", async (context) => {
    const account = await authenticated(context);
    const uuid = context.req.param("uuid") ?? "";
    if (!UUID.test(uuid)) throw new Refusal(400, "ErrBadRequest", "This is not a UUID.");
    const at = account.keys.findIndex((key) => key.uuid === uuid.toLowerCase());
    if (at < 0) {
      const plain = quirks.missingKeyDelete === 500;
      throw new Refusal(quirks.missingKeyDelete, "ErrKeyNotFound", "record not found", plain);
    }
    account.keys.splice(at, 1);
    return empty();
  });

  answer("otpGenerate", async (context) => {
    const account = await authenticated(context);
    account.otpSecret = newSecret();
    return Response.json({ otp: account.otpSecret, ...extra(state) });
  });
  answer("otpVerify", async (context) => {
    const account = await authenticated(context);
    if (!state.acceptsOtp(account, (await fields(context))["otp"])) {
      throw new Refusal(400, "ErrOTPVerificationFailed", "The OTP code could not be verified.");
    }
    account.otpEnabled = true;
    return empty(quirks.otpVerifyStatus);
  });
  answer("otpDisable", async (context) => {
    const account = await authenticated(context);
    requirePassword(account, (await fields(context))["password"]);
    account.otpEnabled = false;
    account.otpSecret = undefined;
    return empty(quirks.otpVerifyStatus);
  });
  function requirePassword(account: Account, password: unknown): void {
    if (account.password !== password) throw new Refusal(401, "ErrInvalidPassword", "The password is wrong.");
  }

  answer("updatePassword", async (context) => {
    const account = await authenticated(context);
    const body = await fields(context);
    requirePassword(account, body["current_password"]);
    account.password = newPassword(body["new_password"]);
    return empty();
  });
  answer("updateEmail", async (context) => {
    const account = await authenticated(context);
    const { email, password } = await fields(context);
    requirePassword(account, password);
    if (typeof email !== "string" || !email.includes("@"))
      throw new Refusal(400, "ErrValidation", "No email.");
    if ((state.find(email) ?? account) !== account)
      throw new Refusal(409, "ErrEmailAlreadyExists", "The email is already in use.");
    state.accounts.delete(account.email.toLowerCase());
    account.email = email;
    state.accounts.set(email.toLowerCase(), account);
    return empty();
  });
  answer("requestPasswordReset", async (context) => {
    const account = state.find(String((await fields(context))["email"]));
    if (account) {
      account.resetToken = mailToken();
      state.mail(account, "password-reset", account.resetToken);
    }
    return empty();
  });
  answer("confirmPasswordReset", async (context) => {
    const { email, token, password } = await fields(context);
    const account = state.find(String(email));
    if (!account?.resetToken || account.resetToken !== token) {
      throw new Refusal(400, "ErrSecurityInvalidToken", "The token is not valid.");
    }
    account.password = newPassword(password);
    account.resetToken = undefined;
    return empty();
  });
  function newPassword(password: unknown): string {
    if (typeof password === "string" && password.length >= 8) return password;
    throw new Refusal(422, "ErrValidation", "The password must be at least 8 characters.");
  }
  return app;
}

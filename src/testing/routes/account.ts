import type { Hono } from "hono";
import { empty, extra, Refusal } from "../answers.ts";
import { readFields } from "../fields.ts";
import { newToken, setCookies, withoutCookies } from "../sessions.ts";
import { type Account, mailToken, type State } from "../state.ts";
import { answer, authenticated } from "./route.ts";

const HOUR_MS = 3600_000;

export function sendVerification(state: State, account: Account): void {
  account.verification = { token: mailToken(), expiresAt: state.now() + HOUR_MS };
  state.mail(account, "verify", account.verification.token);
}

/** What an account is, the confirmation of its address, and its end. */
export function accountRoutes(app: Hono, state: State): void {
  const { quirks } = state;

  answer(app, "verifyEmail", async (context) => {
    const { email, token } = await readFields(context, { email: "email", token: "required" });
    const account = state.find(email);
    if (!account) {
      if (quirks.verifyUnknown === 200) return empty();
      throw new Refusal(404, "UserNotFound", "The requested user was not found.");
    }
    if (account.verified)
      throw new Refusal(409, "AccountAlreadyVerified", "The account is already verified.");
    const { verification } = account;
    const isExpired = verification !== undefined && verification.expiresAt < state.now();
    if (verification?.token !== token || isExpired) {
      const reason = isExpired ? "SecurityTokenExpired" : "SecurityInvalidToken";
      const text = "The verification token is invalid or expired.";
      throw new Refusal(quirks.verifyFailure, reason, text, { plain: quirks.verifyFailure === 500 });
    }
    account.verified = true;
    account.verification = undefined;
    const response = empty();
    if (context.req.query("login") === "true") {
      const session = await newToken(state, "login", account);
      await setCookies(state, response.headers, { account, token: session, use: "login" });
    }
    return response;
  });
  answer(app, "resendVerification", async (context) => {
    const { email } = await readFields(context, { email: "email" });
    const account = state.find(email);
    if (account && !account.verified) sendVerification(state, account);
    return empty();
  });

  answer(app, "account", async (context) => {
    const account = await authenticated(state, context);
    return Response.json({
      id: account.id,
      email: account.email,
      first_name: account.firstName,
      last_name: account.lastName,
      verified: account.verified,
      otp: account.otpEnabled,
      ...(quirks.accountCreatedAt ? { created_at: account.createdAt } : {}),
      ...extra(state),
    });
  });

  const isToday = quirks.accountRoutes === "today";
  answer(app, isToday ? "deleteAccount" : "deleteAccountOlder", async (context) => {
    const account = await authenticated(state, context);
    if (account.pendingDeletion) {
      const text = "A deletion request for this account already exists.";
      throw new Refusal(409, "AccountDeletionRequestAlreadyExists", text);
    }
    account.pendingDeletion = true;
    return withoutCookies(state);
  });
  if (!isToday) return;
  answer(app, "updateProfile", async (context) => {
    const account = await authenticated(state, context);
    const names = await readFields(context, { first_name: "optional", last_name: "optional" });
    account.firstName = names.first_name.trim() ? names.first_name : account.firstName;
    account.lastName = names.last_name.trim() ? names.last_name : account.lastName;
    return empty();
  });
  app.on("GET", "/api/account/auth/providers", () =>
    Response.json({ providers: ["google", "github"], ...extra(state) }),
  );
}

import type { Hono } from "hono";
import { extra, Refusal } from "../answers.ts";
import { readFields, requireHashable } from "../fields.ts";
import { newToken, sessionAnswer, setCookies, withoutCookies } from "../sessions.ts";
import type { State } from "../state.ts";
import { sendVerification } from "./account.ts";
import { answer, authenticated, cookieToken, invalidLogin, tokenOf } from "./route.ts";

/** Logging in and out, exchanging a key, and making an account. */
export function authRoutes(app: Hono, state: State): void {
  const { quirks } = state;

  answer(app, "login", async (context) => {
    const { email, password } = await readFields(context, { email: "email", password: "password" });
    const { remember } = await context.req.json<{ remember?: unknown }>();
    const account = state.find(email);
    if (account?.password !== password) throw invalidLogin();
    if (account.pendingDeletion) throw invalidLogin("This account is pending deletion.");
    if (!account.verified && quirks.unverifiedLogin === "refused")
      throw new Refusal(403, "AccountNotVerified", "The account is not verified.");
    if (!account.otpEnabled) return sessionAnswer(state, quirks.loginAnswer, account, remember === true);
    const token = await newToken(state, "2fa", account, remember === true);
    const response = Response.json({ token, otp: true, ...extra(state) });
    if (quirks.otpAnswer === "cookies")
      await setCookies(state, response.headers, { account, token, use: "2fa" });
    return response;
  });

  answer(app, "exchange", async (context) => {
    const found = state.findKey(tokenOf(context));
    if (!found) throw invalidLogin();
    const { account, key } = found;
    if (account.pendingDeletion)
      throw new Refusal(403, "AccountPendingDeletion", "This account is pending deletion.");
    key.lastUsedAt = new Date(state.now()).toISOString();
    return Response.json({ token: await newToken(state, "login", account), ...extra(state) });
  });

  answer(app, "ping", async (context) => {
    const account = await authenticated(state, context);
    const token = tokenOf(context);
    const response = Response.json({ ping: "pong", token, ...extra(state) });
    if (cookieToken(context)) await setCookies(state, response.headers, { account, token, use: "login" });
    return response;
  });

  answer(app, "logout", () => withoutCookies(state));

  answer(app, "register", async (context) => {
    const { email, password, ...names } = await readFields(context, {
      email: "email",
      password: "password",
      first_name: "required",
      last_name: "required",
    });
    if (state.find(email)) {
      const status = quirks.generation === "2024" ? 401 : 409;
      throw new Refusal(status, "EmailAlreadyExists", "The email is already in use.", {
        cause: "email already exists",
      });
    }
    requireHashable(password);
    const isFirst = state.accounts.size === 0;
    const account = state.addAccount({
      email,
      password,
      firstName: names.first_name,
      lastName: names.last_name,
      verified: isFirst,
    });
    if (!isFirst) sendVerification(state, account);
    return new Response(null, { status: quirks.registerStatus });
  });
}

import type { Hono } from "hono";
import { empty, Refusal } from "../answers.ts";
import { readFields, requireHashable } from "../fields.ts";
import { mailToken, type State } from "../state.ts";
import { answer, authenticated, invalidLogin } from "./route.ts";

/** Another address and another password. Sessions and keys live on. */
export function credentialRoutes(app: Hono, state: State): void {
  answer(app, "updateEmail", async (context) => {
    const account = await authenticated(state, context);
    const { email, password } = await readFields(context, { email: "email", password: "required" });
    if (account.password !== password) throw invalidLogin();
    if (account.email === email)
      throw new Refusal(
        500,
        "UpdatingSameEmail",
        "The email address provided is the same as your current one.",
      );
    if ((state.find(email) ?? account) !== account)
      throw new Refusal(409, "EmailAlreadyExists", "The email is already in use.");
    if (hasNoMailServer(email)) {
      const cause = `lookup ${email.split("@")[1]}: no such host`;
      throw new Refusal(500, "DatabaseOperationFailed", "A database operation failed.", { cause });
    }
    state.accounts.delete(account.email.toLowerCase());
    account.email = email;
    state.accounts.set(email.toLowerCase(), account);
    return empty();
  });

  answer(app, "updatePassword", async (context) => {
    const account = await authenticated(state, context);
    const body = await readFields(context, { current_password: "required", new_password: "password" });
    if (account.password !== body.current_password)
      throw new Refusal(401, "InvalidPassword", "The password provided is incorrect.");
    requireHashable(body.new_password);
    account.password = body.new_password;
    return empty();
  });

  answer(app, "requestPasswordReset", async (context) => {
    const { email } = await readFields(context, { email: "email" });
    const account = state.find(email);
    if (account) {
      account.resetToken = mailToken();
      state.mail(account, "password-reset", account.resetToken);
    }
    return empty();
  });
  answer(app, "confirmPasswordReset", async (context) => {
    const { email, token, password } = await readFields(context, {
      email: "email",
      token: "required",
      password: "password",
    });
    const account = state.find(email);
    if (!account) throw new Refusal(400, "Error", "record not found");
    if (account.resetToken !== token)
      throw new Refusal(state.quirks.resetFailure, "UserNotFound", "The requested user was not found.");
    requireHashable(password);
    account.password = password;
    account.resetToken = undefined;
    return empty();
  });
}

/** `.invalid` is a domain that nobody has (RFC 2606), so the server's look-up of a mail server fails. */
const hasNoMailServer = (email: string): boolean => email.toLowerCase().endsWith(".invalid");

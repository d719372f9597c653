import type { Context, Hono } from "hono";
import { type Operation, operations } from "../../sdk/operations.ts";
import { frameworkRefusal, Refusal } from "../answers.ts";
import type { Account, State } from "../state.ts";

type Handler = (context: Context) => Promise<Response> | Response;

/** Answers an operation of the library, at the method and path that its table has. */
export function answer(app: Hono, operation: Operation, handler: Handler): void {
  const { method, path } = operations[operation];
  app.on(method, path.replace("{uuid}", ":uuid"), handler);
}

/** The token that a request brings: in its header, else in a cookie. */
export const tokenOf = (context: Context): string =>
  context.req.header("authorization")?.replace(/^Bearer /, "") ?? cookieToken(context) ?? "";

export const cookieToken = (context: Context): string | undefined =>
  /(?:^|;\s*)auth_token=([^;]+)/.exec(context.req.header("cookie") ?? "")?.[1];

/** @throws {Refusal} 401 of the framework, unless a session, or a login's first half, is behind the request */
export async function authenticated(
  state: State,
  context: Context,
  use: "login" | "2fa" = "login",
): Promise<Account> {
  const account = await state.verify(tokenOf(context), use);
  if (!account) throw frameworkRefusal(401);
  return account;
}

const CREDENTIALS = "The login credentials provided are invalid.";

/** What a wrong password gets, and a wrong key, and an account that is to be deleted. */
export const invalidLogin = (cause = "invalid login"): Refusal =>
  new Refusal(401, "InvalidLogin", CREDENTIALS, { cause });

import { createPortal, type Quirks } from "../../src/testing/portal.ts";
import { checkAnswers } from "../../tooling/openapi.ts";

export const EMAIL = "ada@example.com";
export const PASSWORD = "correct horse battery staple";

/** A portal with one account, and a way to ask it in a session of that account, or with another token. */
export async function open(quirks: Partial<Quirks> = {}, clock: () => number = Date.now) {
  const portal = createPortal({ quirks, clock });
  const described = checkAnswers(portal);
  portal.addAccount({ email: EMAIL, password: PASSWORD });
  const session = await portal.issue("login", EMAIL);
  const ask = async (method: string, path: string, body?: unknown, token = session) => {
    const response = await portal.fetch(
      new Request(`http://portal${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    await described();
    return response;
  };
  const login = (changes: object = {}) =>
    ask("POST", "/api/auth/login", { email: EMAIL, password: PASSWORD, ...changes });
  return { portal, ask, session, login };
}

export const json = async (response: Response): Promise<Record<string, unknown>> =>
  Object(await response.json());

/** The token that a redirect's `Location` carries. */
export const located = ({ headers }: Response): string =>
  new URL(headers.get("location") ?? "none:").searchParams.get("auth_token") ?? "";

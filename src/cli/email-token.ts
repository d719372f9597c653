import { UsageError } from "./failure.ts";

/** Which command an email's link is for, by a part of its path. */
const commands = { "password-reset": "reset-password", verify: "confirm-email" } as const;

/**
 * The code of an email, or the link in it, which holds the code as a parameter.
 * @param command that is run: a link for another one is refused
 * @throws {UsageError} for a link without a code, and for one of the other email
 */
export function readEmailToken(
  text: string,
  command: (typeof commands)[keyof typeof commands],
): { token: string; email?: string } {
  const code = text.trim();
  if (!code) throw new UsageError("the value of --token is empty");
  if (!/[/?=&]/.test(code)) return { token: code };
  const [path = "", ...rest] = code.split("?");
  for (const [part, meant] of Object.entries(commands))
    if (meant !== command && path.includes(part))
      throw new UsageError(`this link is of another email: give it to \`pinner ${meant} --token\``);
  const parameters = new URLSearchParams((rest.length > 0 ? rest.join("?") : code).replace(/#.*$/s, ""));
  const token = parameters.get("token");
  // No address has a space in it: the link has a `+` that should have been `%2B`.
  const email = parameters.get("email")?.replaceAll(" ", "+");
  if (!token) throw new UsageError("the link has no `token=` in it: give the link as it is in the email");
  return { token, ...(email ? { email } : {}) };
}

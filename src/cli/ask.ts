import type { Context } from "./context.ts";
import { canPrompt, promptPassword, promptText, readSecretFromStdin } from "./input.ts";
import { UsageError } from "./usage-error.ts";

/** Where the inputs of commands come from: a flag, else its variable, else (secrets) piped stdin, else a prompt. */

export async function askEmail(context: Context, { variable }: { variable?: string } = {}): Promise<string> {
  const given = context.text("email") ?? (variable === undefined ? undefined : context.env(variable));
  if (given !== undefined) {
    const problem = emailProblem(given);
    if (problem) throw new UsageError(problem);
    return given.trim();
  }
  if (!canPrompt(context.out.json)) throw missing("email", "--email", variable);
  return (await promptText("Email", emailProblem)).trim();
}

export async function askPassword(context: Context): Promise<string> {
  const given = context.secretFlag("password") ?? context.env("PINNER_PASSWORD");
  if (given !== undefined) return given;
  if (canPrompt(context.out.json)) return promptPassword("Password");
  const piped = await readPiped(context, "password");
  if (piped !== undefined) return piped;
  throw missing("password", "--password", "PINNER_PASSWORD", " or on stdin");
}

/** A secret from stdin, where stdin is not a terminal. */
export const readPiped = async (context: Context, what: string): Promise<string | undefined> =>
  process.stdin.isTTY ? undefined : readSecretFromStdin(what, (message) => context.out.info(message));

export function missing(what: string, flag: string, variable?: string, elsewhere = ""): UsageError {
  const places = variable === undefined ? flag : `${flag} or ${variable}`;
  return new UsageError(`the ${what} is missing: give it with ${places}${elsewhere}`, "input_missing");
}

/** A TOTP code as the service takes it. Authenticators show it in two groups, and people type it so. */
export function readCode(text: string, flag: string): string {
  const code = text.replace(/[\s-]/g, "");
  if (/^\d{6}$/.test(code)) return code;
  throw new UsageError(`${flag} takes the six digits of a 2FA code`);
}

export const codeProblem = (text: string): string | undefined =>
  /^\d{6}$/.test(text.replace(/[\s-]/g, "")) ? undefined : "The code has six digits";

function emailProblem(text: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim()) ? undefined : "the email is not of the form name@example.com";
}

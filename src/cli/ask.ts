import type { Context } from "./context.ts";
import { UsageError } from "./failure.ts";
import { canPrompt, readSecretFromStdin } from "./input.ts";
import { rememberSecret } from "./safe-text.ts";
import { type FiledVariable, placeOfVariable, type Variable } from "./variables.ts";

/** Where the inputs of commands come from: a flag, else its variable, else (secrets) piped stdin, else a prompt. */

/** @param places.other what stands for the flag where it is not given */
export async function askEmail(
  context: Context<"email">,
  { variable, other }: { variable?: FiledVariable; other?: string | undefined } = {},
): Promise<string> {
  const flag = context.text("email");
  if (flag !== undefined) return checkedEmail(flag, "--email");
  if (other !== undefined) return checkedEmail(other, "the link");
  const value = variable === undefined ? undefined : await context.envOrFile(variable);
  if (variable !== undefined && value !== undefined) return checkedEmail(value, placeOfVariable(variable));
  if (!canPrompt(context.out.json)) throw missing("email", "--email", variable);
  return (await context.prompt("email", "Email", emailProblem)).trim();
}

/** Asks for the last input that is missing: meanwhile the connection is opened to the service, which waits for no more. */
export function askLast<Secret extends string>(
  context: Context<never, never, Secret>,
  name: Secret,
  message: string,
  problem?: (text: string) => string | undefined,
): Promise<string> {
  context.connectAhead();
  return context.prompt(name, message, problem);
}

/** A secret from stdin, where stdin is not a terminal. */
export const readPiped = async (context: Context, what: string): Promise<string | undefined> =>
  process.stdin.isTTY ? undefined : readSecretFromStdin(what, (message) => context.out.info(message));

export function missing(what: string, flag: string, variable?: Variable, elsewhere = ""): UsageError {
  const places = variable === undefined ? flag : `${flag} or ${variable}`;
  return new UsageError(`the ${what} is missing: give it with ${places}${elsewhere}`, "input_missing");
}

/** A TOTP code as the service takes it. Authenticators show it in two groups, and people type it so. */
export function readCode(text: string, flag: string): string {
  const code = text.replace(/[\s-]/g, "");
  rememberSecret(code);
  if (/^\d{6}$/.test(code)) return code;
  throw new UsageError(`${flag} takes the six digits of a 2FA code`);
}

export const codeProblem = (text: string): string | undefined =>
  /^\d{6}$/.test(text.replace(/[\s-]/g, "")) ? undefined : "The code has six digits";

export function emailProblem(text: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim()) ? undefined : "the email is not of the form name@example.com";
}

/** @param place of the email, which the error names @throws {UsageError} when it is none */
export function checkedEmail(text: string, place: string): string {
  const problem = emailProblem(text);
  if (problem) throw new UsageError(`${place}: ${problem}`);
  return text.trim();
}

/** A name from its flag, else a prompt. */
export async function askName<Flag extends string>(
  context: Context<Flag>,
  flag: Flag,
  label: string,
): Promise<string> {
  const problem = (text: string) => (text.trim() ? undefined : `${label} must not be empty`);
  const given = context.text(flag);
  if (given !== undefined) {
    if (problem(given)) throw new UsageError(`the value of --${flag} is empty`);
    return given.trim();
  }
  if (!canPrompt(context.out.json)) throw missing(label.toLowerCase(), `--${flag}`);
  return (await context.prompt(flag, label, problem)).trim();
}

/** The name of a key that is to be created: an argument, else a prompt. */
export async function askKeyName(context: Context<"name">): Promise<string> {
  const problem = (text: string) => (text.trim() ? undefined : "The name must not be empty");
  const given = context.text("name");
  if (given === undefined && canPrompt(context.out.json))
    return context.prompt("name", "Name of the key", problem);
  if (given === undefined || problem(given)) throw missingArgument("name", "create NAME");
  return given;
}

/** The name or UUID of a key that exists. */
export function askKey(context: Context<"key">): string {
  const given = context.text("key");
  if (!given) throw missingArgument("key", "delete NAME, or delete UUID");
  return given;
}

const missingArgument = (what: string, usage: string): UsageError =>
  new UsageError(`the ${what} is missing: pinner account api-keys ${usage}`, "input_missing");

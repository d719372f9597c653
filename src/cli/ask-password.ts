import { askLast, missing, readPiped } from "./ask.ts";
import type { Context } from "./context.ts";
import { UsageError } from "./failure.ts";
import { canPrompt } from "./input.ts";
import type { FiledVariable } from "./variables.ts";

/** Where a password may come from, in this order: a flag, its variable, the variable's file, stdin, a prompt. */
interface Places<Flag extends string> {
  flag: Flag;
  variable: FiledVariable;
  /** How messages name it. */
  what: string;
  /** It is not read from stdin: another one may be. */
  notOnStdin?: boolean;
}

const PASSWORD = { flag: "password", variable: "PINNER_PASSWORD", what: "password" } as const;

/** The account's present password. */
async function askPresentPassword<Flag extends string>(
  context: Context<never, never, Flag>,
  places: Places<Flag>,
): Promise<string> {
  const { flag, variable, what, notOnStdin } = places;
  const given = context.secret(flag) ?? (await context.envOrFile(variable));
  if (given !== undefined) return given;
  if (canPrompt(context.out.json)) return askLast(context, flag, upperFirst(what));
  const piped = notOnStdin ? undefined : await readPiped(context, what);
  if (piped !== undefined) return piped;
  throw missing(what, `--${flag}`, variable, notOnStdin ? "" : " or on stdin");
}

const REPEATS = 2;

/** Does what takes the account's password; one that was typed and is refused is asked for again, twice. */
export async function withPassword<Result, Flag extends string = "password">(
  context: Context<never, never, Flag>,
  use: (password: string) => Promise<Result>,
  places: Places<Flag> = PASSWORD as unknown as Places<Flag>,
): Promise<Result> {
  const given = context.secret(places.flag) ?? (await context.envOrFile(places.variable));
  const isTyped = given === undefined && canPrompt(context.out.json);
  for (let repeats = 0; ; repeats++) {
    const password = await askPresentPassword(context, places);
    try {
      return await use(password);
    } catch (error) {
      if (!isTyped || repeats === REPEATS || !(await refusesPassword(error))) throw error;
      context.out.warn("the service refused this password: enter it again");
    }
  }
}

/** Loaded only where something went wrong. */
async function refusesPassword(error: unknown): Promise<boolean> {
  const { isApiError } = await import("../sdk/errors.ts");
  if (!isApiError(error) || error.status !== 401) return false;
  const { explainAnswer, isPendingDeletion } = await import("./explain-answer.ts");
  return explainAnswer(error).code === "credentials_refused" && !isPendingDeletion(error);
}

const MIN_PASSWORD = 8;
/** The service cannot hash more than these bytes of UTF-8. */
const MAX_PASSWORD_BYTES = 72;

function passwordProblem(text: string): string | undefined {
  if ([...text].length < MIN_PASSWORD) return `The password needs at least ${MIN_PASSWORD} characters`;
  const bytes = new TextEncoder().encode(text).length;
  return bytes > MAX_PASSWORD_BYTES
    ? `The password may take ${MAX_PASSWORD_BYTES} bytes at most, and takes ${bytes}`
    : undefined;
}

/** A password that is to be set: one that the service takes, and at the prompt typed twice. */
export async function askNewPassword<Flag extends string>(
  context: Context<never, never, Flag>,
  places: Places<Flag>,
): Promise<string> {
  const { flag, variable, what } = places;
  const given = context.secret(flag) ?? (await context.envOrFile(variable));
  const interactive = given === undefined && canPrompt(context.out.json);
  const password = interactive
    ? await context.prompt(flag, upperFirst(what), passwordProblem)
    : (given ?? (await askPresentPassword(context, places)));
  const problem = passwordProblem(password);
  if (problem) throw new UsageError(problem);
  if (interactive)
    await askLast(context, flag, `The ${what} again`, (again) =>
      again === password ? undefined : "This is not the same password",
    );
  return password;
}

/** The password of an account that is to be made. */
export const askFirstPassword = (context: Context<never, never, "password">): Promise<string> =>
  askNewPassword(context, PASSWORD);

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

import { askLast, missing, readPiped } from "./ask.ts";
import type { Context } from "./context.ts";
import { UsageError } from "./failure.ts";
import { canPrompt } from "./input.ts";
import { lowerFirst, upperFirst } from "./sentence.ts";
import { type FiledVariable, placeOfVariable } from "./variables.ts";

/** Where a password may come from, in this order: a flag, its variable, the variable's file, stdin, a prompt. */
interface Places<Flag extends string> {
  flag: Flag;
  variable: FiledVariable;
  /** How messages name it. */
  what: string;
  /** It is not read from stdin: another one may be. */
  notOnStdin?: boolean;
}

/** The account's, where a command takes no other. */
export const PASSWORD = { flag: "password", variable: "PINNER_PASSWORD", what: "password" } as const;

/** A password, and the place that it came from, unless it was typed. */
interface Password {
  text: string;
  place?: string;
}

async function givenPassword<Flag extends string>(
  context: Context<never, never, Flag>,
  { flag, variable }: Places<Flag>,
): Promise<Password | undefined> {
  const value = context.secret(flag);
  if (value !== undefined) return { text: value, place: `--${flag}` };
  const text = await context.envOrFile(variable);
  return text === undefined ? undefined : { text, place: placeOfVariable(variable) };
}

/** A password that was not given. */
async function askPassword<Flag extends string>(
  context: Context<never, never, Flag>,
  { flag, variable, what, notOnStdin }: Places<Flag>,
): Promise<Password> {
  if (canPrompt(context.out.json)) return { text: await askLast(context, flag, upperFirst(what)) };
  const piped = notOnStdin ? undefined : await readPiped(context, what);
  if (piped !== undefined) return { text: piped, place: "stdin" };
  throw missing(what, `--${flag}`, variable, notOnStdin ? "" : " or on stdin");
}

const REPEATS = 2;

/** Does what takes the account's password; one that was typed and is refused is asked for again, twice. */
export async function withPassword<Result, Flag extends string>(
  context: Context<never, never, Flag>,
  places: Places<Flag>,
  use: (password: string) => Promise<Result>,
): Promise<Result> {
  const given = await givenPassword(context, places);
  for (let repeats = 0; ; repeats++) {
    const { text, place } = given ?? (await askPassword(context, places));
    try {
      return await use(text);
    } catch (error) {
      // Loaded only where something went wrong.
      const { isWorthRepeating, withDoubt } = await import("./refused-password.ts");
      if (place !== undefined) throw withDoubt(error, text, place);
      if (repeats === REPEATS || !isWorthRepeating(error)) throw error;
      context.out.warn("the service refused this password: enter it again");
    }
  }
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
  const { flag, what } = places;
  const given = await givenPassword(context, places);
  const isTyped = given === undefined && canPrompt(context.out.json);
  const { text: password, place } = isTyped
    ? { text: await context.prompt(flag, upperFirst(what), passwordProblem) }
    : (given ?? (await askPassword(context, places)));
  const problem = passwordProblem(password);
  if (problem) throw new UsageError(`${place}: ${lowerFirst(problem)}`);
  if (isTyped)
    await askLast(context, flag, `The ${what} again`, (again) =>
      again === password ? undefined : "This is not the same password",
    );
  return password;
}

import { clockProblem, SET_THE_CLOCK, serviceClock } from "../../auth/clock.ts";
import { DEFAULT_KEY_NAME } from "../../auth/keys.ts";
import { createAndDeliverKey, type KeyResult, logIn } from "../../auth/login.ts";
import { proveStorable, storeToken } from "../../auth/store.ts";
import { tellAcceptedUntil } from "../../cli/accepted-until.ts";
import { askEmail } from "../../cli/ask.ts";
import { PASSWORD, withPassword } from "../../cli/ask-password.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import { UsageError } from "../../cli/failure.ts";
import { showProgress } from "../../cli/progress.ts";
import { noteModes } from "../../cli/stored.ts";
import { tokensElsewhere } from "../../cli/token-in-force.ts";
import { inTurn } from "../../credentials/config-change.ts";
import { readConfig } from "../../credentials/config-file.ts";
import type { Pinner } from "../../sdk/client.ts";
import { isExpired, readClaims } from "../../sdk/token.ts";
import { announce, type Finish } from "./_announce.ts";
import { givenCode, validateCode } from "./_otp.ts";
import { confirmOverwrite, type MayReplace, noteLeft, noteLeftKey, noteShadowing } from "./_stored.ts";

const WAIT_NOTE_MS = 2000;

type LoginContext = Context<
  "email" | "key-name",
  "no-create-key" | "stdout" | "force",
  "password" | "otp-code"
>;

/** Logs in, then creates a key and stores or prints it; with `--no-create-key`, the session itself. */
export async function logInWith(context: LoginContext): Promise<undefined> {
  if (context.flag("no-create-key") && context.given("key-name"))
    throw new UsageError("--key-name and --no-create-key exclude each other: there is no key to name");
  const toStdout = context.flag("stdout");
  if (toStdout) await context.out.assertSeen();
  const code = await givenCode(context);
  const clock = serviceClock();
  const clientFor = await context.clientFactory(clock.onRequest);
  let mayReplace: MayReplace = () => false;
  if (!toStdout) {
    mayReplace = await confirmOverwrite(context);
    // A code works once: it must not be spent on a key that cannot be stored.
    await proveStorable(await context.configPath());
  }
  const email = await askEmail(context, { variable: "PINNER_EMAIL" });
  const pinner = clientFor(undefined);
  const token = await withPassword(context, PASSWORD, (password) =>
    logIn(pinner, { email, password }, (otpToken) =>
      validateCode(context, pinner, otpToken, code, clock.now),
    ),
  );
  warnOfClock(context, clock.offset, token);
  if (context.flag("no-create-key")) await deliverSession(context, email, token, mayReplace);
  else
    await inTurnOfItsName(context, (assertTurn) =>
      deliverKey(context, email, clientFor(token), mayReplace, assertTurn),
    );
  if (toStdout) return;
  noteModes(context, await context.configPath());
  noteShadowing(context);
}

/** With a wrong clock, everything that follows would call the new token expired, or go on when it is. */
function warnOfClock({ out }: LoginContext, offset: number | undefined, token: string): void {
  const claims = readClaims(token);
  const expired =
    claims && isExpired(claims) ? "by this machine's clock the new token has expired" : undefined;
  const problem = (offset === undefined ? undefined : clockProblem(offset)) ?? expired;
  if (problem !== undefined) out.warn(`${problem}. ${SET_THE_CLOCK}`);
}

async function deliverSession(
  context: LoginContext,
  email: string,
  token: string,
  mayReplace: MayReplace,
): Promise<void> {
  const replaced = context.flag("stdout")
    ? undefined
    : await storeToken(await context.configPath(), token, mayReplace);
  const finish = await announce(context, email, token);
  await finish([]);
  noteLeftKey(context, replaced, token);
}

/**
 * Two logins that replace the keys of one name could each delete the key that the other has just stored: they take
 * turns. Others delete nothing but what they replace in the file, and so need not wait for one that was killed.
 */
async function inTurnOfItsName(
  context: LoginContext,
  deliver: (assertTurn: () => void) => Promise<void>,
): Promise<void> {
  if (context.flag("stdout") || !context.given("key-name"))
    return context.uninterrupted(() => deliver(() => {}));
  const { out } = context;
  const note = setTimeout(() => out.info("Waiting for another login to finish"), WAIT_NOTE_MS);
  let begin = () => {};
  const turn = new Promise<void>((resolve) => {
    begin = resolve;
  });
  void out.waitFor("Waiting for another login", turn);
  await inTurn(await context.configPath(), (assertTurn) => {
    clearTimeout(note);
    begin();
    return context.uninterrupted(() => deliver(assertTurn));
  }).finally(begin);
}

async function deliverKey(
  context: LoginContext,
  email: string,
  session: Pinner,
  mayReplace: MayReplace,
  assertTurn: () => void,
): Promise<void> {
  const name = context.text("key-name");
  const toStdout = context.flag("stdout");
  // Without a home directory there is no file, and what is printed needs none.
  const path = toStdout ? (await context.config()).path : await context.configPath();
  // Whoever reads stdout has the key only once it is printed: the removal of others comes after that.
  let finish: Finish | undefined;
  const result = await createAndDeliverKey(session, {
    name: name ?? DEFAULT_KEY_NAME,
    named: name !== undefined,
    async inUse() {
      assertTurn();
      // Read now, not when the command began: another login may have stored its own since.
      const stored = toStdout && path ? [(await readConfig(path)).content.authToken] : [];
      return [...(await tokensElsewhere(context)).map((held) => held.token), ...stored];
    },
    signal: context.signal,
    stake: context.stake,
    onDeleted: showProgress(context.out, "keys").update,
    async deliver(key) {
      if (!toStdout && path) {
        assertTurn();
        return storeToken(path, key.token, mayReplace);
      }
      finish = await announce(context, email, key.token, key);
      return undefined;
    },
  });
  finish ??= await announce(context, email, result.key.token, result.key);
  await finish(result.replaced, result.acceptedUntil);
  tellCleanUp(context, result);
}

function tellCleanUp(context: Context, result: KeyResult): void {
  const { out } = context;
  const { key, replaced, remaining, others, previous, cleanUpError } = result;
  if (replaced.length > 0) out.info(`Deleted ${count(replaced.length, "older key")} of that name`);
  tellAcceptedUntil(context, result.acceptedUntil);
  if (others > 0) {
    const look = "see `pinner account api-keys list`";
    out.info(`Note: ${count(others, "other key")} named "${key.name}" may belong to other machines: ${look}`);
  }
  if (previous) noteLeft(context, previous);
  if (cleanUpError !== undefined) {
    const which = remaining.length > 0 ? `the older keys ${remaining.join(", ")}` : "older keys";
    const { message } = explain(cleanUpError);
    out.warn(`${which} could not be cleaned up: ${message}. They still work`);
  }
}

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? "" : "s"}`;

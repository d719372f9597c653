import { existsSync } from "node:fs";
import { keyUuidOf } from "../../auth/keys.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import { UsageError } from "../../cli/failure.ts";
import { canPrompt } from "../../cli/input.ts";
import { checkToken, storeChecked } from "./_with-token.ts";

const REPEATS = 2;

/** For accounts without a password: a key that the user makes on the service's page, and pastes here. */
export async function logInOnTheWeb(context: Context<never, "force", "token">): Promise<undefined> {
  const { out } = context;
  if (!canPrompt(out.json))
    throw new UsageError("--web needs a terminal: give a key with --with-token instead", "input_missing");
  const endpoint = await context.endpoint();
  const page = `${endpoint}/account/api-keys`;
  out.beginDialogue();
  out.info(`Make an API key on ${page}, and paste it here`);
  if (hasBrowser(process.env)) await openPage(page);
  const clientFor = await context.clientFactory();
  for (let repeats = 0; ; repeats++) {
    const token = (await context.prompt("token", "API key")).trim();
    try {
      const claims = checkToken(token, endpoint);
      const pinner = clientFor(token);
      const uuid = keyUuidOf(token);
      const [{ email }, key] = await Promise.all([
        pinner.account(),
        uuid === undefined ? undefined : pinner.getKey(uuid),
      ]);
      return await storeChecked(context, token, claims, { email, keyName: key?.name });
    } catch (error) {
      const { code, message } = explain(error);
      if (!["token_refused", "token_invalid", "token_expired"].includes(code) || repeats === REPEATS)
        throw error;
      out.warn(`${message}: paste the key as the page shows it`);
    }
  }
}

/** Where a browser would open on another machine, or nowhere, none is. */
function hasBrowser(env: Record<string, string | undefined>): boolean {
  if (env["BROWSER"] === "none" || env["SSH_CONNECTION"] || env["SSH_TTY"]) return false;
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) return false;
  const needsDisplay = process.platform !== "darwin" && process.platform !== "win32";
  return !needsDisplay || Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"] || env["BROWSER"]);
}

/** The address is on the screen: that no browser opens is no error. */
async function openPage(page: string): Promise<void> {
  const { default: open } = await import("open");
  await open(page).then(
    (browser) => browser.on("error", () => {}),
    () => {},
  );
}

import type { Context } from "../../cli/context.ts";
import { fetchFor } from "../../network/fetch.ts";
import { version } from "../../sdk/version.ts";
import { type Check, note, ok } from "./_check.ts";

const RELEASES = "https://github.com/pinner-xyz/pinner/releases";
const PATIENCE_MS = 30_000;
/** A list of checksums is a few kilobytes. */
const MAX_LENGTH = 65_536;

/** Asks for the list of checksums of the newest release, as the installers do: whoever answers learns no more from it. */
export async function checkUpdate({
  env,
  out,
  signal,
  timeout,
}: Context): Promise<Check & { newest?: string }> {
  const base = (env("PINNER_DOWNLOAD_BASE") ?? RELEASES).replace(/\/+$/, "");
  const address = `${base}/latest/download/SHA256SUMS`;
  if (!URL.canParse(address) || !/^https?:/.test(address))
    return note("update", "PINNER_DOWNLOAD_BASE is no http(s) address: it was not asked for a newer release");
  const { host, origin } = new URL(address);
  let newest: string | undefined;
  try {
    const send = (await fetchFor(origin)) ?? fetch;
    const limit = AbortSignal.timeout((await timeout().catch(() => undefined)) ?? PATIENCE_MS);
    const response = await send(address, { redirect: "manual", signal: AbortSignal.any([signal, limit]) });
    out.debug(`GET ${address} ${response.status}`);
    newest = await newestIn(response);
  } catch (error) {
    signal.throwIfAborted();
    out.debug(`GET ${address} ${(error as Error).message}`);
    return note("update", `${host} could not be asked for a newer release`);
  }
  if (newest === undefined) return note("update", `${host} does not say which release is the newest`);
  const check = isNewer(newest, version)
    ? note(
        "update",
        `${newest} is there, and this is ${version}: get it as you got this one, see ${RELEASES}/latest`,
      )
    : ok("update", `no release is newer than this one, ${version}`);
  return { ...check, newest };
}

const VERSION = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`;

/** GitHub answers with the address below the release's own tag; a mirror may answer with the list itself. */
async function newestIn(response: Response): Promise<string | undefined> {
  const moved = response.headers.get("location") ?? "";
  const tag = new RegExp(`/download/v(${VERSION})/SHA256SUMS$`).exec(moved)?.[1];
  if (tag !== undefined || !response.ok || !response.body) return tag;
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_LENGTH) return undefined;
  }
  return new RegExp(`^[0-9a-f]{64}  pinner-(${VERSION})\\.tgz$`, "m").exec(text)?.[1];
}

/** Whether one version comes after another. What differs in the name of a pre-release alone does not. */
function isNewer(one: string, other: string): boolean {
  const [found, present] = [one, other].map((text) => text.split("-", 1)[0]?.split(".").map(Number) ?? []);
  for (const [place, number] of (found ?? []).entries())
    if (number !== present?.[place]) return number > (present?.[place] ?? 0);
  return other.includes("-") && !one.includes("-");
}

import { fetchFor } from "./fetch.ts";
import { chooseProxy } from "./proxy-rules.ts";

const PATIENCE_MS = 10_000;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Opens the connection to the service while the user types: the first request then finds it open. Nothing of the
 * user's goes with it, and whether it succeeds is left to that request to tell.
 * @param endpoint scheme, host and port
 */
export function connectAhead(endpoint: string): void {
  const url = new URL(endpoint);
  const choice = chooseProxy(process.env, url);
  if (choice && !choice.exempted) return;
  // Node would warn of it in the middle of the prompt.
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") return;
  const { preconnect } = fetch as { preconnect?: (url: string) => void };
  // Bun takes no address with a default port (oven-sh/bun#19626), and Node and Deno have no such function: there a
  // request that asks for nothing leaves the connection open. (After HEAD, Node would close it.)
  if (preconnect && url.port !== "") preconnect(endpoint);
  else if (url.protocol === "https:") askNothing(url).catch(() => {});
}

async function askNothing(url: URL): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const send = (await fetchFor(url.origin)) ?? fetch;
  const { body } = await send(url, { method: "OPTIONS", redirect: "manual", signal });
  // A connection is free for others when its answer has been read; that of an endless one never is.
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) break;
  }
}

import { chooseProxy } from "../auth/proxy.ts";

/**
 * Opens the connection to the service while the user types: the first request then finds it open. Nothing of the
 * user's goes with it, and whether it succeeds is left to that request to tell.
 * @param endpoint scheme, host and port
 */
export function connectAhead(endpoint: string): void {
  const url = new URL(endpoint);
  const choice = chooseProxy(process.env, url);
  if (choice && !choice.exempted) return;
  const { preconnect } = fetch as { preconnect?: (url: string) => void };
  // Bun takes no address with a default port (oven-sh/bun#19626), and Node and Deno have no such function: there a
  // request that asks for nothing leaves the connection open. (After HEAD, Node would close it.)
  if (preconnect && url.port !== "") preconnect(endpoint);
  else if (url.protocol === "https:") askNothing(url).catch(() => {});
}

async function askNothing(url: URL): Promise<void> {
  const answer = await fetch(url, { method: "OPTIONS", redirect: "manual" });
  // A connection is free for others when its answer has been read.
  await answer.arrayBuffer();
}

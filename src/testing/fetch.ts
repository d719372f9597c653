import { ConnectionReset } from "./faults.ts";
import type { Portal } from "./types.ts";

/** Where the client looks for the service unless told otherwise. */
export const ENDPOINT = "https://account.pinner.xyz";

/** What answers requests as the `fetch` of a runtime: it ends when its signal is aborted, and fails as a network does. */
export const fetchOf =
  (service: { fetch(request: Request): Promise<Response> }): Portal["fetch"] =>
  async (input, init) => {
    const request = new Request(typeof input === "string" ? new URL(input, ENDPOINT) : input, init);
    const { signal } = request;
    signal.throwIfAborted();
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
    });
    try {
      const { body, status, headers } = await Promise.race([service.fetch(request), aborted]);
      const stream = body?.pipeThrough(new TransformStream(), { signal }) ?? null;
      return new Response(stream, { status, headers });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ConnectionReset)) throw error;
      const cause = Object.assign(new Error(error.message), { code: "ECONNRESET" });
      throw new TypeError("fetch failed", { cause });
    } finally {
      // Deno waits for the timer of a signal that somebody listens to.
      signal.removeEventListener("abort", abort);
    }
  };

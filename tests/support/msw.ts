import { getResponse, type RequestHandler } from "msw";
import { ENDPOINT, fetchOf } from "../../src/testing/fetch.ts";
import { handlers } from "../../src/testing/handlers.ts";
import type { Portal } from "../../src/testing/portal.ts";

/** A portal under the service's own name, as msw asks it. */
export const mounted = (portal: Portal): RequestHandler[] =>
  handlers({ endpoint: ENDPOINT, fetch: fetchOf(portal) });

/**
 * A `fetch` that msw's handlers answer, and nothing else. `setupServer` of msw 3 catches requests at the sockets of
 * Node, which Bun's own `fetch` does not use: under it every request would go out to the network.
 */
export const fetchFrom =
  (handlers: RequestHandler[]) =>
  async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const response = await getResponse(handlers, request);
    if (!response) throw new Error(`no handler for ${request.method} ${new URL(request.url).origin}`);
    if (response.type === "error") throw new TypeError("Failed to fetch");
    return response;
  };

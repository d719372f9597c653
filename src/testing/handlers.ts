import { getResponse, HttpResponse, http, type RequestHandler } from "msw";
import { isReset, type Portal } from "./portal.ts";

/** The portal as a request handler of msw, for tests in one process. */
export const portalHandlers = (portal: Portal, origin: string) => [
  http.all(`${origin}/*`, async ({ request }) => {
    try {
      return await portal.fetch(request);
    } catch (error) {
      if (isReset(error)) return HttpResponse.error();
      throw error;
    }
  }),
];

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

// biome-ignore lint/suspicious/noTsIgnore: with msw installed nothing is wrong, which is what the other demands
/** @ts-ignore: where msw is not installed, this is `any` */
import type { RequestHandler } from "msw";
import type { Portal } from "./types.ts";

/**
 * A portal as request handlers of msw 2 and 3, for code whose `fetch` cannot be replaced. msw itself is not needed to
 * load this module: it is what you install, and give these to.
 * @param portal the portal, faults included: a dropped connection is msw's network error
 * @param endpoint where the code under test looks for the service: scheme, host and port
 * @example
 * ```ts
 * import { setupServer } from "msw/node";
 *
 * const server = setupServer(...handlers(portal));
 * server.listen({ onUnhandledRequest: "error" });
 * ```
 */
export function handlers(
  portal: Pick<Portal, "endpoint" | "fetch">,
  endpoint: string = portal.endpoint,
): RequestHandler[] {
  // Of msw's own classes none can be extended without asking everybody to install it: this is what it does with them.
  return [new PortalHandler(portal, new URL(endpoint).origin) as unknown as RequestHandler];
}

/** What msw calls of a handler. */
class PortalHandler {
  readonly kind = "request";
  readonly info: { header: string; path: string; method: RegExp };
  /** msw sets it, and never asks for it of a handler that is used more than once. */
  isUsed = false;
  readonly #portal: Pick<Portal, "fetch">;
  readonly #origin: string;

  constructor(portal: Pick<Portal, "fetch">, origin: string) {
    this.#portal = portal;
    this.#origin = origin;
    this.info = { header: `ALL ${origin}/*`, path: `${origin}/*`, method: /.+/ };
  }

  /** @returns `null` for what another handler has to answer */
  async run({ request, requestId }: { request: Request; requestId: string }): Promise<object | null> {
    if (!this.predicate({ request })) return null;
    this.isUsed = true;
    const answered = { handler: this, parsedResult: this.parse(), request: request.clone(), requestId };
    try {
      return { ...answered, response: await this.#portal.fetch(request) };
    } catch (error) {
      // The client of an aborted request is told by msw, which would print what is thrown here.
      if (!request.signal.aborted && !(error instanceof TypeError)) throw error;
      return { ...answered, response: Response.error() };
    }
  }

  test({ request }: { request: Request }): boolean {
    return this.predicate({ request });
  }

  predicate({ request }: { request: Request }): boolean {
    return request.method !== "CONNECT" && new URL(request.url).origin === this.#origin;
  }

  parse(): { match: { matches: boolean; params: object }; cookies: object } {
    return { match: { matches: true, params: {} }, cookies: {} };
  }

  log(): void {}
  reset(): void {}
  restore(): void {}
  dispose(): void {}
}

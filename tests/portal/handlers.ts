import { HttpResponse, http } from "msw";
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

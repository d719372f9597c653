import { createPortal } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import type { Outcomes, Place } from "./portable.ts";

const EMAIL = "ada@example.com";
const OTP_EMAIL = "bob@example.com";
const PASSWORD = "correct horse battery staple";

/** A portal on a port for one run of the cases, and beside it, on the same origin, what a browser needs to run them. */
export interface RunningStage extends AsyncDisposable {
  url: string;
  /** The program's names as they came with its requests. */
  userAgents(): string[];
  /** What a page posts when it is done. */
  posted: Promise<Outcomes>;
}

/** @param script runs the cases: it defines `runCases(endpoint)` */
export async function openStage(script: string): Promise<RunningStage> {
  const portal = createPortal();
  portal.addAccount({ email: EMAIL, password: PASSWORD });
  portal.addAccount({ email: OTP_EMAIL, password: PASSWORD, otp: true });
  portal.addKeys(
    EMAIL,
    Array.from({ length: 120 }, (_, index) => `old-${index}`),
  );
  const { token: apiKey, uuid: keyUuid } = await portal.createKey(EMAIL, "laptop");
  // Its port is nobody's from now on.
  const gone = await servePortal(portal);
  await gone.close();
  const posted = Promise.withResolvers<Outcomes>();

  const pages: Record<string, (request: Request) => Response | Promise<Response>> = {
    "/place": () =>
      Response.json({
        email: EMAIL,
        otpEmail: OTP_EMAIL,
        password: PASSWORD,
        otpCode: portal.otpCode(OTP_EMAIL),
        apiKey,
        keyUuid,
        closed: gone.url,
      } satisfies Place),
    "/page": () => new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } }),
    "/suite.js": () =>
      new Response(script, { headers: { "content-type": "text/javascript; charset=utf-8" } }),
    "/outcomes": async (request) => {
      posted.resolve(await request.json());
      return new Response();
    },
  };

  const asked = new Set<string>();
  const misbehave = (request: Request) => {
    const { id, step, fault, times } = JSON.parse(request.headers.get("x-fault") ?? "{}");
    if (id === undefined || asked.has(id)) return;
    asked.add(id);
    portal.clearFaults();
    portal.fault(step, fault, times);
  };

  const served = await servePortal({
    fetch(request) {
      const page = pages[new URL(request.url).pathname];
      if (page) return Promise.resolve(page(request));
      misbehave(request);
      return portal.fetch(request);
    },
  });
  return {
    url: served.url,
    userAgents: () => [...new Set(portal.requests.map(({ headers }) => headers["user-agent"] ?? ""))],
    posted: posted.promise,
    [Symbol.asyncDispose]: () => served.close(),
  };
}

const PAGE = `<!doctype html><title>pinner</title><script src="/suite.js"></script><script>
runCases(location.origin).then((outcomes) => fetch("/outcomes", { method: "POST", body: JSON.stringify(outcomes) }));
</script>`;

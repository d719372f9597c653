import type { State } from "./state.ts";

const pin = {
  requestid: "1f0c1a52-5c1e-4a53-9a0e-6a6d7b1e2c11",
  status: "pinned",
  created: "2026-01-01T00:00:00Z",
  pin: { cid: "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", name: "a picture" },
  delegates: [],
};

/**
 * Another Pinner service, after the IPFS pinning API: it lists pins to whoever brings an API key of the portal whose
 * signature, audience and end are right. It asks the portal nothing, so it knows of no key that was deleted.
 */
export const createPins = ({ tokens }: Pick<State, "tokens">) => ({
  async fetch(request: Request): Promise<Response> {
    if (request.method !== "GET" || new URL(request.url).pathname !== "/pins")
      return Response.json({ error: { reason: "NOT_FOUND" } }, { status: 404 });
    const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    if (!(await tokens.verify(token, "api")))
      return Response.json({ error: { reason: "UNAUTHORIZED", details: "no API key" } }, { status: 401 });
    return Response.json({ count: 1, results: [pin] });
  },
});

import type { FetchFunction } from "../sdk/types.ts";
import type { ProxyChoice } from "./proxy-rules.ts";

/**
 * What sends requests to an endpoint, alike on every runtime: through the proxy that the variables name, or through
 * none.
 * @param endpoint scheme, host and port
 * @returns `undefined` where the runtime's own `fetch` will do
 * @throws {InvalidProxyError} when the variable that counts names no http(s) proxy
 * @throws {InvalidAuthoritiesError} when `NODE_EXTRA_CA_CERTS` names no file of certificates
 */
export async function fetchFor(endpoint: string): Promise<FetchFunction | undefined> {
  if (process.env["NODE_EXTRA_CA_CERTS"] && endpoint.startsWith("https:")) {
    const { checkAuthorities } = await import("./authorities.ts");
    await checkAuthorities(process.env["NODE_EXTRA_CA_CERTS"]);
  }
  const choice = await findProxy(endpoint);
  // The compiled program holds the first branch alone (see `tooling/build/compile.ts`). In a function of its own, the
  // other one would be bundled with its imports although nothing calls it.
  if (process.versions["bun"]) {
    // Bun would print each request on stderr, with its token and its body.
    process.env["BUN_CONFIG_VERBOSE_FETCH"] = "0";
    return undecoded(choice ? asTold(choice, endpoint) : (input, init) => fetch(input, init));
  } else {
    if (process.versions["deno"])
      return undecoded(choice ? asTold(choice, endpoint) : (input, init) => fetch(input, init));
    const { nodeFetch } = await import("./node-fetch.ts");
    return nodeFetch(choice?.exempted ? undefined : choice?.proxy);
  }
}

/** Most people have none, and need not load what reads the variables. */
async function findProxy(endpoint: string): Promise<ProxyChoice | undefined> {
  const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
  if (!names.some((name) => process.env[name] || process.env[name.toLowerCase()])) return undefined;
  const { chooseProxy, refuseUnusable } = await import("./proxy-rules.ts");
  const choice = chooseProxy(process.env, new URL(endpoint));
  refuseUnusable(choice);
  return choice;
}

const variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/**
 * Bun and Deno read the variables by rules of their own: while a request starts they see the choice, and nothing that
 * could be read in another way. Programs that are started meanwhile get the variables as they were.
 */
function asTold({ proxy, exempted }: ProxyChoice, endpoint: string): FetchFunction {
  const shown = endpoint.startsWith("https:") ? "HTTPS_PROXY" : "HTTP_PROXY";
  return (input, init) => {
    const before = new Map(variables.map((name) => [name, process.env[name]]));
    // Deno may have given us these alone.
    const found = variables.filter((name) => before.get(name) !== undefined);
    for (const name of found) delete process.env[name];
    if (!exempted && proxy) process.env[shown] = proxy.href;
    try {
      return fetch(input, init);
    } finally {
      if (!exempted && before.get(shown) === undefined) delete process.env[shown];
      for (const name of found) process.env[name] = before.get(name);
    }
  };
}

/** Of a body that it cannot decompress, Bun would write on stderr; Deno decompresses none where we ask for `identity`. */
function undecoded(send: FetchFunction): FetchFunction {
  return async (input, init) => {
    const response = await send(input, { ...init, decompress: false } as RequestInit);
    if (!response.headers.has("content-encoding")) return response;
    const { decoded } = await import("./decoding.ts");
    return decoded(response);
  };
}

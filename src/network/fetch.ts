import type { FetchFunction } from "../sdk/types.ts";
import { InvalidProxyError } from "./proxy-error.ts";

/**
 * What sends requests where a proxy is set and the runtime's own `fetch` does not read the variables.
 * @param endpoint scheme, host and port
 * @returns `undefined` where the runtime's own `fetch` will do
 * @throws {InvalidProxyError} when the variable that counts holds no http(s) URL
 */
export async function fetchFor(endpoint: string): Promise<FetchFunction | undefined> {
  // The compiled program holds the first branch alone (see `tooling/build/compile.ts`). In a function of its own, the
  // other one would be bundled with its imports although nothing calls it.
  if (process.versions["bun"]) {
    // Bun would print each request on stderr, with its token and its body.
    process.env["BUN_CONFIG_VERBOSE_FETCH"] = "0";
    return undefined;
  } else {
    if (process.versions["deno"]) return undefined;
    const { chooseProxy } = await import("./proxy-rules.ts");
    const choice = chooseProxy(process.env, new URL(endpoint));
    if (!choice || choice.exempted) return undefined;
    const { variable, proxy } = choice;
    if (!/^https?:$/.test(proxy?.protocol ?? "") || !proxy)
      throw new InvalidProxyError(`${variable} must be a URL such as http://proxy.example.com:3128`);
    const { fetchThrough } = await import("./proxy-fetch.ts");
    return fetchThrough(proxy);
  }
}

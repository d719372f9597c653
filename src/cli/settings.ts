import type { FetchFunction } from "../sdk/types.ts";
import type { Values } from "./args.ts";
import { UsageError } from "./failure.ts";
import { readVariable } from "./variables.ts";

/** Settings that every command takes. Each is read where a flag or a variable gives it. */

/** @returns milliseconds that a request may take */
export function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError("--timeout takes a number of seconds from 0.001 to 86400");
}

/** @returns whether https is used, where a flag or the variable says so */
export function readSecure(args: Values): boolean | undefined {
  if (args["secure"] && args["no-secure"])
    throw new UsageError("--secure and --no-secure exclude each other");
  if (args["secure"]) return true;
  if (args["no-secure"]) return false;
  const variable = readVariable("PINNER_SECURE");
  if (variable === undefined) return undefined;
  if (/^(?:true|1|yes|on)$/i.test(variable)) return true;
  if (/^(?:false|0|no|off)$/i.test(variable)) return false;
  throw new UsageError("PINNER_SECURE takes true or false");
}

/** What sends requests where a proxy is set and the runtime's own `fetch` does not read the variables. */
export async function proxyFetch(endpoint: string): Promise<FetchFunction | undefined> {
  // The compiled program holds the first branch alone (see `tooling/build/compile.ts`). In a function of its own, the other
  // one would be bundled with its imports although nothing calls it.
  if (process.versions["bun"]) {
    // Bun would print each request on stderr, with its token and its body.
    process.env["BUN_CONFIG_VERBOSE_FETCH"] = "0";
    return undefined;
  } else {
    if (process.versions["deno"]) return undefined;
    const { chooseProxy } = await import("../network/proxy-rules.ts");
    const choice = chooseProxy(process.env, new URL(endpoint));
    if (!choice || choice.exempted) return undefined;
    const { variable, proxy } = choice;
    if (!/^https?:$/.test(proxy?.protocol ?? "") || !proxy)
      throw new UsageError(`${variable} must be a URL such as http://proxy.example.com:3128`);
    const { fetchThrough } = await import("../network/proxy-fetch.ts");
    return fetchThrough(proxy);
  }
}

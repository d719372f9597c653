import { ConfigError } from "../credentials/config-error.ts";
import { type ConfigFile, noFile, readConfig } from "../credentials/config-file.ts";
import { configPath } from "../credentials/paths.ts";
import { type ResolvedToken, resolveToken } from "../credentials/resolve.ts";
import { readSwitch } from "../credentials/switch.ts";
import type { Pinner } from "../sdk/client.ts";
import { isInsecure, refuseInsecure } from "../sdk/endpoint.ts";
import type { FetchFunction, RequestEvent } from "../sdk/types.ts";
import type { Values } from "./args.ts";
import type { Interruption } from "./interruption.ts";
import type { Output } from "./output.ts";
import { keepSecret } from "./safe-text.ts";
import { checkEndpoint, readEndpoint, readLimits, readTimeout } from "./service-settings.ts";
import { UsageError } from "./usage-error.ts";

const UNCHECKED =
  "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off: whoever is on the way can read the token. Trust an authority of your own with NODE_EXTRA_CA_CERTS instead";

/** What a command works with. Everything that costs something is made when first asked for. */
export interface Context<Text extends string = never, Flag extends string = never> {
  out: Output;
  unmask: boolean;
  /** The value of a flag or argument. */
  text: (name: Text) => string | undefined;
  flag: (name: Flag) => boolean;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** Runs what must not be left half done: Ctrl-C aborts `signal` and waits for it. */
  uninterrupted<Result>(work: () => Promise<Result>): Promise<Result>;
  /** An environment variable; an empty one counts as not set. */
  env(name: string): string | undefined;
  /** A flag that holds a secret: works, and warns that others can see it. */
  secretFlag: (name: Text) => string | undefined;
  configPath(): Promise<string>;
  config(): Promise<ConfigFile>;
  token(): Promise<ResolvedToken>;
  /** Scheme, host and port of the account API. */
  endpoint(): Promise<string>;
  /** Opens the connection to the service, for requests that will follow. */
  connectAhead(): void;
  /** A factory of clients, so that the client itself is only loaded where one is used. */
  connector(onRequest?: (event: RequestEvent) => void): Promise<(token: string | undefined) => Pinner>;
}

export function createContext(
  args: Values,
  out: Output,
  interruption: Interruption,
): Context<string, string> {
  const env = (name: string) => process.env[name] || undefined;
  const text = (name: string) => args[name] as string | undefined;
  const warned = new Set<string>();
  const warnOnce = (text: string) => {
    if (!warned.has(text)) out.warn(text);
    warned.add(text);
  };
  let file: Promise<ConfigFile> | undefined;
  let path: Promise<string> | undefined;
  // A wrong flag is wrong for a command that needs no service, too.
  if (text("timeout") !== undefined) readTimeout("--timeout", `${text("timeout")}`);
  if (text("base-endpoint") !== undefined) checkEndpoint("--base-endpoint", text("base-endpoint"));
  const secureSetting = readSecure(args, env("PINNER_SECURE"));
  for (const name of ["PINNER_AUTH_TOKEN", "PINNER_PASSWORD", "PINNER_OTP"]) keepSecret(env(name));
  for (const name of ["auth-token", "password", "otp-code", "otp", "token"]) keepSecret(text(name));

  const context: Context<string, string> = {
    out,
    unmask: args["unmask"] === true,
    text,
    flag: (name) => args[name] === true,
    signal: interruption.signal,
    uninterrupted: interruption.hold,
    env,
    secretFlag: (name) => {
      const value = text(name);
      if (value !== undefined) warnOnce(`--${name}: other users of this machine can see it`);
      return value;
    },
    configPath: () => (path ??= configPath(process.env)),
    config: () => (file ??= context.configPath().then(readOwn, withoutHome)),
    async token() {
      const { document } = await context.config();
      keepSecret(document.authToken);
      const resolved = resolveToken({
        flag: context.secretFlag("auth-token"),
        environment: env("PINNER_AUTH_TOKEN"),
        config: document.authToken,
      });
      return resolved;
    },
    async endpoint() {
      return (await service()).endpoint;
    },
    connectAhead() {
      openConnection().catch(() => {});
    },
    async connector(onRequest) {
      const { base, secure, endpoint } = await service();
      const limits = readLimits(await places());
      const { Pinner } = await import("../sdk/client.ts");
      if (secure === false && isInsecure(endpoint)) {
        warnOnce(`${endpoint} is plain http: credentials cross the network unencrypted`);
      }
      if (env("NODE_TLS_REJECT_UNAUTHORIZED") === "0") warnOnce(UNCHECKED);
      const options = {
        baseEndpoint: base,
        secure,
        ...limits,
        fetch: await proxyFetch(endpoint),
        onRequest(event: RequestEvent) {
          const { method, path: requestPath, status, failure, duration } = event;
          out.debug(`${method} ${endpoint}${requestPath} ${status ?? failure} ${Math.round(duration)} ms`);
          onRequest?.(event);
        },
      };
      const create = (token: string | undefined) => {
        keepSecret(token);
        return new Pinner({ ...options, token });
      };
      create(undefined);
      return create;
    },
  };

  async function openConnection(): Promise<void> {
    const { endpoint, secure } = await service();
    refuseInsecure(endpoint, secure);
    const { connectAhead } = await import("../network/connect-ahead.ts");
    connectAhead(endpoint);
  }
  const places = async () => ({ flag: text, env, file: await context.config() });
  async function service() {
    const all = await places();
    const secure = secureSetting ?? all.file.document.secure;
    return { ...readEndpoint(all, secure), secure };
  }
  async function readOwn(location: string): Promise<ConfigFile> {
    const config = await readConfig(location);
    if (config.readableByOthers && config.canBeTightened)
      out.warn(`${location} can be read by other users: the next write will tighten it`);
    return config;
  }
  return context;
}

/** What needs no file works all the same. */
function withoutHome(error: unknown): ConfigFile {
  if (error instanceof ConfigError && error.problem === "nowhere") return noFile();
  throw error;
}

/** What sends requests where a proxy is set and the runtime's own `fetch` does not read the variables. */
async function proxyFetch(endpoint: string): Promise<FetchFunction | undefined> {
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

function readSecure(args: Values, variable: string | undefined): boolean | undefined {
  if (args["secure"] && args["no-secure"])
    throw new UsageError("--secure and --no-secure exclude each other");
  if (args["secure"]) return true;
  if (args["no-secure"]) return false;
  if (variable === undefined) return undefined;
  const value = readSwitch(variable);
  if (value !== undefined) return value;
  throw new UsageError("PINNER_SECURE takes true or false");
}

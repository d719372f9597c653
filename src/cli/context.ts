import { type ConfigFile, readConfig } from "../credentials/config-file.ts";
import { configPath } from "../credentials/paths.ts";
import { type ResolvedToken, resolveToken } from "../credentials/resolve.ts";
import { fetchFor } from "../network/fetch.ts";
import type { Pinner } from "../sdk/client.ts";
import { accountEndpoint, isInsecure, refuseInsecure } from "../sdk/endpoint.ts";
import type { RequestEvent } from "../sdk/types.ts";
import type { Values } from "./args.ts";
import type { Interruption } from "./interruption.ts";
import type { Output } from "./output.ts";
import { keepSecret } from "./safe-text.ts";
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
  clientFactory(onRequest?: (event: RequestEvent) => void): Promise<(token: string | undefined) => Pinner>;
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
  const timeout = readTimeout(text("timeout"));
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
    config: () => (file ??= context.configPath().then(readOwn)),
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
      const { base, secure } = await settings();
      return accountEndpoint(base, secure);
    },
    connectAhead() {
      openConnection().catch(() => {});
    },
    async clientFactory(onRequest) {
      const { base, secure } = await settings();
      const { Pinner } = await import("../sdk/client.ts");
      const endpoint = accountEndpoint(base, secure);
      if (secure === false && isInsecure(endpoint)) {
        warnOnce(`${endpoint} is plain http: credentials cross the network unencrypted`);
      }
      if (env("NODE_TLS_REJECT_UNAUTHORIZED") === "0") warnOnce(UNCHECKED);
      const options = {
        baseEndpoint: base,
        secure,
        timeout,
        fetch: await fetchFor(endpoint),
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
    const { base, secure } = await settings();
    const endpoint = accountEndpoint(base, secure);
    refuseInsecure(endpoint, secure);
    const { connectAhead } = await import("../network/connect-ahead.ts");
    connectAhead(endpoint);
  }
  async function settings(): Promise<{ base: string | undefined; secure: boolean | undefined }> {
    const { document } = await context.config();
    return {
      base: text("base-endpoint") ?? env("PINNER_BASE_ENDPOINT") ?? document.baseEndpoint,
      secure: secureSetting ?? document.secure,
    };
  }
  async function readOwn(location: string): Promise<ConfigFile> {
    const config = await readConfig(location);
    if (config.readableByOthers)
      out.warn(`${location} can be read by other users: the next write will tighten it`);
    return config;
  }
  return context;
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError("--timeout takes a number of seconds from 0.001 to 86400");
}

function readSecure(args: Values, variable: string | undefined): boolean | undefined {
  if (args["secure"] && args["no-secure"])
    throw new UsageError("--secure and --no-secure exclude each other");
  if (args["secure"]) return true;
  if (args["no-secure"]) return false;
  if (variable === undefined) return undefined;
  if (/^(?:true|1|yes|on)$/i.test(variable)) return true;
  if (/^(?:false|0|no|off)$/i.test(variable)) return false;
  throw new UsageError("PINNER_SECURE takes true or false");
}

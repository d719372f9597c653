import { ConfigError } from "../credentials/config-error.ts";
import { type ConfigFile, noFile, readConfig } from "../credentials/config-file.ts";
import { configPath } from "../credentials/paths.ts";
import { type ResolvedToken, resolveToken } from "../credentials/resolve.ts";
import { fetchFor } from "../network/fetch.ts";
import type { Pinner } from "../sdk/client.ts";
import { isInsecure, refuseInsecure } from "../sdk/endpoint.ts";
import type { RequestEvent } from "../sdk/types.ts";
import { type Args, isSecret, type Values } from "./arg.ts";
import { isBlank } from "./args.ts";
import type { HeldToken } from "./explain-answer.ts";
import { UsageError } from "./failure.ts";
import type { Interruption } from "./interruption.ts";
import type { Output } from "./output.ts";
import { rememberOwnWords, rememberSecret } from "./safe-text.ts";
import { checkEndpoint, readEndpoint, readLimits, readSecure, readTimeout } from "./settings.ts";
import {
  type FiledVariable,
  fileOf,
  readVariable,
  secretVariables,
  type Variable,
  variables,
} from "./variables.ts";

const UNCHECKED =
  "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off: whoever is on the way can read the token. Trust an authority of your own with NODE_EXTRA_CA_CERTS instead";

/**
 * What a command works with. Everything that costs something is made when first asked for. `Text`, `Flag` and
 * `Secret` are the names of the command's own arguments.
 */
export interface Context<
  Text extends string = never,
  Flag extends string = never,
  Secret extends string = never,
> {
  out: Output;
  unmask: boolean;
  /** The value of an argument. */
  text: (name: Text) => string | undefined;
  flag: (name: Flag) => boolean;
  /** The value of an argument that holds a secret: it is redacted, and others who could see it are warned of. */
  secret: (name: Secret) => string | undefined;
  given: (name: Text | Flag | Secret) => boolean;
  /** The command that stands behind `--`; empty where none does. */
  passedOn: string[];
  /** Has signals sent to a command that runs, rather than end this one; `undefined` when it has ended. */
  passOn: Interruption["passOn"];
  /** Asks at the terminal for what an argument would hold: without echo, if that is a secret. */
  prompt: (name: Text | Secret, message: string, check?: Check) => Promise<string>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** See `Interruption`. */
  stake: Interruption["stake"];
  /** Runs what must not be left half done: Ctrl-C aborts `signal` and waits for it. */
  uninterrupted<Result>(work: () => Promise<Result>): Promise<Result>;
  /** An environment variable; an empty one counts as not set. */
  env(name: Variable): string | undefined;
  /** The same, or what is in the file that `NAME_FILE` names. */
  envOrFile(name: FiledVariable): Promise<string | undefined>;
  configPath(): Promise<string>;
  config(): Promise<ConfigFile>;
  token(): Promise<ResolvedToken>;
  /** The token that requests are sent with, once they are: a refusal is of that one. */
  held?: HeldToken;
  /** Scheme, host and port of the account API. */
  endpoint(): Promise<string>;
  /** How long a request may take, in milliseconds, where anything says so. */
  timeout(): Promise<number | undefined>;
  /** Opens the connection to the service, for requests that will follow. */
  connectAhead(): void;
  /** A factory of clients, so that the client itself is only loaded where one is used. */
  clientFactory(onRequest?: (event: RequestEvent) => void): Promise<(token: string | undefined) => Pinner>;
}

/** Says what is wrong with what was typed. */
type Check = (value: string) => string | undefined;

/**
 * @param values of the arguments in `args`
 * @throws {UsageError} for a setting that cannot be
 */
export function createContext(
  values: Values,
  args: Args,
  out: Output,
  interruption: Interruption,
  passedOn: string[] = [],
): Context<string, string, string> {
  const text = (name: string) => values[name] as string | undefined;
  const warned = new Set<string>();
  const warnOnce = (text: string) => {
    if (!warned.has(text)) out.warn(text);
    warned.add(text);
  };
  let file: Promise<ConfigFile> | undefined;
  let path: Promise<string> | undefined;
  // A pipe can be read once.
  const filed = new Map<FiledVariable, Promise<string | undefined>>();
  guardSecrets(values, args, out);
  // Before anything is done: some commands read it only in the end.
  notBlank("PINNER_AUTH_TOKEN");
  // A wrong flag is wrong for a command that needs no service, too.
  if (text("timeout") !== undefined) readTimeout("--timeout", `${text("timeout")}`);
  if (text("base-endpoint") !== undefined) checkEndpoint("--base-endpoint", text("base-endpoint"));
  const secureSetting = readSecure(values);

  const context: Context<string, string, string> = {
    out,
    unmask: values["unmask"] === true,
    text,
    flag: (name) => values[name] === true,
    secret: text,
    given: (name) => values[name] !== undefined,
    passedOn,
    passOn: interruption.passOn,
    async prompt(name, message, check) {
      const { promptSecret, promptText } = await import("./input.ts");
      return isSecret(args[name]) ? promptSecret(message, check) : promptText(message, check);
    },
    signal: interruption.signal,
    stake: interruption.stake,
    uninterrupted: interruption.hold,
    env: notBlank,
    envOrFile(name) {
      const before = filed.get(name);
      if (before) return before;
      const value = fileOf(name) === undefined ? Promise.resolve(notBlank(name)) : readFiled(name);
      filed.set(name, value);
      return value;
    },
    configPath: () => (path ??= configPath(process.env)),
    config: () => (file ??= context.configPath().then(readOwn, withoutHome)),
    async token() {
      const { content } = await context.config();
      rememberSecret(content.authToken);
      return resolveToken({
        flag: context.secret("auth-token"),
        environment: notBlank("PINNER_AUTH_TOKEN"),
        file: text("auth-token") === undefined ? await context.envOrFile("PINNER_AUTH_TOKEN") : undefined,
        config: content.authToken,
      });
    },
    async endpoint() {
      return (await service()).endpoint;
    },
    timeout: async () => readLimits(await places()).timeout,
    connectAhead() {
      openConnection().catch(() => {});
    },
    async clientFactory(onRequest) {
      const { base, secure, endpoint } = await service();
      const limits = readLimits(await places());
      const { Pinner } = await import("../sdk/client.ts");
      if (secure === false && isInsecure(endpoint)) {
        warnOnce(`${endpoint} is plain http: credentials cross the network unencrypted`);
      }
      if (readVariable("NODE_TLS_REJECT_UNAUTHORIZED") === "0") warnOnce(UNCHECKED);
      const options = {
        // The client itself would read the environment, where the config file may say otherwise.
        baseEndpoint: base ?? "",
        secure,
        ...limits,
        fetch: await fetchFor(endpoint),
        onRequest(event: RequestEvent) {
          const { method, path: requestPath, status, failure, duration } = event;
          out.debug(`${method} ${endpoint}${requestPath} ${status ?? failure} ${Math.round(duration)} ms`);
          onRequest?.(event);
        },
      };
      const watch = out.showsWaiting ? (await import("./watch.ts")).watched : undefined;
      const create = (token: string | undefined) => {
        rememberSecret(token);
        const pinner = new Pinner({ ...options, token });
        return watch?.(pinner, out) ?? pinner;
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
  const places = async () => ({ flag: text, file: await context.config() });
  async function service() {
    const all = await places();
    const secure = secureSetting ?? all.file.content.secure;
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

/** Has every secret of the command line and the environment redacted, and warns of those that others can see. */
function guardSecrets(values: Values, args: Args, out: Output): void {
  rememberOwnWords([...Object.keys(args), ...Object.keys(variables)]);
  for (const value of secretVariables()) rememberSecret(value);
  for (const [name, arg] of Object.entries(args)) {
    const value = values[name];
    if (!isSecret(arg) || typeof value !== "string") continue;
    rememberSecret(value);
    const shown = arg.type === "positional" ? name.toUpperCase() : `--${name}`;
    out.warn(`${shown}: other users of this machine can see it`);
  }
}

/** An environment variable that holds something. @throws {UsageError} for one that is blank: it was meant to be set */
function notBlank(name: Variable): string | undefined {
  const value = readVariable(name);
  if (value !== undefined && isBlank(value)) throw new UsageError(`the value of ${name} is blank`);
  return value;
}

/** Loaded only where a file is named. */
const readFiled = async (name: FiledVariable): Promise<string | undefined> =>
  (await import("./secret-file.ts")).readSecretFile(name);

/** What needs no file works all the same. */
function withoutHome(error: unknown): ConfigFile {
  if (error instanceof ConfigError && error.problem === "nowhere") return noFile();
  throw error;
}

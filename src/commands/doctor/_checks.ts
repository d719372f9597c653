import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { CLOCK_TOLERANCE_MS, EXPIRY_WARNING_MS } from "../../auth/thresholds.ts";
import type { ConfigFile } from "../../credentials/config-file.ts";
import type { ResolvedToken } from "../../credentials/resolve.ts";
import { chooseProxy, withoutBrackets } from "../../network/proxy-rules.ts";
import type { Pinner } from "../../sdk/client.ts";
import { type ApiError, isApiError, isNetworkError, isRequestTimeoutError } from "../../sdk/errors.ts";
import { isExpired, isHeaderSafe, readClaims } from "../../sdk/token.ts";
import type { RequestEvent } from "../../sdk/types.ts";

/** One thing that was looked at. `advice` solves what is wrong with it. */
export interface Check {
  name:
    | "config"
    | "permissions"
    | "token"
    | "endpoint"
    | "proxy"
    | "dns"
    | "connection"
    | "tls"
    | "clock"
    | "service";
  status: "ok" | "warning" | "failed" | "skipped";
  message: string;
  advice?: string;
  /** What the program exits with because of it. */
  exit: number;
}

const LOG_IN = "Run `pinner auth`";

type Name = Check["name"];
const ok = (name: Name, message: string): Check => ({ name, status: "ok", message, exit: 0 });
const skipped = (name: Name, message: string): Check => ({ name, status: "skipped", message, exit: 0 });
const warning = (name: Name, message: string, advice: string): Check => ({
  name,
  status: "warning",
  message,
  advice,
  exit: 1,
});
const failed = (name: Name, exit: number, message: string, advice: string): Check => ({
  name,
  status: "failed",
  message,
  advice,
  exit,
});

export function checkConfig({ path, exists, readableByOthers, canBeTightened }: ConfigFile): Check[] {
  if (path === undefined) {
    const problem = "there is no home directory to keep the config file in: set PINNER_HOME to have one";
    return [skipped("config", problem), skipped("permissions", "there is no file")];
  }
  if (!exists)
    return [ok("config", `${path} does not exist yet`), skipped("permissions", "there is no file")];
  if (readableByOthers && !canBeTightened)
    return [ok("config", `${path} can be read`), skipped("permissions", "the file system keeps none")];
  const permissions = readableByOthers
    ? warning("permissions", `${path} can be read by other users`, `Run \`chmod 600 ${path}\``)
    : ok("permissions", "only its owner can read the file");
  return [ok("config", `${path} can be read`), permissions];
}

export const brokenConfig = (message: string): Check[] => [
  failed("config", 1, message, "Correct it by hand: pinner never overwrites a file that it cannot read"),
];

export function checkToken({ token, source }: ResolvedToken, now = Date.now()): Check {
  const renew = source === "config" ? LOG_IN : "Give it a new one, from `pinner auth --stdout`";
  if (token === undefined) return failed("token", 4, "there is no token: not logged in", LOG_IN);
  const from = {
    flag: "--auth-token",
    environment: "PINNER_AUTH_TOKEN",
    config: "the config file",
    none: "",
  }[source];
  const claims = readClaims(token);
  if (!claims) return warning("token", `the token from ${from} is not a token of Pinner's form`, renew);
  if (claims.kind === "two_factor") return failed("token", 4, `the token from ${from} is a 2FA token`, renew);
  const { expiresAt } = claims;
  if (!expiresAt) return ok("token", `the token from ${from} does not say when it expires`);
  const when = expiresAt.toISOString();
  if (isExpired(claims, now)) return failed("token", 4, `the token from ${from} expired at ${when}`, renew);
  if (expiresAt.getTime() - now < EXPIRY_WARNING_MS)
    return warning("token", `the token from ${from} expires at ${when}`, renew);
  return ok("token", `the token from ${from} works until ${when}`);
}

/** Which proxy a request to the endpoint would take. */
export function checkProxy(
  env: Record<string, string | undefined>,
  endpoint: URL,
): Check & { used: boolean } {
  const choice = chooseProxy(env, endpoint);
  if (!choice) return { ...ok("proxy", "no proxy is set"), used: false };
  const { variable, proxy, exempted } = choice;
  if (exempted)
    return { ...ok("proxy", `${variable} is set, but NO_PROXY exempts ${endpoint.hostname}`), used: false };
  // Without its user and password.
  if (proxy)
    return {
      ...ok("proxy", `requests go through ${proxy.protocol}//${proxy.host}, as ${variable} says`),
      used: true,
    };
  const advice = `Set ${variable} to a URL such as http://proxy.example.com:3128, or remove it`;
  return { ...failed("proxy", 1, `${variable} is not a URL`, advice), used: true };
}

export async function checkDns(endpoint: URL, proxied: boolean): Promise<Check> {
  const { hostname } = endpoint;
  if (proxied) return skipped("dns", "the proxy looks names up");
  if (isIP(withoutBrackets(hostname))) return skipped("dns", `${hostname} is an address`);
  try {
    const { address } = await lookup(hostname);
    return ok("dns", `${hostname} is ${address}`);
  } catch {
    const advice =
      "Check the network and the endpoint's name: `pinner config get base_endpoint`, PINNER_BASE_ENDPOINT";
    return failed("dns", 3, `no address is known for ${hostname}`, advice);
  }
}

/** Asks the service once, and tells connection, TLS, clock and the token's acceptance apart. */
export async function checkService(
  connect: (token: string | undefined, onRequest: (event: RequestEvent) => void) => Promise<Pinner>,
  token: string | undefined,
  endpoint: URL,
): Promise<Check[]> {
  let clockOffset: number | undefined;
  const onRequest = ({ serverTime }: RequestEvent) => {
    if (serverTime) clockOffset = serverTime.getTime() - Date.now();
  };
  const sent = token !== undefined && canBeSent(token) ? token : undefined;
  // Without a token, a made-up one: only a Pinner service knows how to refuse it.
  const pinner = await connect(sent ?? "none", onRequest);
  const error = await (sent === undefined ? pinner.session() : pinner.account()).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (isNetworkError(error) || isRequestTimeoutError(error)) return unreachable(error, endpoint);
  const tls =
    endpoint.protocol === "https:" ? ok("tls", "the certificate is trusted") : skipped("tls", "plain http");
  return [
    ok("connection", `${endpoint.origin} answers`),
    tls,
    checkClock(clockOffset),
    judge(error, sent, endpoint),
  ];
}

/** What cannot travel in a header, or is only good for the second step of a login, proves nothing about a service. */
const canBeSent = (token: string): boolean => isHeaderSafe(token) && readClaims(token)?.kind !== "two_factor";

function unreachable(error: Error & { reason?: string }, endpoint: URL): Check[] {
  const reason = error.reason ?? "";
  if (/CERT|SSL|TLS|UNABLE_TO|SELF_SIGNED/i.test(reason)) {
    return [ok("connection", `${endpoint.origin} answers`), untrusted(reason, endpoint)];
  }
  const advice =
    "Is this the right endpoint, and does a firewall or proxy stand between? See `pinner config`";
  return [failed("connection", 3, error.message, advice)];
}

function untrusted(reason: string, { hostname }: URL): Check {
  if (/ALTNAME|HOSTNAME/.test(reason)) {
    const advice = `Is ${hostname} the right endpoint, or does something on the way answer in its place?`;
    return failed("tls", 3, `the certificate is not for ${hostname}: ${reason}`, advice);
  }
  if (/EXPIRED|NOT_YET/.test(reason)) {
    const advice = "Check this machine's date; if it is right, the service must renew its certificate";
    return failed("tls", 3, `the certificate is not valid today: ${reason}`, advice);
  }
  const advice = "If a proxy or a private authority signs it, give its certificate in NODE_EXTRA_CA_CERTS";
  return failed("tls", 3, `the certificate is not trusted: ${reason}`, advice);
}

function checkClock(offset: number | undefined): Check {
  if (offset === undefined) return skipped("clock", "the service does not tell its time");
  if (Math.abs(offset) <= CLOCK_TOLERANCE_MS)
    return ok("clock", "this machine's clock agrees with the service's");
  const minutes = (Math.abs(offset) / 60_000).toFixed(1);
  const message = `this machine's clock is ${minutes} minutes ${offset > 0 ? "behind" : "ahead of"} the service's`;
  return failed(
    "clock",
    1,
    message,
    "Set the clock (for example with NTP): 2FA codes and expiry depend on it",
  );
}

function judge(error: unknown, token: string | undefined, endpoint: URL): Check {
  if (error === undefined) return ok("service", "the service accepts the token");
  const { status = 0, message = "" } = error as Partial<ApiError>;
  if (isApiError(error) && [401, 403].includes(status)) {
    if (token === undefined) return ok("service", "the service answers as a Pinner service does");
    return failed("service", 4, "the service refuses the token", `${LOG_IN}: the key may have been deleted`);
  }
  if (isApiError(error) && (status === 429 || status >= 500))
    return failed("service", 3, `the service is failing or busy: ${message}`, "Try again later");
  const advice = "Point PINNER_BASE_ENDPOINT or `pinner config set base_endpoint` at a Pinner service";
  return failed("service", 1, `${endpoint.origin} is no Pinner service: ${message}`, advice);
}

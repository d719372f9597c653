import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { clockProblem, SET_THE_CLOCK, serviceClock } from "../../auth/clock.ts";
import { DEFAULT_KEY_NAME, keyUuidOf } from "../../auth/keys.ts";
import { explainTls } from "../../cli/explain-tls.ts";
import { upperFirst } from "../../cli/sentence.ts";
import { renewal } from "../../cli/token-in-force.ts";
import type { ResolvedToken } from "../../credentials/resolve.ts";
import { chooseProxy, whatIsRight, whatIsWrong, withoutBrackets } from "../../network/proxy-rules.ts";
import type { Pinner } from "../../sdk/client.ts";
import {
  type ApiError,
  isApiError,
  isNetworkError,
  isRequestTimeoutError,
  type NetworkError,
  type RequestTimeoutError,
} from "../../sdk/errors.ts";
import { isHeaderSafe, readClaims } from "../../sdk/token.ts";
import type { RequestEvent } from "../../sdk/types.ts";
import { type Check, failed, note, ok, skipped } from "./_check.ts";

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
  const advice = upperFirst(whatIsRight(choice));
  return { ...failed("proxy", "usage", whatIsWrong(choice), advice), used: true };
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
    return failed("dns", "unreachable", `no address is known for ${hostname}`, advice);
  }
}

/** Asks the service once, and tells connection, TLS, clock and the token's acceptance apart. */
export async function checkService(
  clientFor: (token: string | undefined, onRequest: (event: RequestEvent) => void) => Promise<Pinner>,
  { token, source }: ResolvedToken,
  endpoint: URL,
): Promise<Check[]> {
  const clock = serviceClock();
  const sent = token !== undefined && canBeSent(token) ? token : undefined;
  // Without a token, a made-up one: only a Pinner service knows how to refuse it.
  const pinner = await clientFor(sent ?? "none", clock.onRequest);
  const uuid = keyUuidOf(sent);
  const named = uuid === undefined ? undefined : pinner.getKey(uuid).catch(() => undefined);
  const asked = sent === undefined ? pinner.session() : pinner.account();
  const error = await asked.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (isNetworkError(error) || isRequestTimeoutError(error)) return unreachable(error, endpoint);
  const tls =
    endpoint.protocol === "https:" ? ok("tls", "the certificate is trusted") : skipped("tls", "plain http");
  return [
    ok("connection", `${endpoint.origin} answers`),
    tls,
    checkClock(clock.offset),
    judge(error, sent, renewal(source), endpoint),
    ...noteName((await named)?.name),
  ];
}

/** The Go command line, which is called `pinner` too, deletes every key of its default name when it logs in. */
const noteName = (name: string | undefined): Check[] =>
  name === DEFAULT_KEY_NAME
    ? [
        note(
          "key",
          `the key in use is called "${name}", as the Go pinner's are, whose next login deletes it: choose another name with \`pinner auth --key-name NAME\``,
        ),
      ]
    : [];

/** What cannot travel in a header, or is only good for the second step of a login, proves nothing about a service. */
const canBeSent = (token: string): boolean => isHeaderSafe(token) && readClaims(token)?.kind !== "two_factor";

function unreachable(error: NetworkError | RequestTimeoutError, endpoint: URL): Check[] {
  if (isNetworkError(error) && error.stage === "tls") {
    const { message, hint } = explainTls(error.reason, endpoint);
    return [ok("connection", `${endpoint.origin} answers`), failed("tls", "unreachable", message, hint)];
  }
  const advice =
    "Is this the right endpoint, and does a firewall or proxy stand between? See `pinner config`";
  return [failed("connection", "unreachable", error.message, advice)];
}

function checkClock(offset: number | undefined): Check {
  if (offset === undefined) return skipped("clock", "the service does not tell its time");
  const problem = clockProblem(offset);
  if (problem === undefined) return ok("clock", "this machine's clock agrees with the service's");
  return failed("clock", "unhealthy", problem, SET_THE_CLOCK);
}

function judge(error: unknown, token: string | undefined, renew: string, endpoint: URL): Check {
  if (error === undefined) return ok("service", "the service accepts the token");
  const { status = 0, message = "" } = error as Partial<ApiError>;
  if (isApiError(error) && [401, 403].includes(status)) {
    if (token === undefined) return ok("service", "the service answers as a Pinner service does");
    return failed(
      "service",
      "token_refused",
      "the service refuses the token",
      `${renew}: the key may have been deleted`,
    );
  }
  if (isApiError(error) && (status === 429 || status >= 500))
    return failed("service", "server_error", `the service is failing or busy: ${message}`, "Try again later");
  const advice = "Point PINNER_BASE_ENDPOINT or `pinner config set base_endpoint` at a Pinner service";
  return failed("service", "bad_response", `${endpoint.origin} is no Pinner service: ${message}`, advice);
}

import { InsecureEndpointError, InvalidEndpointError } from "./errors.ts";

const DEFAULT_HOST = "pinner.xyz";
/** What is longer takes long to parse, and is no address. */
const MAX_CHARACTERS = 2048;

/**
 * The URL of the account API for a base endpoint: its `account` subdomain.
 *
 * `pinner.xyz` → `https://account.pinner.xyz`; `https://example.com/x` → `https://account.example.com`;
 * an IP address and `localhost` take no subdomain, and neither does a host that is the subdomain already.
 * @param baseEndpoint Host, host:port or http(s) URL of at most 2048 characters; empty means `pinner.xyz`.
 * @param secure The scheme where the base endpoint names none: https unless `false`.
 * @returns Scheme, host and port, without a slash at the end.
 * @throws {InvalidEndpointError} when it is none of those forms.
 * @example
 * ```ts
 * accountEndpoint("example.com:8443"); // "https://account.example.com:8443"
 * ```
 */
export function accountEndpoint(baseEndpoint = "", secure?: boolean): string {
  const base = baseEndpoint.trim();
  if (base === "") return `https://account.${DEFAULT_HOST}`;
  const [scheme] = /^[a-z][a-z\d+.-]*:\/\//i.exec(base) ?? [];
  let url: URL | undefined;
  try {
    if (base.length <= MAX_CHARACTERS && hasAuthority(base.slice(scheme?.length ?? 0)))
      url = new URL(scheme ? base : `${secure === false ? "http" : "https"}://${base}`);
  } catch {
    // Told below.
  }
  if (!url || !isHost(url.hostname))
    throw new InvalidEndpointError("the base endpoint is not a host name, an address or an http(s) URL");
  const { protocol, host, hostname } = url;
  if (!/^https?:$/.test(protocol)) throw new InvalidEndpointError("the base endpoint must be http or https");
  return `${protocol}//${AS_IT_IS.test(hostname) ? "" : "account."}${host}`;
}

/**
 * Whether what follows the scheme begins with a host and perhaps a port: `URL` takes `https:/x` and `///x` for the
 * host `x`, `https//x` for `https`, a backslash for a slash, and drops tabs and line ends.
 */
const hasAuthority = (text: string): boolean =>
  !/[\s\\]|^https?\//i.test(text) &&
  /^(?:[^/?#]*@)?(?:\[[^\][/?#@]+\]|[^\][/?#@:]+)(?::\d{1,5})?(?:[/?#]|$)/.test(text);

/** A host name as RFC 1123 has it, with a dot at its end or without; `_` too, which private networks use. Or an address. */
const isHost = (hostname: string): boolean =>
  hostname.startsWith("[") ||
  (hostname.length <= 254 && /^(?:(?!-)[a-z\d_-]{1,63}(?<!-)(?:\.|$))+$/.test(hostname));

/** An address, `localhost`, or what is the subdomain already. */
const AS_IT_IS = /^(?:\[|[\d.]+$|localhost\.?$|account\.)/;

/** Whether an endpoint sends credentials in the clear to another machine. */
export function isInsecure(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === "http:" && !LOOPBACK.test(hostname);
}

/**
 * Refuses an endpoint that would send credentials in the clear.
 * @throws {InsecureEndpointError} for plain http to another machine, unless `secure` is explicitly `false`.
 */
export function refuseInsecure(endpoint: string, secure: boolean | undefined): void {
  if (secure === false || !isInsecure(endpoint)) return;
  throw new InsecureEndpointError(
    `${endpoint} is plain http: credentials would cross the network unencrypted`,
  );
}

// `URL` has normalised the address by now: `127.1` is 127.0.0.1, and a mapped IPv4 address is hexadecimal.
const LOOPBACK = /^(?:localhost\.?|127\.[\d.]+|\[::(?:1|ffff:7f[\da-f]{2}:[\da-f]{1,4})\])$/;

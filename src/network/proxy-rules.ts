import { BlockList, isIP } from "node:net";
import { InvalidProxyError } from "./proxy-error.ts";

/** What the variables that `curl` and others read say about requests to an endpoint. */
export interface ProxyChoice {
  /** The variable that names the proxy. */
  variable: string;
  /** `undefined` when the variable holds no http(s) URL. It may carry a user and a password, and nothing else. */
  proxy: URL | undefined;
  /** Another kind of proxy that the variable names, such as `socks5`. */
  otherKind?: string | undefined;
  /** `NO_PROXY` says that requests to this endpoint take no proxy. */
  exempted: boolean;
}

/** @returns `undefined` when no proxy is set */
export function chooseProxy(env: Record<string, string | undefined>, endpoint: URL): ProxyChoice | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const variables = [endpoint.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"];
  const variable = variables.find(read);
  const value = variable && read(variable)?.trim();
  if (!variable || !value) return undefined;
  const exempted = (read("NO_PROXY") ?? "").split(/[\s,]+/).some((entry) => exempts(entry, endpoint));
  const kind = /^([a-z][a-z\d+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase() ?? "http";
  if (kind !== "http" && kind !== "https") return { variable, proxy: undefined, otherKind: kind, exempted };
  return { variable, proxy: proxyAt(value.includes("://") ? value : `http://${value}`), exempted };
}

function proxyAt(text: string): URL | undefined {
  // A password may hold a `%` that begins no escape.
  const escaped = text.replace(/%(?![\da-f]{2})/gi, "%25");
  if (/\s/.test(escaped) || !URL.canParse(escaped)) return undefined;
  const url = new URL(escaped);
  url.pathname = url.search = url.hash = "";
  return url;
}

/** @throws {InvalidProxyError} when requests would have to take a proxy that is none, or of a kind that we do not speak */
export function refuseUnusable(choice: ProxyChoice | undefined): void {
  if (!choice || choice.exempted || choice.proxy) return;
  throw new InvalidProxyError(`${whatIsWrong(choice)}: ${whatIsRight(choice)}`);
}

export const whatIsWrong = ({ variable, otherKind }: ProxyChoice): string =>
  otherKind?.startsWith("socks")
    ? `${variable} names a SOCKS proxy (${otherKind.slice(0, 8)}), which pinner does not speak`
    : `${variable} is not the URL of an http or https proxy`;

export const whatIsRight = ({ variable }: ProxyChoice): string =>
  `set ${variable} to a URL such as http://proxy.example.com:3128, or exempt the service with NO_PROXY`;

/** Whether an entry of `NO_PROXY` is the endpoint's host, a network or a domain that it is in, perhaps with its port. */
function exempts(entry: string, { hostname, port, protocol }: URL): boolean {
  const text = entry.toLowerCase();
  const address = withoutBrackets(hostname).replace(/\.$/, "");
  if (text === "") return false;
  if (text === "*" || withoutBrackets(text) === address) return true;
  if (text.includes("/")) return isInNetwork(address, text);
  const [, host = "", onlyPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(text) ?? [];
  if (onlyPort && onlyPort !== (port || (protocol === "https:" ? "443" : "80"))) return false;
  const domain = withoutBrackets(host).replace(/\.$/, "");
  return domain === "*" || domain === address || (isIP(address) === 0 && address.endsWith(`.${domain}`));
}

function isInNetwork(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const family = isIP(base);
  if (family === 0 || family !== isIP(address) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(base, Number(bits), type);
  return list.check(address, type);
}

/** The address itself: in a URL, IPv6 stands in brackets. */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

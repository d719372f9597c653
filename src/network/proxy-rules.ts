import { BlockList, isIP } from "node:net";

/** What the variables that `curl` and others read say about requests to an endpoint. */
export interface ProxyChoice {
  /** The variable that names the proxy. */
  variable: string;
  /** `undefined` when the variable holds no URL. It may carry a user and a password. */
  proxy: URL | undefined;
  /** `NO_PROXY` says that requests to this endpoint take no proxy. */
  exempted: boolean;
}

/** @returns `undefined` when no proxy is set */
export function chooseProxy(env: Record<string, string | undefined>, endpoint: URL): ProxyChoice | undefined {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const variables = [endpoint.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"];
  const variable = variables.find(read);
  const value = variable && read(variable);
  if (!variable || !value) return undefined;
  const exempted = (read("NO_PROXY") ?? "").split(",").some((entry) => exempts(entry.trim(), endpoint));
  const url = value.includes("://") ? value : `http://${value}`;
  return { variable, proxy: URL.canParse(url) ? new URL(url) : undefined, exempted };
}

/** Whether an entry of `NO_PROXY` is the endpoint's host, a network or a domain that it is in, perhaps with its port. */
function exempts(entry: string, { hostname, port, protocol }: URL): boolean {
  const text = entry.toLowerCase();
  const address = withoutBrackets(hostname);
  if (text === "") return false;
  if (text === "*" || withoutBrackets(text) === address) return true;
  if (text.includes("/")) return isInNetwork(address, text);
  const [, host = "", onlyPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(text) ?? [];
  if (onlyPort && onlyPort !== (port || (protocol === "https:" ? "443" : "80"))) return false;
  return withoutBrackets(host) === address || (isIP(address) === 0 && address.endsWith(`.${host}`));
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

import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import { isIP, type Socket } from "node:net";
import type { FetchFunction } from "../sdk/types.ts";
import { decoded } from "./decoding.ts";
import { withoutBrackets } from "./proxy-rules.ts";

/**
 * A `fetch` for Node, which follows no redirect. Node's own reads no variables of proxies before version 24, and ends
 * a connection on which a `100 Continue` comes that nobody waits for.
 * @param proxy each request through it has a connection of its own; without one, they share them
 */
export function nodeFetch(proxy: URL | undefined): FetchFunction {
  return async (input, init) => {
    const asked = new Request(input, init);
    const target = new URL(asked.url);
    const body = Buffer.from(await asked.arrayBuffer());
    const length = asked.method === "GET" ? {} : { "content-length": body.length };
    const headers = { ...Object.fromEntries(asked.headers), ...length };
    const options = { method: asked.method, signal: asked.signal };
    const request = proxy
      ? await requestThrough(proxy, target, { ...options, headers, agent: false })
      : await requestTo(target, { ...options, headers, path: `${target.pathname}${target.search}` });
    return new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (incoming) => {
        try {
          resolve(decoded(toResponse(incoming)));
        } catch (error) {
          // A status or header that no answer may have.
          incoming.destroy();
          reject(error);
        }
      });
      request.end(body);
    });
  };
}

type Options = RequestOptions & { headers: Record<string, string | number>; signal: AbortSignal };

async function requestThrough(proxy: URL, target: URL, options: Options): Promise<ClientRequest> {
  if (target.protocol === "https:") {
    // Node's own TLS over the tunnel: it checks certificate and name as it does without a proxy.
    const tunnel = { socket: await openTunnel(proxy, target, options.signal) };
    const { request } = await import("node:https");
    return request(target, { ...options, ...tunnel });
  }
  const path = `${target.origin}${target.pathname}${target.search}`;
  const headers = { ...options.headers, ...authorization(proxy), host: target.host };
  return requestTo(proxy, { ...options, path, headers });
}

async function openTunnel(proxy: URL, target: URL, signal: AbortSignal): Promise<Socket> {
  const path = `${target.hostname}:${target.port || 443}`;
  const headers = { ...authorization(proxy), host: path };
  const request = await requestTo(proxy, { method: "CONNECT", path, headers, signal, agent: false });
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("connect", ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) return resolve(socket as Socket);
      socket.destroy();
      reject(Object.assign(new Error("the proxy refuses"), { code: "ERR_PROXY_TUNNEL" }));
    });
    request.end();
  });
}

/** Loads what sends it only here: in the one file of the npm package, imports at the top are paid at every start. */
async function requestTo({ protocol, hostname, port }: URL, options: RequestOptions): Promise<ClientRequest> {
  const secure = protocol === "https:";
  const host = withoutBrackets(hostname);
  // Otherwise the certificate would have to be for the name in the header `host`, which is not the proxy's.
  const servername = isIP(host) ? "" : host;
  const where = { host, servername, port: port || (secure ? 443 : 80) };
  const { request } = secure ? await import("node:https") : await import("node:http");
  return request({ ...options, ...where });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (!username) return {};
  const credentials = `${unescaped(username)}:${unescaped(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** `chooseProxy` has made escapes of what were none. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toResponse(incoming: IncomingMessage): Response {
  const { statusCode: status = 0, rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  const body = [204, 205, 304].includes(status) ? null : streams.from(incoming);
  return new Response(body, { status, headers });
}

/** Node has this since 20.6; the types that all runtimes share do not. */
const streams = ReadableStream as unknown as {
  from(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>>;
};

import type { ClientRequest, IncomingMessage } from "node:http";
import type { RequestOptions } from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { FetchFunction } from "../sdk/types.ts";
import { withoutBrackets } from "./proxy-rules.ts";

/**
 * A `fetch` through a proxy, for Node, whose own reads no variables before version 24, and later only when told to.
 * Each request has a connection of its own, and follows no redirect.
 */
export function fetchThrough(proxy: URL): FetchFunction {
  return async (input, init) => {
    const asked = new Request(input, init);
    const target = new URL(asked.url);
    const body = Buffer.from(await asked.arrayBuffer());
    const headers = { ...Object.fromEntries(asked.headers), "content-length": body.length };
    const options = { method: asked.method, signal: asked.signal, agent: false } as const;
    let request: ClientRequest;
    if (target.protocol === "https:") {
      // Node's own TLS over the tunnel: it checks certificate and name as it does without a proxy.
      const tunnel = { socket: await openTunnel(proxy, target, asked.signal) };
      const { request: httpsRequest } = await import("node:https");
      request = httpsRequest(target, { ...options, headers, ...tunnel });
    } else {
      const path = `${target.origin}${target.pathname}${target.search}`;
      const toProxy = { ...headers, ...authorization(proxy), host: target.host };
      request = await requestTo(proxy, { ...options, path, headers: toProxy });
    }
    return new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", (incoming) => {
        try {
          resolve(toResponse(incoming));
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
async function requestTo(proxy: URL, options: RequestOptions): Promise<ClientRequest> {
  const { protocol, hostname, port } = proxy;
  const secure = protocol === "https:";
  const where = { host: withoutBrackets(hostname), port: port || (secure ? 443 : 80) };
  const { request } = secure ? await import("node:https") : await import("node:http");
  return request({ ...options, ...where });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (!username) return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** What people write into a URL, with or without the escapes that it should have. */
function decoded(text: string): string {
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
  const body = [204, 205, 304].includes(status)
    ? null
    : (Readable.toWeb(incoming) as unknown as ReadableStream);
  return new Response(body, { status, headers });
}

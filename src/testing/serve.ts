import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Portal } from "./portal.ts";

export interface ServedPortal {
  url: string;
  port: number;
  /** Connections opened so far. */
  connections(): number;
  /** From now on refuses connections. What is being answered still is, and its connection then closed. */
  refuse(): void;
  close(): Promise<void>;
}

/** Serves the portal on a real port, over sockets that can really break. */
export async function servePortal(
  portal: Pick<Portal, "fetch">,
  options: { port?: number; hostname?: string; tls?: { key: string; cert: string }; latencyMs?: number } = {},
): Promise<ServedPortal> {
  const { port = 0, hostname = "127.0.0.1", tls, latencyMs = 0 } = options;
  const sockets = new Set<Socket>();
  const busy = new Set<Socket>();
  let opened = 0;
  let refusing = false;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    busy.add(socket);
    response.on("close", () => busy.delete(socket));
    const isLast = () => refusing;
    answer(portal, request, response, latencyMs, isLast).catch(() => socket.destroy());
  };
  const server = tls ? createTlsServer(tls, handle) : createServer(handle);
  server.on("connection", (socket: Socket) => {
    opened++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, hostname, resolve);
  });
  const address = server.address() as AddressInfo;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `${tls ? "https" : "http"}://${host}:${address.port}`,
    port: address.port,
    connections: () => opened,
    refuse() {
      refusing = true;
      server.close();
      for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(
  portal: Pick<Portal, "fetch">,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  latencyMs: number,
  isLast: () => boolean,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const left = new AbortController();
  outgoing.on("close", () => left.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const request = new Request(`http://${incoming.headers.host ?? "portal"}${incoming.url}`, {
    method: incoming.method ?? "GET",
    headers,
    signal: left.signal,
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
  const response = await portal.fetch(request);
  const fields: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) fields["set-cookie"] = cookies;
  if (isLast()) fields["connection"] = "close";
  outgoing.writeHead(response.status, fields);
  if (response.body) for await (const chunk of response.body) outgoing.write(chunk);
  outgoing.end();
}

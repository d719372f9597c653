import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A forward proxy on a real port that remembers what it was asked. */
export interface ForwardProxy extends AsyncDisposable {
  /** Host and port. */
  host: string;
  /** What `CONNECT` asked for, in order. */
  tunnels: string[];
  /** The absolute URLs of plain requests. */
  passed: string[];
  /** The headers of all of them. */
  headers: IncomingHttpHeaders[];
}

interface ProxyOptions {
  /** `user:password`: whoever does not give them gets a 407. */
  credentials?: string;
  /** Where a host and port really are, as a proxy's own resolver would know. */
  hosts?: Record<string, number>;
  /** Answers nothing. */
  silent?: boolean;
  /** Speaks TLS with whoever comes, as an `https://` proxy does. */
  tls?: { key: string; cert: string };
}

export async function startProxy({
  credentials,
  hosts = {},
  silent,
  tls,
}: ProxyOptions = {}): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const passed: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const sockets = new Set<Socket>();
  const expected = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const refusal = (given: IncomingHttpHeaders): number | undefined =>
    expected && given["proxy-authorization"] !== expected ? 407 : undefined;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // Either end may leave at any moment.
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };

  const handle: Parameters<typeof createServer>[1] & object = (incoming, outgoing) => {
    passed.push(incoming.url ?? "");
    headers.push(incoming.headers);
    if (silent) return;
    const status = refusal(incoming.headers);
    if (status) return void outgoing.writeHead(status, { "proxy-authenticate": "Basic" }).end("no");
    const { method, url = "" } = incoming;
    const { "proxy-authorization": _, ...onwards } = incoming.headers;
    const { host: name, hostname, port } = new URL(url);
    const known = hosts[port ? name : `${hostname}:80`];
    const onward = request(
      known ? url.replace(name, `127.0.0.1:${known}`) : url,
      { method, headers: onwards },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle);
  server.on("connection", keep).on("secureConnection", keep);
  server.on("connect", (incoming, socket: Socket) => {
    const target = incoming.url ?? "";
    tunnels.push(target);
    headers.push(incoming.headers);
    if (silent) return;
    const status = refusal(incoming.headers);
    if (status) return void socket.end(`HTTP/1.1 ${status} No\r\nProxy-Authenticate: Basic\r\n\r\n`);
    const port = hosts[target] ?? Number(new URL(`http://${target}`).port);
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    keep(onward);
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    passed,
    headers,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

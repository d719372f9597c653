import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createAuthority } from "../../tooling/authority.ts";
import { modules } from "../../tooling/forms.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { run } from "../../tooling/process.ts";
import { startProxy } from "../../tooling/proxy.ts";
import { createWorld, type World } from "../../tooling/world.ts";
import { createCertificate } from "../support/tls.ts";

setDefaultTimeout(60_000);

const runtimes: Record<string, () => Promise<string[]>> = {
  Bun: async () => [process.execPath],
  "Node 20": async () => [await findNode(node.twenty)],
  "the current LTS of Node": async () => [await findNode(node.currentLts)],
  Deno: async () => [join(modules, ".bin/deno"), "run", "--allow-all"],
};
type Runtime = keyof typeof runtimes;

let world: World;
let program: string;
let trusted: string;
const servers: Server[] = [];
/** Where each kind of failure waits. */
let endpoints: Record<string, string>;

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that does something to a connection once the first bytes have come. */
const onData = (act: (socket: Socket) => void) =>
  listen(createServer((socket) => socket.on("error", () => {}).once("data", () => act(socket))));
const half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
const answer = (_: unknown, response: { end(text: string): void }) => response.end("{}");

beforeAll(async () => {
  world = await createWorld();
  program = join(world.home, "stages.mjs");
  const source = join(import.meta.dir, "fixtures/stages.ts");
  await Bun.$`${process.execPath} build --target=node --format=esm ${source} --outfile=${program}`.quiet();
  const authority = await createAuthority(world.home);
  trusted = authority.path;
  const stranger = await createAuthority(join(world.home, "stranger"));
  const selfSigned = await createCertificate(world.home, "IP:127.0.0.1");
  const tls = async (own: { key: string; cert: string }) =>
    `https://${await listen(createTlsServer(own, answer))}`;
  endpoints = {
    "a port that refuses": "http://127.0.0.1:2",
    // `fetch` goes there on Bun alone; the program has a way of its own on Node.
    "a port of another protocol": "http://127.0.0.1:6667",
    "an unknown name": "http://nowhere.invalid",
    "an unknown name that speaks of a proxy and a reset": "https://proxy-reset-certificate.invalid",
    "plain http on a port of TLS": `https://${await listen(createHttpServer(answer))}`,
    "a certificate that vouches for itself": await tls(selfSigned),
    "a certificate of an unknown authority": await tls(await stranger.issue("IP:127.0.0.1")),
    "a certificate for another name": await tls(await authority.issue("DNS:other.example.com")),
    "a reset before the answer": `http://${await onData((socket) => socket.resetAndDestroy())}`,
    "an end before the answer": `http://${await onData((socket) => socket.destroy())}`,
    "a reset in the middle of the answer": `http://${await onData((socket) => {
      socket.write(half);
      setTimeout(() => socket.resetAndDestroy(), 100);
    })}`,
    "an end in the middle of the answer": `http://${await onData((socket) => {
      socket.write(half);
      setTimeout(() => socket.destroy(), 100);
    })}`,
  };
});
afterAll(async () => {
  for (const server of servers) server.close();
  await world[Symbol.asyncDispose]();
});

/** What the program found on a runtime. */
async function failures(runtime: Runtime, at: Record<string, string>, env: Record<string, string> = {}) {
  const command = (await runtimes[runtime]?.()) ?? [];
  const { exit, stdout, stderr } = await run([...command, program], {
    env: {
      ...world.env,
      NODE_EXTRA_CA_CERTS: trusted,
      ENDPOINTS: JSON.stringify(at),
      ...env,
    },
  });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe.each(Object.keys(runtimes))("on %s", (runtime) => {
  const onDeno = runtime === "Deno";

  test("a failure tells at which stage it came, and why", async () => {
    // What no authority vouches for has a name in OpenSSL for each case; Deno's library has its own for them.
    const untrusted = (reason: string) => ["tls", onDeno ? "CERT_INVALID" : reason];
    expect(await failures(runtime, endpoints)).toEqual({
      "a port that refuses": ["connect", "ECONNREFUSED"],
      "a port of another protocol": ["connect", onDeno ? "ERR_UNSAFE_PORT" : "ECONNREFUSED"],
      "an unknown name": ["dns", "ENOTFOUND"],
      "an unknown name that speaks of a proxy and a reset": ["dns", "ENOTFOUND"],
      "plain http on a port of TLS": ["tls", "EPROTO"],
      "a certificate that vouches for itself": untrusted("DEPTH_ZERO_SELF_SIGNED_CERT"),
      "a certificate of an unknown authority": untrusted("UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      "a certificate for another name": ["tls", "ERR_TLS_CERT_ALTNAME_INVALID"],
      "a reset before the answer": ["exchange", "ECONNRESET"],
      "an end before the answer": ["exchange", "ECONNRESET"],
      "a reset in the middle of the answer": ["exchange", "ECONNRESET"],
      "an end in the middle of the answer": ["exchange", "ECONNRESET"],
    });
  });

  test("a proxy that refuses is told from one that is not there", async () => {
    await using refusing = await startProxy({ credentials: "someone:secret" });
    const at = { service: "https://127.0.0.1:2" };
    const through = (proxy: string) => failures(runtime, at, { HTTPS_PROXY: proxy });
    expect(await through(`http://${refusing.host}`)).toEqual({ service: ["proxy", "ERR_PROXY_TUNNEL"] });
    expect(refusing.tunnels).toEqual(["127.0.0.1:2"]);
    expect(await through("http://127.0.0.1:2")).toEqual({ service: ["connect", "ECONNREFUSED"] });
    expect(await through("http://nowhere.invalid:3128")).toEqual({ service: ["dns", "ENOTFOUND"] });
  });
});

import { describe, expect, test } from "bun:test";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { servePortal } from "../../src/testing/serve.ts";
import { createWorld, type World } from "../../tooling/world.ts";
import { createCertificate } from "../support/tls.ts";

interface Check {
  status: string;
  message: string;
  advice?: string;
}

async function diagnose(world: World, env: Record<string, string>, args: string[] = []) {
  const [{ exit, stdout, stderr }, plain] = await Promise.all([
    world.pinner(["doctor", "--json", ...args], { env }),
    world.pinner(["doctor", ...args], { env }),
  ]);
  const { checks }: { checks: (Check & { name: string })[] } = JSON.parse(stdout);
  expect(plain.exit).toBe(exit);
  if (exit !== 0) expect(stderr).toBe("");
  if (exit !== 0) expect(plain.stderr).toBe("");
  return { exit, ...Object.fromEntries(checks.map(({ name, ...check }) => [name, check])) };
}

const says = (text: string): string => expect.stringContaining(text);
const failed = (message: string, advice: string) => ({
  status: "failed",
  message: says(message),
  advice: says(advice),
});
const answering = (answer: () => Response) => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });

describe("pinner doctor finds that the endpoint", () => {
  for (const [what, answer] of [
    ["a web site", () => new Response("<h1>Hi</h1>", { headers: { "content-type": "text/html" } })],
    ["another API", () => Response.json({ error: "no such route" }, { status: 404 })],
    ["an API that answers anything", () => Response.json({})],
    ["a redirect", () => Response.redirect("https://example.com/", 302)],
  ] as const) {
    test(`is ${what} and no Pinner service, with a token and without`, async () => {
      await using world = await createWorld();
      using server = answering(answer);
      const env = { PINNER_BASE_ENDPOINT: server.url.origin };
      const service = failed("is no Pinner service", "PINNER_BASE_ENDPOINT");
      const without = await diagnose(world, env);
      expect(without).toMatchObject({ exit: 4, connection: { status: "ok" }, service });
      await world.logIn();
      expect(await diagnose(world, env)).toMatchObject({ exit: 1, connection: { status: "ok" }, service });
    });
  }

  test("fails or is busy: exit 3", async () => {
    await using world = await createWorld();
    await world.logIn();
    for (const status of [429, 500]) {
      world.portal.clearFaults();
      world.portal.fault("any", { kind: "status", status, headers: { "retry-after": "60" } });
      const service = failed("failing or busy", "later");
      expect(await diagnose(world, {})).toMatchObject({ exit: 3, connection: { status: "ok" }, service });
    }
  });

  test("has a name that nobody knows: exit 3", async () => {
    await using world = await createWorld();
    await world.logIn();
    const found = await diagnose(world, { PINNER_BASE_ENDPOINT: "https://pins.invalid" });
    const dns = failed("account.pins.invalid", "PINNER_BASE_ENDPOINT");
    expect(found).toMatchObject({ exit: 3, endpoint: { message: "https://account.pins.invalid" }, dns });
    expect(Object.keys(found)).not.toContain("service");
  });

  test("refuses connections, or never answers: exit 3", async () => {
    await using world = await createWorld();
    await world.logIn();
    const free = answering(() => new Response());
    await free.stop(true);
    const refused = await diagnose(world, { PINNER_BASE_ENDPOINT: free.url.origin });
    expect(refused).toMatchObject({ exit: 3, connection: failed("ECONNREFUSED", "firewall") });
    world.portal.fault("any", { kind: "hang" });
    const silent = await diagnose(world, {}, ["--timeout", "0.3"]);
    expect(silent).toMatchObject({ exit: 3, connection: failed("did not answer within 0.3 s", "firewall") });
  });

  test("speaks no TLS on its port: exit 3, and no word of trust", async () => {
    await using world = await createWorld();
    await world.logIn();
    using server = answering(() => new Response());
    const found = await diagnose(world, { PINNER_BASE_ENDPOINT: `https://127.0.0.1:${server.port}` });
    expect(found).toMatchObject({ exit: 3, tls: failed("EPROTO", "plain http") });
    expect(JSON.stringify(found)).not.toContain("NODE_EXTRA_CA_CERTS");
  });

  test("is plain http on another machine: exit 2, and nothing is asked", async () => {
    await using world = await createWorld();
    await world.logIn();
    const found = await diagnose(world, { PINNER_BASE_ENDPOINT: "http://pins.example.com" });
    expect(found).toMatchObject({ exit: 2, endpoint: failed("plain http", "https") });
    expect(Object.keys(found)).not.toContain("dns");
    const bogus = await diagnose(world, { PINNER_BASE_ENDPOINT: "ftp://pins.example.com" });
    expect(bogus).toMatchObject({ exit: 2, endpoint: failed("http or https", "pinner.xyz") });
  });
});

describe("pinner doctor finds that the certificate", () => {
  test("is not trusted, and NODE_EXTRA_CA_CERTS, as it advises, solves it", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { path, ...tls } = await createCertificate(world.home, "IP:127.0.0.1");
    const served = await servePortal(world.portal, { tls });
    const env = { PINNER_BASE_ENDPOINT: served.url };
    const found = await diagnose(world, env);
    const failure = failed("is not trusted", "NODE_EXTRA_CA_CERTS");
    expect(found).toMatchObject({ exit: 3, connection: { status: "ok" }, tls: failure });
    expect(world.portal.requests).toHaveLength(0);
    const solved = await diagnose(world, { ...env, NODE_EXTRA_CA_CERTS: path });
    expect(solved).toMatchObject({ exit: 0, tls: { status: "ok" }, service: { status: "ok" } });
    await served.close();
  });

  test("is for another host, for which trusting it is no advice", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { path, ...tls } = await createCertificate(world.home, "DNS:other.example.com");
    const served = await servePortal(world.portal, { tls });
    const env = { PINNER_BASE_ENDPOINT: served.url, NODE_EXTRA_CA_CERTS: path };
    const found = await diagnose(world, env);
    expect(found).toMatchObject({ exit: 3, tls: failed("is not for 127.0.0.1", "right endpoint") });
    expect(JSON.stringify(found)).not.toContain("NODE_EXTRA_CA_CERTS");
    await served.close();
  });
});

/** A proxy that counts, and passes requests on to where they say. */
async function startProxy() {
  let passed = 0;
  const server = createServer((incoming, outgoing) => {
    passed++;
    const { method, headers, url = "" } = incoming;
    const onward = request(url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, passed: () => passed, [Symbol.dispose]: () => void server.close() };
}

describe("pinner doctor tells of a proxy", () => {
  const cases: [used: boolean, env: (proxy: string, host: string) => Record<string, string>][] = [
    [true, (proxy) => ({ HTTP_PROXY: `http://${proxy}` })],
    [true, (proxy) => ({ http_proxy: `http://user:hunter2@${proxy}/` })],
    [true, (proxy) => ({ HTTP_PROXY: proxy })],
    [true, (proxy) => ({ ALL_PROXY: `http://${proxy}` })],
    [true, (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: "example.com,0.1,10.0.0.0/8" })],
    [true, (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: "127.0.0.1:1" })],
    [false, (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: "10.0.0.0/8,127.0.0.0/8" })],
    [false, (proxy) => ({ HTTPS_PROXY: `http://${proxy}` })],
    [false, (proxy) => ({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: "example.com, 127.0.0.1" })],
    [false, (proxy) => ({ HTTP_PROXY: `http://${proxy}`, no_proxy: "*" })],
    [false, (proxy, host) => ({ ALL_PROXY: `http://${proxy}`, NO_PROXY: host })],
  ];
  for (const [used, give] of cases) {
    test(`what is true of ${JSON.stringify(give("PROXY", "ENDPOINT"))}: ${used ? "used" : "not used"}`, async () => {
      await using world = await createWorld();
      using proxy = await startProxy();
      await world.logIn();
      const { host } = new URL(world.url);
      const found = await diagnose(world, give(proxy.host, host));
      expect(found).toMatchObject({ exit: 0, proxy: { status: "ok" }, service: { status: "ok" } });
      const told = JSON.stringify(found);
      expect({ used: proxy.passed() > 0, told: told.includes(`go through http://${proxy.host}`) }).toEqual({
        used,
        told: used,
      });
      expect(told).not.toContain("hunter2");
    });
  }

  test("that is not there: exit 3; that is no address: exit 2", async () => {
    await using world = await createWorld();
    await world.logIn();
    const dead = await diagnose(world, { HTTP_PROXY: "http://127.0.0.1:1" });
    expect(dead).toMatchObject({ exit: 3, dns: { status: "skipped" }, connection: { status: "failed" } });
    expect(dead).toMatchObject({ connection: { advice: says("proxy") } });
    const bogus = await diagnose(world, { HTTP_PROXY: "not an address" });
    expect(bogus).toMatchObject({
      exit: 2,
      proxy: failed("HTTP_PROXY is not", "http://proxy.example.com:3128"),
    });
  });
});

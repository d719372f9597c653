import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import { type Authority, createAuthority } from "../../tooling/authority.ts";
import { count, printCounts } from "../../tooling/counts.ts";
import type { FormName } from "../../tooling/forms.ts";
import { startProxy } from "../../tooling/proxy.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { jwt } from "../sdk/support.ts";
import { type Invoke, native, openForm } from "./forms.ts";

setDefaultTimeout(60_000);

const TOKEN = jwt({ aud: ["login"], exp: Math.floor(Date.now() / 1000) + 3600 });
const BODY = JSON.stringify({ token: TOKEN });

/** An answer as it goes over the wire. */
function answer(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
  before = "",
): Buffer {
  const lines = Object.entries({ "content-type": "application/json", ...headers }).map(
    ([k, v]) => `${k}: ${v}\r\n`,
  );
  const head = `${before}HTTP/1.1 ${status} X\r\n${lines.join("")}content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const encoded = (encoding: string, body: string | Buffer, status = 200) =>
  answer(status, body, { "content-encoding": encoding });

/** What a login gets, and what it then says: the exit code, and the code and hint of its error. */
const cases: Record<string, [Buffer, exit: number, code?: string, hint?: RegExp]> = {
  "a plain answer": [answer(200, BODY), 0],
  "a bare 100 Continue before it": [answer(200, BODY, {}, CONTINUE), 0],
  "two of them": [answer(200, BODY, {}, CONTINUE + CONTINUE), 0],
  "103 with hints before it": [answer(200, BODY, {}, "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"), 0],
  "100 before a refusal": [answer(401, "{}", {}, CONTINUE), 4, "credentials_refused"],
  gzip: [encoded("gzip", gzipSync(BODY)), 0],
  "GZIP in capitals": [encoded("GZIP", gzipSync(BODY)), 0],
  deflate: [encoded("deflate", deflateSync(BODY)), 0],
  "an encoding of that name, and no body": [encoded("gzip", ""), 1, "bad_response"],
  "an encoding that says there is none": [encoded("identity", BODY), 0],
  "gzip that is none": [encoded("gzip", BODY), 1, "bad_response"],
  "gzip that broke off": [encoded("gzip", gzipSync(BODY).subarray(0, 15)), 1, "bad_response"],
  "deflate that is none": [encoded("deflate", BODY), 1, "bad_response"],
  "a refusal in gzip that is none": [encoded("gzip", "no", 401), 4, "credentials_refused"],
  "408": [answer(408, "{}"), 3, "timeout", /later/],
  "425": [answer(425, "{}"), 3, "server_error", /later/],
  "429 for a minute": [answer(429, "{}", { "retry-after": "60" }), 3, "rate_limited", /in 60 s/],
  ...Object.fromEntries(
    ["99999999999999999999", "-5", "1e9", "soon", "Fri, 31 Dec 9999 23:59:59 GMT", "86400"].map((wait) => [
      `429 for ${wait}`,
      [answer(429, "{}", { "retry-after": wait }), 3, "rate_limited", /^Try again later$/],
    ]),
  ),
};

describe.each(native)("%s", (form: FormName) => {
  let world: World;
  let authority: Authority;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    world = await createWorld();
    authority = await createAuthority(world.home);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await world[Symbol.asyncDispose]();
    printCounts();
  });

  /** A server that gives whoever sends something these bytes, and nothing more. */
  async function serve(bytes: Buffer): Promise<string> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("data", () => socket.write(bytes));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const logIn = (invoke: Invoke, env: Record<string, string> = {}) =>
    invoke(["auth", "--stdout", "--no-create-key", "-q", "--json", "-e", EMAIL, "--timeout", "10.01"], {
      PINNER_PASSWORD: PASSWORD,
      ...env,
    });

  test.each(Object.entries(cases))("a login understands %s", async (_, [bytes, exit, code, hint]) => {
    const place = await serve(bytes);
    const invoke = await openForm(form, world, `http://${place}`);
    await using proxy = await startProxy();
    for (const env of [{}, { HTTP_PROXY: `http://${proxy.host}` }] as Record<string, string>[]) {
      count("wire answers");
      const run = await logIn(invoke, env);
      expect({ env, exit: run.exit, stderr: exit === 0 ? run.stderr : "" }).toEqual({
        env,
        exit,
        stderr: "",
      });
      if (exit === 0) expect(JSON.parse(run.stdout)).toMatchObject({ token: TOKEN });
      else expect(JSON.parse(run.stderr).error.code).toBe(code);
      if (hint) expect(JSON.parse(run.stderr).error.hint).toMatch(hint);
    }
  });

  test("https to a port for plain http is told as that, and an unknown authority with what helps", async () => {
    const plain = await openForm(form, world, `https://${await serve(answer(200, BODY))}`);
    const { exit, stderr } = await logIn(plain);
    expect({ exit, ...JSON.parse(stderr).error }).toMatchObject({
      exit: 3,
      code: "unreachable",
      hint: expect.stringContaining("plain http"),
    });
  });

  // It may not read the variable, and Deno itself does.
  if (form === "sources on Deno") return;
  test("NODE_EXTRA_CA_CERTS that names no certificates is refused where TLS is to be spoken", async () => {
    const secured = await openForm(form, world, "https://127.0.0.1:9");
    const plain = await openForm(form, world, `http://${await serve(answer(200, BODY))}`);
    for (const path of [`${authority.path}.missing`, world.home, import.meta.path]) {
      const { exit, stdout, stderr } = await logIn(secured, { NODE_EXTRA_CA_CERTS: path });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      // Node, and what starts Deno, warn before any code of ours runs.
      const own = stderr.replace(/^Warning: Ignoring extra certs.*\n/, "");
      if (form === "linux-x64") expect(own).toBe(stderr);
      expect(JSON.parse(own).error.message).toContain(`NODE_EXTRA_CA_CERTS: ${path}`);
      expect((await logIn(plain, { NODE_EXTRA_CA_CERTS: path })).exit).toBe(0);
    }
  });
});

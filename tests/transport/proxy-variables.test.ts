import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { type Authority, createAuthority } from "../../tooling/authority.ts";
import { count, printCounts } from "../../tooling/counts.ts";
import type { FormName } from "../../tooling/forms.ts";
import { type ForwardProxy, startProxy } from "../../tooling/proxy.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { type Invoke, native, openForm } from "./forms.ts";

setDefaultTimeout(120_000);

/** A name that only the proxy can look up: a request that takes no proxy gets nowhere. */
const HOST = "account.pinner.test";
const PASSWORDS: [written: string, meant: string][] = [
  ["50%", "50%"],
  ["%zz%40", "%zz@"],
  ["a%b%25%4", "a%b%%4"],
  ["p@ss:w%C3%B6rd", "p@ss:wörd"],
];

type Way = "proxy" | "direct" | "refused";
type Row = [way: Way, env: (proxy: string) => Record<string, string>];

const rows: Row[] = [
  ...["\r", "\n", "\r\n", " ", "\t "].map(
    (end): Row => ["proxy", (at) => ({ HTTPS_PROXY: `http://${at}${end}` })],
  ),
  ["proxy", (at) => ({ HTTPS_PROXY: ` http://${at}` })],
  ["proxy", (at) => ({ HTTPS_PROXY: at })],
  ["proxy", (at) => ({ HTTPS_PROXY: `HTTP://${at}/some/path?x#y` })],
  ["proxy", (at) => ({ ALL_PROXY: `http://${at}` })],
  ["proxy", (at) => ({ all_proxy: `http://${at}`, HTTP_PROXY: "http://127.0.0.1:9" })],
  ["proxy", (at) => ({ https_proxy: `http://${at}`, HTTPS_PROXY: "http://127.0.0.1:9" })],
  ["proxy", (at) => ({ HTTPS_PROXY: `http://${at}`, ALL_PROXY: "socks5://127.0.0.1:9" })],
  ...["", ",", " ", "*.other.test", "inner.test", `${HOST}:444`, "test.", "10.0.0.0/8", `x${HOST}`].map(
    (NO_PROXY): Row => [
      "test." === NO_PROXY ? "direct" : "proxy",
      (at) => ({ HTTPS_PROXY: `http://${at}`, NO_PROXY }),
    ],
  ),
  ...[
    "*",
    " * ",
    "a.example,*",
    HOST,
    HOST.toUpperCase(),
    `${HOST}.`,
    `${HOST}:443`,
    "pinner.test",
    ".pinner.test",
    "*.pinner.test",
    "*.PINNER.Test",
    "*.pinner.test:443",
    `a.example, ${HOST}`,
    `a.example ${HOST}`,
    `${HOST}\r\n`,
  ].map((NO_PROXY): Row => ["direct", (at) => ({ HTTPS_PROXY: `http://${at}`, NO_PROXY })]),
  ["direct", (at) => ({ HTTPS_PROXY: `http://${at}`, no_proxy: HOST, NO_PROXY: "a.example" })],
  ["direct", () => ({ ALL_PROXY: "socks5://127.0.0.1:9", NO_PROXY: HOST })],
  ...["socks5", "socks5h", "socks4", "socks4a", "socks", "SOCKS5", "ftp", "file"].map(
    (scheme): Row => ["refused", (at) => ({ HTTPS_PROXY: `${scheme}://${at}` })],
  ),
  ["refused", (at) => ({ ALL_PROXY: `socks5://someone:hunter2@${at}` })],
  ["refused", (at) => ({ https_proxy: `socks5h://${at}`, HTTPS_PROXY: `http://${at}` })],
  ["refused", () => ({ HTTPS_PROXY: "http://" })],
  ["refused", () => ({ HTTPS_PROXY: "http://a b:1" })],
  ["refused", () => ({ HTTPS_PROXY: "http://someone:hunter2#x@127.0.0.1:9" })],
];
const CONCURRENT = 4;
/** Every command takes the variables by the same rules. Of `doctor` those are asked that differ in what they may read. */
const ASKED: FormName[] = ["linux-x64", "sources on Deno"];

describe.each(native)("%s", (form: FormName) => {
  let world: World;
  let secured: ServedPortal;
  let authority: Authority;
  let invoke: Invoke;

  beforeAll(async () => {
    world = await createWorld();
    authority = await createAuthority(world.home);
    secured = await servePortal(world.portal, { tls: await authority.issue(`DNS:${HOST}`) });
    invoke = await openForm(form, world, `https://${HOST}`);
  });
  afterAll(async () => {
    await secured.close();
    await world[Symbol.asyncDispose]();
    printCounts();
  });

  const start = (more: Parameters<typeof startProxy>[0] = {}) =>
    startProxy({ hosts: { [`${HOST}:443`]: secured.port }, ...more });
  // A login is sent once, and so fails at once.
  const login = (env: Record<string, string>) =>
    invoke(["auth", "--stdout", "-q", "-e", EMAIL, "--json"], {
      PINNER_PASSWORD: PASSWORD,
      NODE_EXTRA_CA_CERTS: authority.path,
      ...env,
    });
  const usedOf = ({ tunnels }: ForwardProxy) => tunnels.length > 0;
  const exits: Record<Way, number> = { proxy: 0, direct: 3, refused: 2 };

  test("takes the variables as every other form does, and as its doctor says", async () => {
    const waiting = [...rows];
    const runNext = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        const [way, give] = row;
        count("proxy cases");
        await using proxy = await start();
        const env = give(proxy.host);
        const { exit, stderr } = await login(env);
        const case_ = JSON.stringify(give("HOST"));
        expect({ case_, exit, used: usedOf(proxy) }).toEqual({
          case_,
          exit: exits[way],
          used: way === "proxy",
        });
        if (way !== "proxy") expect(JSON.parse(stderr).error).toBeObject();
        expect(stderr).not.toContain("hunter2");
        if (way === "refused") {
          expect(stderr).toMatch(/socks/i.test(case_) ? /SOCKS/ : /is not the URL of an http or https proxy/);
        }
        if (!ASKED.includes(form)) continue;
        const doctor = await invoke(["doctor", "--json"], { NODE_EXTRA_CA_CERTS: authority.path, ...env });
        const { checks } = JSON.parse(doctor.stdout) as {
          checks: { name: string; status: string; message: string }[];
        };
        const told = checks.find(({ name }) => name === "proxy");
        expect({ case_, told }).toEqual({
          case_,
          told: expect.objectContaining({
            status: way === "refused" ? "failed" : "ok",
            message: expect.stringMatching(
              {
                proxy: /requests go through/,
                direct: /NO_PROXY exempts/,
                refused: /_PROXY (?:names|is not)/,
              }[way],
            ),
          }),
        });
        expect(doctor.stdout + doctor.stderr).not.toContain("hunter2");
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, runNext));
  });

  test.each(PASSWORDS)("gives the proxy the password that %s stands for", async (written, meant) => {
    count("proxy cases");
    await using proxy = await start({ credentials: `someone:${meant}` });
    const { exit, stderr } = await login({ HTTPS_PROXY: `http://someone:${written}@${proxy.host}` });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  test("checks the certificate of an https proxy against that proxy's own name", async () => {
    count("proxy cases", 4);
    const right = await authority.issue("DNS:localhost");
    const wrong = await authority.issue(`DNS:${HOST}`);
    for (const [tls, exit] of [
      [right, 0],
      [wrong, 3],
    ] as const) {
      await using proxy = await start({ tls });
      const at = `https://localhost:${proxy.host.split(":")[1]}`;
      const run = await login({ HTTPS_PROXY: at });
      expect({ exit: run.exit, used: usedOf(proxy), stderr: exit === 0 ? run.stderr : "" }).toEqual({
        exit,
        used: exit === 0,
        stderr: "",
      });
    }
    const byAddress = await authority.issue("IP:127.0.0.1");
    for (const [tls, exit] of [
      [byAddress, 0],
      [wrong, 3],
    ] as const) {
      await using proxy = await start({ tls });
      const run = await login({ HTTPS_PROXY: `https://${proxy.host}` });
      expect({ exit: run.exit, used: usedOf(proxy) }).toEqual({ exit, used: exit === 0 });
    }
  });
});

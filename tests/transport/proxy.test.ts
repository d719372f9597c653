import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { type Authority, createAuthority } from "../../tooling/authority.ts";
import type { FormName } from "../../tooling/forms.ts";
import type { Run } from "../../tooling/process.ts";
import { type ForwardProxy, startProxy } from "../../tooling/proxy.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { type Invoke, native, openForm } from "./forms.ts";

setDefaultTimeout(60_000);

const HOST = "account.pinner.test";
const SECRET = "hunter2";
/** The password as a URL has it, and as the proxy knows it. */
const USER_INFO = `someone:${SECRET}%40%25`;
const CREDENTIALS = `someone:${SECRET}@%`;

describe.each(native)("%s", (form: FormName) => {
  let world: World;
  let secured: ServedPortal;
  let authority: Authority;
  /** Of a name that only the proxy can look up, and of an address. */
  let byName: Invoke;
  let byAddress: Invoke;
  let token: string;

  beforeAll(async () => {
    world = await createWorld({ quirks: { loginAnswer: "cookie" } });
    authority = await createAuthority(world.home);
    secured = await servePortal(world.portal, { tls: await authority.issue(`DNS:${HOST}`) });
    token = (await world.portal.createKey(EMAIL, "ci")).token;
    byName = await openForm(form, world, `https://${HOST}`);
    byAddress = await openForm(form, world, world.url);
  });
  afterAll(async () => {
    await secured.close();
    await world[Symbol.asyncDispose]();
  });

  const start = (more: Parameters<typeof startProxy>[0] = {}) =>
    startProxy({ credentials: CREDENTIALS, hosts: { [`${HOST}:443`]: secured.port }, ...more });
  const withToken = (more: Record<string, string>) => ({
    PINNER_AUTH_TOKEN: token,
    NODE_EXTRA_CA_CERTS: authority.path,
    ...more,
  });

  /** It worked, and neither the proxy nor the output was told what is none of its business. */
  function expectDiscreet({ stdout, stderr }: Run, proxy: ForwardProxy): void {
    for (const text of [stdout, stderr]) expect(text).not.toContain(SECRET);
    for (const header of proxy.headers) expect(header.authorization).toBeUndefined();
    const expected = `Basic ${Buffer.from(CREDENTIALS).toString("base64")}`;
    for (const header of proxy.headers) expect(header["proxy-authorization"]).toBe(expected);
  }

  test("speaks https through a tunnel of the proxy that HTTPS_PROXY or https_proxy names", async () => {
    await Promise.all(
      ["HTTPS_PROXY", "https_proxy"].map(async (variable) => {
        await using proxy = await start();
        const result = await byName(
          ["account", "--json", "-v"],
          withToken({ [variable]: `http://${USER_INFO}@${proxy.host}` }),
        );
        expect({ variable, exit: result.exit, stderr: result.exit === 0 ? "" : result.stderr }).toEqual({
          variable,
          exit: 0,
          stderr: "",
        });
        expect(new Set(proxy.tunnels)).toEqual(new Set([`${HOST}:443`]));
        expect(proxy.passed).toEqual([]);
        expectDiscreet(result, proxy);
      }),
    );
  });

  test("speaks http through the proxy that HTTP_PROXY or http_proxy names", async () => {
    await Promise.all(
      ["HTTP_PROXY", "http_proxy"].map(async (variable) => {
        await using proxy = await start();
        const { exit, stdout, stderr } = await byAddress(
          ["account", "--json", "-v"],
          withToken({ [variable]: `http://${USER_INFO}@${proxy.host}` }),
        );
        expect({ variable, exit }).toEqual({ variable, exit: 0 });
        expect(proxy.passed).toEqual([`${world.url}/api/auth/key`, `${world.url}/api/account`]);
        expect(stdout + stderr).not.toContain(SECRET);
      }),
    );
  });

  test("takes no proxy where NO_PROXY or no_proxy exempts the endpoint, or the variable is for the other scheme", async () => {
    await using proxy = await start();
    const through = `http://${USER_INFO}@${proxy.host}`;
    const exempted: Record<string, string>[] = [
      { HTTP_PROXY: through, NO_PROXY: "example.com,127.0.0.1" },
      { http_proxy: through, no_proxy: "127.0.0.1" },
      { HTTPS_PROXY: through },
    ];
    const direct = byName(
      ["account", "--timeout", "5"],
      withToken({ HTTPS_PROXY: through, NO_PROXY: ".pinner.test" }),
    );
    await Promise.all(
      exempted.map(async (env) => {
        const { exit } = await byAddress(["account", "--json"], withToken(env));
        expect({ env, exit }).toEqual({ env, exit: 0 });
      }),
    );
    // Only the proxy knows this name.
    expect((await direct).exit).toBe(3);
    expect({ passed: proxy.passed, tunnels: proxy.tunnels }).toEqual({ passed: [], tunnels: [] });
  });

  test("logs in, lists and deletes through a tunnel as it does without", async () => {
    await using proxy = await start();
    const env = { HTTPS_PROXY: `http://${USER_INFO}@${proxy.host}`, NODE_EXTRA_CA_CERTS: authority.path };
    const login = ["auth", "--force", "-e", OTP_EMAIL, "--key-name", "through"];
    const loggedIn = await byName(login, { ...env, PINNER_OTP: world.portal.otpCode(OTP_EMAIL) }, PASSWORD);
    expect(loggedIn).toMatchObject({ exit: 0, stderr: "" });
    expect(world.portal.liveKeys(OTP_EMAIL).map(({ name }) => name)).toContain("through");
    world.portal.addKeys(
      OTP_EMAIL,
      Array.from({ length: 250 }, (_, at) => `many-${at}`),
    );
    const listed = await byName(["account", "api-keys", "list", "--json"], env);
    expect(JSON.parse(listed.stdout)).toMatchObject({ count: 251 });
    const deleted = await byName(["account", "api-keys", "delete", "many-7"], env);
    expect(deleted.exit).toBe(0);
    const refused = await byName(["account", "api-keys", "create", " "], env);
    expect(refused.exit).toBe(2);
    expect((await byName(["auth", "logout"], env)).exit).toBe(0);
    expect(world.portal.liveKeys(OTP_EMAIL).map(({ name }) => name)).not.toContain("through");
    expect(proxy.headers.filter(({ authorization }) => authorization)).toEqual([]);
  });

  test("trusts nobody more because of a proxy", async () => {
    await using proxy = await start();
    world.portal.requests.length = 0;
    const { NODE_EXTRA_CA_CERTS: _, ...env } = withToken({
      HTTPS_PROXY: `http://${USER_INFO}@${proxy.host}`,
    });
    const unknown = await byName(["account", "--json"], env);
    expect(unknown.exit).toBe(3);
    expect(unknown.stderr).toMatch(/CERT|UNABLE_TO/);

    const other = await servePortal(world.portal, { tls: await authority.issue("DNS:other.pinner.test") });
    await using mistaken = await start({ hosts: { [`${HOST}:443`]: other.port } });
    const wrong = await byName(
      ["account", "--json"],
      withToken({ HTTPS_PROXY: `http://${USER_INFO}@${mistaken.host}` }),
    );
    await other.close();
    expect(wrong.exit).toBe(3);
    expect(wrong.stderr).toContain("CERT");
    expect([...proxy.tunnels, ...mistaken.tunnels]).not.toEqual([]);
    expect(world.portal.requests).toEqual([]);
  });

  test("says that a proxy refuses, is silent or is not there: exit 3, and nothing reaches the service", async () => {
    world.portal.requests.length = 0;
    await using proxy = await start();
    await using silent = await startProxy({ silent: true });
    // A login is sent once, and so fails at once.
    const login = ["auth", "--stdout", "-e", EMAIL, "--timeout", "4"];
    const attempts: [Invoke, string, string, string][] = [
      [byName, "HTTPS_PROXY", `someone:wrong-${SECRET}@${proxy.host}`, "proxy"],
      [byName, "HTTPS_PROXY", silent.host, "within 4 s"],
      [byName, "HTTPS_PROXY", `${USER_INFO}@127.0.0.1:1`, "could not reach"],
      [byAddress, "HTTP_PROXY", `someone:wrong-${SECRET}@${proxy.host}`, "proxy"],
    ];
    await Promise.all(
      attempts.map(async ([invoke, variable, place, says]) => {
        const env = withToken({ [variable]: `http://${place}`, PINNER_PASSWORD: PASSWORD });
        const { exit, stdout, stderr } = await invoke(login, env);
        expect({ place, exit, stdout, stderr }).toEqual({
          place,
          exit: 3,
          stdout: "",
          stderr: expect.stringContaining(says),
        });
        expect(stderr).not.toContain(SECRET);
      }),
    );
    expect(world.portal.requests).toEqual([]);
  });

  // With the permissions of the README it may not read the variables itself, though Deno does.
  if (form === "sources on Deno") return;
  test("is asked by `pinner doctor` through the proxy, and told which it is", async () => {
    await using proxy = await start();
    const env = withToken({ HTTPS_PROXY: `http://${USER_INFO}@${proxy.host}` });
    const { exit, stdout, stderr } = await byName(["doctor", "--json"], env);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain(`requests go through http://${proxy.host}, as HTTPS_PROXY says`);
    expect(stdout).not.toContain(SECRET);
    const plain = await byName(["doctor"], env);
    expect(plain.stdout).toContain(`requests go through http://${proxy.host}`);
    expect(plain.stdout).not.toContain(SECRET);
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { type Authority, createAuthority } from "../../tooling/authority.ts";
import type { FormName } from "../../tooling/forms.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { type Invoke, native, openForm } from "./forms.ts";

setDefaultTimeout(60_000);

describe.each(native)("%s", (form: FormName) => {
  let world: World;
  let served: ServedPortal;
  let mistaken: ServedPortal;
  let authority: Authority;
  let invoke: Invoke;
  let elsewhere: Invoke;

  beforeAll(async () => {
    world = await createWorld();
    authority = await createAuthority(world.home);
    served = await servePortal(world.portal, { tls: await authority.issue("IP:127.0.0.1") });
    mistaken = await servePortal(world.portal, { tls: await authority.issue("DNS:other.example.com") });
    invoke = await openForm(form, world, served.url);
    elsewhere = await openForm(form, world, mistaken.url);
  });
  afterAll(async () => {
    await served.close();
    await mistaken.close();
    await world[Symbol.asyncDispose]();
  });

  const login = ["auth", "--stdout", "-q", "-e", EMAIL];
  const password = { PINNER_PASSWORD: PASSWORD };

  test("sends nothing to a server whose certificate nobody vouches for", async () => {
    world.portal.requests.length = 0;
    const { exit, stdout, stderr } = await invoke(login, password);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toMatch(/CERT|UNABLE_TO_VERIFY/);
    expect(stderr).toMatch(
      /in NODE_EXTRA_CA_CERTS, or set (?:NODE_USE_SYSTEM_CA=1|DENO_TLS_CA_STORE=system) if/,
    );
    expect(stderr).not.toContain("try again later");
    expect(world.portal.requests).toEqual([]);
  });

  test("sends nothing to a server whose certificate is for another host, though its authority is trusted", async () => {
    world.portal.requests.length = 0;
    const { exit, stdout, stderr } = await elsewhere(login, {
      ...password,
      NODE_EXTRA_CA_CERTS: authority.path,
    });
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain("CERT");
    expect(world.portal.requests).toEqual([]);
  });

  const onDeno = form.endsWith("Deno");
  const trusting: [string, (path: string) => Record<string, string>][] = [
    ["NODE_EXTRA_CA_CERTS", (path) => ({ NODE_EXTRA_CA_CERTS: path })],
  ];
  if (onDeno)
    trusting.push(
      ["DENO_CERT", (path) => ({ DENO_CERT: path })],
      ["DENO_TLS_CA_STORE", (path) => ({ DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: path })],
    );
  test.each(trusting)("trusts an authority that %s names", async (_, env) => {
    const { exit, stderr } = await invoke(login, { ...password, ...env(authority.path) });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  // Deno does not know this variable.
  if (onDeno) return;
  test("warns when NODE_TLS_REJECT_UNAUTHORIZED turns all of this off", async () => {
    const { exit, stderr } = await invoke(
      login.filter((word) => word !== "-q"),
      { ...password, NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    );
    expect(exit).toBe(0);
    expect(
      stderr.match(/warning: NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off/g),
    ).toHaveLength(1);
    expect(stderr).not.toContain("(node:");
    const refused = await invoke(["auth", "--stdout", "--json", "-e", EMAIL], {
      PINNER_PASSWORD: "wrong-password",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    });
    expect({ exit: refused.exit, ...JSON.parse(refused.stderr).error }).toMatchObject({
      exit: 4,
      code: "credentials_refused",
    });
  });
});

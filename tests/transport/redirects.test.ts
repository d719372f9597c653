import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPortal, type Portal, type Step } from "../../src/testing/portal.ts";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { type Invoke, native, openForm } from "./forms.ts";

setDefaultTimeout(60_000);

const STATUSES = [301, 302, 303, 307, 308];

/** Every request that carries a credential, and a command that makes it. */
const steps: [Step, args: (world: World, uuid: string) => string[]][] = [
  ["login", () => ["auth", "--force", "-e", EMAIL]],
  ["otpValidate", (world) => ["auth", "--force", "-e", OTP_EMAIL, "-o", world.portal.otpCode(OTP_EMAIL)]],
  ["createKey", () => ["auth", "--force", "-e", EMAIL]],
  ["exchange", () => ["account"]],
  ["account", () => ["account"]],
  ["listKeys", () => ["account", "api-keys", "list"]],
  ["deleteKey", (_, uuid) => ["account", "api-keys", "delete", "--force", uuid]],
  ["register", () => ["register", "-e", "new@example.com", "-f", "New", "-l", "Person"]],
  ["verifyEmail", () => ["confirm-email", "-e", EMAIL, "-t", "abc123"]],
  ["otpGenerate", () => ["account", "otp", "enable"]],
  ["otpVerify", () => ["account", "otp", "enable", "-o", "123456"]],
  ["otpDisable", () => ["account", "otp", "disable"]],
];

/** A second server, of another origin, that records whoever comes. */
interface Elsewhere {
  portal: Portal;
  served: ServedPortal;
}

async function openElsewhere(): Promise<Elsewhere> {
  const portal = createPortal();
  return { portal, served: await servePortal(portal) };
}

describe("a redirect to another origin", () => {
  test.each(steps)("of %s is followed by no command, whatever its status", async (step, args) => {
    const { portal, served } = await openElsewhere();
    await Promise.all(
      STATUSES.map(async (status) => {
        await using world = await createWorld();
        const { uuid } = await world.logIn();
        world.portal.get(EMAIL).otpEnabled = step === "otpDisable";
        world.portal.fault(step, { kind: "redirect", location: `${served.url}/api/auth/ping`, status });
        const { exit, stderr } = await world.pinner(args(world, uuid), {
          env: { PINNER_PASSWORD: PASSWORD },
        });
        expect(world.portal.steps()).toContain(step);
        expect({ status, exit, stderr }).toMatchObject({
          status,
          exit: 1,
          stderr: expect.stringContaining("redirect"),
        });
      }),
    );
    expect({ requests: portal.requests, connections: served.connections() }).toEqual({
      requests: [],
      connections: 0,
    });
    await served.close();
  });
});

describe.each(native)("a redirect to another origin, on %s", (form) => {
  let world: World;
  let elsewhere: Elsewhere;
  let invoke: Invoke;

  beforeAll(async () => {
    world = await createWorld();
    elsewhere = await openElsewhere();
    invoke = await openForm(form, world, world.url);
  });
  afterAll(async () => {
    await elsewhere.served.close();
    await world[Symbol.asyncDispose]();
  });

  test("is not followed, and that of a login gives the token all the same", async () => {
    const location = `${elsewhere.served.url}/api/auth/complete`;
    for (const status of [302, 307]) {
      world.portal.fault("login", { kind: "redirect", location, status });
      const { exit, stdout } = await invoke(["auth", "--stdout", "-e", EMAIL], { PINNER_PASSWORD: PASSWORD });
      expect({ status, exit, stdout }).toEqual({ status, exit: 1, stdout: "" });
      world.portal.clearFaults();
    }
    const token = await world.portal.issue("login", EMAIL);
    world.portal.fault("login", { kind: "redirect", location: `${location}?auth_token=${token}` });
    const { exit } = await invoke(["auth", "--stdout", "-e", EMAIL], { PINNER_PASSWORD: PASSWORD });
    expect(exit).toBe(0);
    const { portal, served } = elsewhere;
    expect({ requests: portal.requests, connections: served.connections() }).toEqual({
      requests: [],
      connections: 0,
    });
  });
});

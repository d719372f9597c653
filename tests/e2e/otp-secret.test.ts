import { describe, expect, test } from "bun:test";
import { createWorld, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { nearTheEndOfAStep } from "../support/steps.ts";

const login = { PINNER_EMAIL: OTP_EMAIL, PINNER_PASSWORD: PASSWORD };
const secretOf = ({ portal }: World) => portal.get(OTP_EMAIL).otpSecret ?? "";

describe("PINNER_OTP_SECRET", () => {
  test.each<[string, (secret: string) => string]>([
    ["in base32", (secret) => secret],
    ["in groups and lower case", (secret) => secret.toLowerCase().replace(/(.{4})/g, "$1 ")],
    [
      "as an otpauth link",
      (secret) => `otpauth://totp/Pinner:bob%40example.com?secret=${secret}&issuer=Pinner`,
    ],
  ])("makes the code of a login, %s", async (_, write) => {
    await using world = await createWorld();
    const PINNER_OTP_SECRET = write(secretOf(world));
    const { exit, stdout, stderr } = await world.pinner(["auth"], { env: { ...login, PINNER_OTP_SECRET } });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).not.toContain(PINNER_OTP_SECRET);
  });

  test("counts by the service's clock", async () => {
    await using world = await createWorld({ quirks: { clockSkewSeconds: 3600 } });
    const env = { ...login, PINNER_OTP_SECRET: secretOf(world) };
    expect((await world.pinner(["auth", "-q"], { env })).exit).toBe(0);
  });

  test("waits for the next code, once, where the service refuses one that was used", async () => {
    await using world = await createWorld({ clock: nearTheEndOfAStep() });
    world.portal.fault("otpValidate", { kind: "status", status: 400 }, 1);
    const env = { ...login, PINNER_OTP_SECRET: secretOf(world) };
    const { exit, stderr } = await world.pinner(["auth"], { env });
    expect({ exit, told: stderr.includes("for the next 2FA code") }).toEqual({ exit: 0, told: true });
    const codes = world.portal.requests.filter(({ step }) => step === "otpValidate").map(({ body }) => body);
    expect(new Set(codes).size).toBe(2);
  });

  test("is not waited with twice", async () => {
    await using world = await createWorld({ clock: nearTheEndOfAStep() });
    world.portal.fault("otpValidate", { kind: "status", status: 400 });
    const env = { ...login, PINNER_OTP_SECRET: secretOf(world) };
    expect((await world.pinner(["auth", "-q"], { env })).exit).toBe(4);
    expect(world.portal.steps().filter((step) => step === "otpValidate")).toHaveLength(2);
  });

  test("gives way to a code that is given", async () => {
    await using world = await createWorld();
    const env = { ...login, PINNER_OTP_SECRET: "nonsense!", PINNER_OTP: world.portal.otpCode(OTP_EMAIL) };
    expect((await world.pinner(["auth"], { env })).exit).toBe(0);
  });

  test.each([
    "nonsense!",
    "otpauth://hotp/x?secret=AAAA",
    "0189",
    "otpauth://totp/x?secret=MZXW6YTBOI&period=99999999",
    "otpauth://totp/x?secret=MZXW6YTBOI&digits=8",
  ])("that is none is exit 2: %s", async (secret) => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(["auth"], { env: { ...login, PINNER_OTP_SECRET: secret } });
    expect(exit).toBe(2);
    expect(stderr).not.toContain(secret);
    expect(await world.config()).toBeUndefined();
    expect(world.portal.requests).toEqual([]);
  });
});

import { expect, test } from "bun:test";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD } from "../../tooling/world.ts";

/** Portals whose domain, port or scheme differ from where they are asked. */
test.each(["http://portal.example:8080", "https://portal.example:8443", "http://127.0.0.1:9"])(
  "a login is understood whose Location is at %s, and nothing goes there",
  async (locationOrigin) => {
    await using world = await createWorld({ quirks: { locationOrigin, domain: "portal.example" } });
    const env = { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
    expect((await world.pinner(["auth"], { env })).exit).toBe(0);
    const twoFactor = {
      PINNER_EMAIL: OTP_EMAIL,
      PINNER_PASSWORD: PASSWORD,
      PINNER_OTP: world.portal.otpCode(OTP_EMAIL),
    };
    expect((await world.pinner(["auth", "--force"], { env: twoFactor })).exit).toBe(0);
    expect((await world.pinner(["auth", "status"])).exit).toBe(0);
  },
);

import { describe, expect, test } from "bun:test";
import { ApiError, BadResponseError, isOtpRefused, readClaims, TokenError } from "../../src/index.ts";
import { EMAIL, everythingIn, failure, openStage, PASSWORD } from "./support.ts";

const credentials = { email: EMAIL, password: PASSWORD };
const answers = [
  ["a Location alone", { loginAnswer: "location", otpAnswer: "location" }],
  ["a cookie alone", { loginAnswer: "cookie", otpAnswer: "cookie" }],
  ["a Location and a cookie", { loginAnswer: "both", otpAnswer: "both" }],
  ["a Location and a cookie for each service", { loginAnswer: "cookies", otpAnswer: "cookies" }],
  ["JSON with `otp: false`", { loginAnswer: "json", otpAnswer: "json", jsonOtpFlag: "false" }],
  ["JSON without `otp`", { loginAnswer: "json", otpAnswer: "json", jsonOtpFlag: "absent" }],
] as const;

describe("login", () => {
  test.each(answers)("answered by %s gives a session that works", async (_, quirks) => {
    await using stage = await openStage({ ...quirks, extraFields: true });
    const result = await stage.client().login(credentials);
    if (result.status !== "authenticated") throw new Error(result.status);
    expect(readClaims(result.token)?.kind).toBe("session");
    await stage.client().withToken(result.token).ping();
    // Had the 302 been followed, the portal's own host would not be the place; one request is all there was.
    expect(stage.portal.steps()).toEqual(["login", "ping"]);
  });

  test("sends the email, the password and whether to remember, and no token", async () => {
    await using stage = await openStage();
    await stage.withKey.login(credentials);
    await stage.withKey.login({ ...credentials, remember: true });
    const [first, second] = stage.portal.requests;
    expect(JSON.parse(first?.body ?? "")).toEqual({ ...credentials, remember: false });
    expect(JSON.parse(second?.body ?? "")).toEqual({ ...credentials, remember: true });
    expect(first?.headers).not.toHaveProperty("authorization");
    expect(first?.headers["content-type"]).toStartWith("application/json");
  });

  test("prefers the cookie, and takes it unquoted from among others", async () => {
    const headers = new Headers({ location: "https://pinner.xyz/x?auth_token=from-location" });
    headers.append("set-cookie", "other_auth_token=wrong; Path=/");
    headers.append("set-cookie", 'auth_token="from=cookie"; HttpOnly');
    await using stage = await openStage();
    const client = stage.client({ fetch: async () => new Response(null, { status: 302, headers }) });
    expect(await client.login(credentials)).toEqual({ status: "authenticated", token: "from=cookie" });
  });

  test.each([
    ["/api/auth/complete?auth_token=relative", "relative"],
    ["https://elsewhere.example/?x=1&auth_token=a%2Eb", "a.b"],
  ])("reads the token from the Location %p", async (location, token) => {
    await using stage = await openStage();
    stage.portal.fault("login", { kind: "redirect", location });
    expect(await stage.client().login(credentials)).toEqual({ status: "authenticated", token });
  });

  test.each([
    ["without a token", "https://pinner.xyz/login", 302],
    ["with an empty token", "https://pinner.xyz/?auth_token=", 302],
    ["with a token that no header can carry", "https://pinner.xyz/?auth_token=a%0D%0Ab", 302],
    ["to no URL", "http://[", 302],
    ["of another status", "https://pinner.xyz/?auth_token=abc", 307],
    ["of a permanent kind", "https://pinner.xyz/?auth_token=abc", 301],
  ])("answered by a redirect %s is a BadResponseError", async (_, location, status) => {
    await using stage = await openStage();
    stage.portal.fault("login", { kind: "redirect", location, status });
    const error = await failure(stage.client().login(credentials), BadResponseError);
    expect(error).toMatchObject({ operation: "login", status });
  });

  test.each([
    ["a wrong password", { ...credentials, password: "not the password" }, 401, "InvalidLogin"],
    ["an unknown email", { ...credentials, email: "nobody@example.com" }, 401, "InvalidLogin"],
    ["a short password", { ...credentials, password: "short" }, 422, "ValidationError"],
  ])("is refused with %s", async (_, input, status, code) => {
    await using stage = await openStage();
    const error = await failure(stage.client().login(input), ApiError);
    expect(error).toMatchObject({ operation: "login", status, code });
    expect(isOtpRefused(error)).toBe(false);
  });

  test.each([
    ["not verified, on portals that mind", { verified: false }, 403, "AccountNotVerified"],
    ["being deleted", { pendingDeletion: true }, 401, "InvalidLogin"],
  ])("is refused for an account that is %s", async (_, state, status, code) => {
    await using stage = await openStage({ unverifiedLogin: "refused" });
    Object.assign(stage.portal.get(EMAIL), state);
    const error = await failure(stage.client().login(credentials), ApiError);
    expect(error).toMatchObject({ status, code });
  });
});

describe("login with 2FA", () => {
  async function openProtected(quirks: Parameters<typeof openStage>[0] = {}) {
    const stage = await openStage(quirks);
    stage.portal.get(EMAIL).otpEnabled = true;
    const result = await stage.client().login(credentials);
    if (result.status !== "otp_required") throw new Error(result.status);
    return { ...stage, otpToken: result.otpToken, rightCode: stage.portal.otpCode(EMAIL) };
  }
  const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

  test.each(answers)("takes the right code, also when answered by %s", async (_, quirks) => {
    await using stage = await openProtected({ ...quirks, extraFields: true });
    expect(readClaims(stage.otpToken)?.kind).toBe("two_factor");
    const token = await stage.client().validateOtp(stage.otpToken, stage.rightCode);
    await stage.client({ token }).ping();
    expect(stage.portal.steps()).toEqual(["login", "otpValidate", "ping"]);
    const { headers, body } = stage.portal.requests[1] ?? {};
    expect(headers?.["authorization"]).toBe(`Bearer ${stage.otpToken}`);
    expect(JSON.parse(body ?? "")).toEqual({ otp: stage.rightCode });
  });

  test.each([400, 500] as const)(
    "tells a wrong code answered with %p, and takes the right one then",
    async (wrongOtp) => {
      await using stage = await openProtected({ wrongOtp });
      const refused = stage.client().validateOtp(stage.otpToken, wrong(stage.rightCode));
      const error = await failure(refused, ApiError);
      expect(error.status).toBe(wrongOtp);
      expect(error.detail).toBe("The OTP code provided is invalid or expired.");
      expect(isOtpRefused(error)).toBe(true);
      expect(await stage.client().validateOtp(stage.otpToken, stage.rightCode)).toBeString();
    },
  );

  test("tells no wrong code from a 500 of another kind, nor from an expired 2FA token", async () => {
    await using stage = await openProtected({ otpTokenTtlSeconds: -1 });
    const expired = await failure(stage.client().validateOtp(stage.otpToken, stage.rightCode), ApiError);
    expect(expired.status).toBe(401);
    expect(isOtpRefused(expired)).toBe(false);
    stage.portal.fault("otpValidate", { kind: "status", status: 500, body: "database is down" });
    const broken = await failure(stage.client().validateOtp(stage.otpToken, stage.rightCode), ApiError);
    expect(broken.status).toBe(500);
    expect(isOtpRefused(broken)).toBe(false);
    expect(isOtpRefused(new Error("The OTP code provided is invalid or expired."))).toBe(false);
  });

  test("never sends a 2FA token anywhere but to the validation of a code", async () => {
    await using stage = await openProtected();
    const client = stage.client({ token: stage.otpToken });
    for (const call of [() => client.ping(), () => client.account(), () => client.createKey("x")]) {
      expect((await failure(call(), TokenError)).problem).toBe("two_factor");
    }
    expect(stage.portal.steps()).toEqual(["login"]);
  });

  test.each(["line\nend", "space d", "", "é"])(
    "refuses %p as a 2FA token without telling it",
    async (otpToken) => {
      await using stage = await openStage();
      const error = await failure(stage.client().validateOtp(otpToken, "123456"), TokenError);
      expect(error.problem).toBe("malformed");
      if (otpToken) expect(everythingIn(error)).not.toContain(otpToken);
      expect(stage.portal.requests).toBeEmpty();
    },
  );
});

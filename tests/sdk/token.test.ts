import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isExpired, readClaims } from "../../src/index.ts";
import { createPortal } from "../../src/testing/portal.ts";
import { EMAIL, jwt, PASSWORD } from "./support.ts";

const UUID = "0b9e1f3c-5f0c-4d1a-9d8e-2f4a6c8e0b1d";

describe("the kind of a token", () => {
  test.each([
    [["api"], "api_key"],
    ["api", "api_key"],
    [["login"], "session"],
    ["login", "session"],
    [["2fa"], "two_factor"],
    ["2fa", "two_factor"],
    [["ipfs", "api"], "api_key"],
    [["api", "2fa"], "two_factor"],
    [[], "unknown"],
    ["other", "unknown"],
    [undefined, "unknown"],
    [null, "unknown"],
    [{ 0: "api" }, "unknown"],
    ["apiary", "unknown"],
  ])("with the audience %p is %p", (aud, kind) => {
    expect(readClaims(jwt({ aud, sub: "1" }))?.kind).toBe(kind as "unknown");
  });
});

describe("the UUID of a key", () => {
  test("is `jti`", () => {
    expect(readClaims(jwt({ aud: ["api"], sub: "17", jti: UUID }))?.keyUuid).toBe(UUID);
  });

  test("is `sub` on older portals, which have no `jti`", () => {
    expect(readClaims(jwt({ aud: ["api"], sub: UUID }))?.keyUuid).toBe(UUID);
  });

  test("is `jti` where both are UUIDs", () => {
    const user = "11111111-2222-4333-8444-555555555555";
    expect(readClaims(jwt({ aud: ["api"], sub: user, jti: UUID }))?.keyUuid).toBe(UUID);
  });

  test("is in lower case, as keys are listed", () => {
    expect(readClaims(jwt({ aud: "api", jti: UUID.toUpperCase() }))?.keyUuid).toBe(UUID);
  });

  test.each([
    ["a user's id", { aud: "api", sub: "17" }],
    ["a number", { aud: "api", jti: 5 }],
    ["an object", { aud: "api", jti: { toString: UUID } }],
    ["a UUID with more around it", { aud: "api", jti: `${UUID}/..` }],
    ["the `jti` of a login token", { aud: "login", jti: UUID }],
    ["the `sub` of a 2FA token", { aud: "2fa", sub: UUID }],
  ])("is not %s", (_, claims) => {
    expect(readClaims(jwt(claims))).toBeDefined();
    expect(readClaims(jwt(claims))).not.toHaveProperty("keyUuid");
  });
});

describe("expiry", () => {
  test("is `exp`, in seconds, to the moment", () => {
    const claims = readClaims(jwt({ aud: "api", exp: 1_800_000_000 }));
    expect(claims?.expiresAt).toEqual(new Date("2027-01-15T08:00:00Z"));
    if (!claims) throw new Error("not read");
    expect(isExpired(claims, 1_799_999_999_999)).toBe(false);
    expect(isExpired(claims, 1_800_000_000_000)).toBe(true);
  });

  test("is measured against the present unless told otherwise", () => {
    const now = Date.now() / 1000;
    expect(isExpired({ kind: "api_key", expiresAt: new Date((now - 5) * 1000) })).toBe(true);
    expect(isExpired({ kind: "api_key", expiresAt: new Date((now + 5) * 1000) })).toBe(false);
  });

  test.each([undefined, "1800000000", null, 1e300, -1e300])(
    "is unknown, and never comes, with `exp` %p",
    (exp) => {
      const claims = readClaims(jwt({ aud: "api", exp }));
      expect(claims).toEqual({ kind: "api_key" });
      expect(isExpired({ kind: "api_key" }, Number.MAX_SAFE_INTEGER)).toBe(false);
    },
  );
});

describe("tokens of the portal", () => {
  const kinds = { api: "api_key", login: "session", "2fa": "two_factor" } as const;
  for (const use of ["api", "login", "2fa"] as const) {
    for (const audience of ["array", "string"] as const) {
      test(`for ${use} with the audience as ${audience} and without \`iat\` are read`, async () => {
        const portal = createPortal({ quirks: { audience, issuedAt: false } });
        portal.addAccount({ email: EMAIL, password: PASSWORD });
        const claims = readClaims(await portal.issue(use, EMAIL));
        expect(claims?.kind).toBe(kinds[use]);
        expect(claims?.expiresAt?.getTime()).toBeGreaterThan(Date.now());
      });
    }
  }
});

describe("a text that is no JWT", () => {
  const good = jwt({ aud: "api" });
  const [header, payload, signature] = good.split(".");
  test.each([
    ["", "nothing"],
    ["..", "three empty parts"],
    ["hunter2", "one word"],
    [`${header}.${payload}`, "two parts"],
    [`${good}.more`, "four parts"],
    [`${header}.${payload}.`, "no signature"],
    [`${header}.${payload}.sig nature`, "a space in the signature"],
    [` ${good}`, "a space before it"],
    [`${good}\n`, "a line end after it"],
    [`${header}.!!!.${signature}`, "a payload that is not base64url"],
    [`${header}.${btoa("plain")}.${signature}`, "a payload that is not JSON"],
    [`${header}.${btoa("[1]")}.${signature}`, "a payload that is an array"],
    [`${header}.${btoa("null")}.${signature}`, "a payload that is null"],
    [`${btoa("7")}.${payload}.${signature}`, "a header that is a number"],
    [`${header}.${btoa('{"a":"\xff"}').replaceAll("=", "")}.${signature}`, "bytes that are not UTF-8"],
  ])("(%#) has no claims", (text) => {
    expect(readClaims(text)).toBeUndefined();
  });

  test("never throws, whatever it is", () => {
    const parts = fc.oneof(
      fc.base64String(),
      fc.string({ unit: "binary" }),
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 5 }), (list) => {
        const claims = readClaims(list.join("."));
        if (claims) expect(["api_key", "session", "two_factor", "unknown"]).toContain(claims.kind);
      }),
      { numRuns: 1000 },
    );
  });

  test("but one with any claims at all is read", () => {
    const claims = fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !("aud" in value));
    fc.assert(
      fc.property(claims, (value) => {
        expect(readClaims(jwt(value))?.kind).toBe("unknown");
      }),
    );
  });
});

describe("a hostile token", () => {
  const hostile = (payload: string) =>
    `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(payload).toString("base64url")}.c2ln`;

  test("pollutes no prototype, and its `__proto__` lends it no claims", () => {
    const claims = readClaims(
      hostile(`{"__proto__": {"aud": "api", "jti": "${UUID}", "exp": 1, "polluted": 1}}`),
    );
    expect(claims).toEqual({ kind: "unknown" });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(readClaims(hostile('{"constructor": {"prototype": {"polluted": 1}}}'))).toEqual({
      kind: "unknown",
    });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("takes no claim from a prototype that somebody else polluted", () => {
    Object.defineProperty(Object.prototype, "aud", { value: "api", configurable: true });
    try {
      expect(readClaims(jwt({ sub: "1" }))?.kind).toBe("unknown");
    } finally {
      Reflect.deleteProperty(Object.prototype, "aud");
    }
  });

  test("of a megabyte is read in a moment", () => {
    const started = performance.now();
    expect(readClaims(jwt({ aud: "api", padding: "x".repeat(1_000_000) }))?.kind).toBe("api_key");
    expect(readClaims(".".repeat(2_000_000))).toBeUndefined();
    expect(readClaims("a".repeat(2_000_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test("nested very deeply is no error", () => {
    expect(() => readClaims(hostile(`{"aud":${"[".repeat(100_000)}${"]".repeat(100_000)}}`))).not.toThrow();
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { accountEndpoint, InsecureEndpointError, InvalidEndpointError, Pinner } from "../../src/index.ts";
import { everythingIn } from "./support.ts";

describe("the account endpoint of a base endpoint", () => {
  test.each([
    ["", undefined, "https://account.pinner.xyz"],
    ["  ", undefined, "https://account.pinner.xyz"],
    ["", false, "https://account.pinner.xyz"],
    ["pinner.xyz", true, "https://account.pinner.xyz"],
    ["pinner.xyz", undefined, "https://account.pinner.xyz"],
    ["pinner.xyz", false, "http://account.pinner.xyz"],
    ["PINNER.xyz", true, "https://account.pinner.xyz"],
    ["example.com:8443", true, "https://account.example.com:8443"],
    ["https://example.com/any/path?x", true, "https://account.example.com"],
    ["https://example.com/any/path?x", false, "https://account.example.com"],
    ["http://example.com", true, "http://account.example.com"],
    ["https://ada:secret@example.com:444/#top", undefined, "https://account.example.com:444"],
    ["https://example.com:443", undefined, "https://account.example.com"],
    ["http://127.0.0.1:8080", undefined, "http://127.0.0.1:8080"],
    ["http://127.0.0.1:8080", true, "http://127.0.0.1:8080"],
    ["http://127.0.0.1:8080", false, "http://127.0.0.1:8080"],
    ["http://[::1]:8080", true, "http://[::1]:8080"],
    ["[::1]:8080", false, "http://[::1]:8080"],
    ["192.168.1.7", true, "https://192.168.1.7"],
    ["localhost:8080", false, "http://localhost:8080"],
    ["localhost:8080", undefined, "https://localhost:8080"],
    ["http://localhost:8080", true, "http://localhost:8080"],
    ["http://localhost:8080", false, "http://localhost:8080"],
    ["account.pinner.xyz", true, "https://account.pinner.xyz"],
    ["1and1.com", true, "https://account.1and1.com"],
    ["my_pinner:8080", false, "http://account.my_pinner:8080"],
    ["b\u00fccher.example", true, "https://account.xn--bcher-kva.example"],
    ["example.com.", true, "https://account.example.com."],
    ["ada:pa@ss@example.com", true, "https://account.example.com"],
  ] as const)("of %p with secure %p is %p", (base, secure, endpoint) => {
    expect(accountEndpoint(base, secure)).toBe(endpoint);
  });

  test.each([
    "ftp://example.com",
    "https://",
    '"https://example.com"',
    "'example.com'",
    "https:/example.com",
    "https:example.com",
    "https:///example.com",
    "https//example.com",
    "https:\\\\example.com",
    "{example.com}",
    "a..b",
    ".a",
    "-a.example.com",
    "a-.example.com",
    "exa\nmple.com",
    "$HOST",
    "example.com:",
    `${"a".repeat(64)}.example.com`,
    `${"a.".repeat(150)}com`,
    "exa mple.com",
    "example.com:99999",
    "http://[::1",
    "file:///etc",
  ])("of %p is refused", (base) => {
    expect(() => accountEndpoint(base)).toThrow(InvalidEndpointError);
  });

  test.each(["ftp://ada:hunter2hunter2@example.com", "https://ada:hunter2hunter2@exa mple.com"])(
    "(%#) is refused without repeating it, for it may hold a password",
    (base) => {
      expect.assertions(2);
      try {
        accountEndpoint(base);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidEndpointError);
        expect(everythingIn(error)).not.toContain("hunter2");
      }
    },
  );

  test("is where a client sends its requests", () => {
    expect(new Pinner().endpoint).toBe("https://account.pinner.xyz");
    expect(new Pinner({ baseEndpoint: "https://example.com/x" }).endpoint).toBe(
      "https://account.example.com",
    );
    expect(() => new Pinner({ baseEndpoint: "ftp://example.com" })).toThrow(InvalidEndpointError);
  });

  test("is an origin or an InvalidEndpointError for any text", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.domain(),
      fc.tuple(fc.domain(), fc.integer({ min: -1, max: 70_000 })).map(([host, port]) => `${host}:${port}`),
      fc.ipV6().map((address) => `[${address}]`),
      fc.string({ unit: fc.constantFrom(..."ab.:/@[]%#?\\ 019") }),
    );
    fc.assert(
      fc.property(texts, fc.option(fc.boolean(), { nil: undefined }), (text, secure) => {
        let endpoint: string;
        try {
          endpoint = accountEndpoint(text, secure);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEndpointError);
          return;
        }
        expect(new URL(endpoint).origin).toBe(endpoint);
      }),
      { numRuns: 300 },
    );
  });

  test("neither path, query nor user info of a URL ever changes it", () => {
    const words = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    fc.assert(
      fc.property(fc.domain(), words, words, words, (host, user, path, query) => {
        expect(accountEndpoint(`https://${user}:${user}@${host}/${path}?${query}#${query}`)).toBe(
          accountEndpoint(host),
        );
      }),
    );
  });

  test("of an endpoint is that endpoint again, so that nobody gets `account.account.`", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.domain(), fc.ipV4(), fc.constant("localhost")),
        fc.boolean(),
        (host, secure) => {
          const endpoint = accountEndpoint(host, secure);
          expect(accountEndpoint(endpoint)).toBe(endpoint);
        },
      ),
    );
  });
});

describe("plain http", () => {
  test.each([
    ["http://example.com", undefined],
    ["http://example.com", true],
    ["http://192.168.1.7:8080", undefined],
    ["http://0.0.0.0", undefined],
    ["http://[fe80::1]", undefined],
    ["http://127.0.0.1.example.com", undefined],
    ["http://localhost.example.com", undefined],
    ["http://[::ffff:192.168.1.7]", undefined],
  ] as const)("to %p with secure %p is refused before any request", (baseEndpoint, secure) => {
    expect(() => new Pinner({ baseEndpoint, secure })).toThrow(InsecureEndpointError);
  });

  test.each([
    "http://localhost",
    "http://127.0.0.1:1",
    "http://127.8.9.1",
    "http://[::1]",
    "http://[::ffff:127.0.0.1]",
  ])("to %p is this machine, and fine", (baseEndpoint) => {
    expect(new Pinner({ baseEndpoint }).endpoint).toStartWith("http://");
  });

  test("is allowed anywhere by `secure: false`", () => {
    expect(new Pinner({ baseEndpoint: "http://example.com", secure: false }).endpoint).toBe(
      "http://account.example.com",
    );
    expect(new Pinner({ baseEndpoint: "example.com:81", secure: false }).endpoint).toBe(
      "http://account.example.com:81",
    );
  });
});

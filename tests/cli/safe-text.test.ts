import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  maskToken,
  redact,
  rememberOwnWords,
  rememberSecret,
  safeJson,
  safeText,
} from "../../src/cli/safe-text.ts";
import { createPortal } from "../../src/testing/portal.ts";

const EMAIL = "alice@example.com";
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** C0 and DEL, C1, line and paragraph separators, the byte order mark, tag characters, halves of characters. */
const STEERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u;

const hostile = fc.constantFrom(
  ..."\u0000\u0007\b\t\n\r\u001b\u007f\u0085\u009b\u009d\u061c\u200e\u200f\u202a\u202e\u2028\u2029\u2066\u2069\ufeff\ud800\udfff",
  "\u{e0041}",
  "\u001b[2J\u001b]0;title\u0007",
  "🎉",
  "é",
  '"',
  "\\",
  "a",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(hostile, { maxLength: 20 }).map((parts) => parts.join("")),
);
const json = fc.oneof(
  fc.jsonValue({ stringUnit: "binary" }),
  fc.dictionary(text, fc.oneof(text, fc.array(text), fc.boolean(), fc.integer())),
);

describe("text for a terminal", () => {
  test("holds nothing that steers a terminal or reorders what is read", () => {
    fc.assert(
      fc.property(text, (original) => {
        const safe = safeText(original);
        expect(safe).not.toMatch(STEERS);
        expect(safe).not.toMatch(BIDI);
      }),
      { numRuns: 1000 },
    );
  });

  test("shows what was there", () => {
    expect(safeText("a\u001b[31mb\u009b0m\nc\u202e\u{e0041}\ud800")).toBe(
      "a\\u001b[31mb\\u009b0m\\u000ac\\u202e\\u{e0041}\\ud800",
    );
  });

  test("leaves what people write", () => {
    const harmless = "Zoë 名前 ключ שלום مرحبا 🎉 👩‍👩‍👧 e\u0301 \\u001b";
    expect(safeText(harmless)).toBe(harmless);
  });
});

describe("JSON", () => {
  test("stands for the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(safeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 1000 },
    );
  });

  test("holds nothing that steers a terminal, but for its own line ends", () => {
    fc.assert(
      fc.property(json, (value) => {
        const safe = safeJson(value).replaceAll("\n", "");
        expect(safe).not.toMatch(STEERS);
        expect(safe).not.toMatch(BIDI);
      }),
      { numRuns: 1000 },
    );
  });

  test("is indented by two spaces", () => {
    expect(safeJson({ a: ["\u009b\u{e0041}"] })).toBe('{\n  "a": [\n    "\\u009b\\udb40\\udc41"\n  ]\n}');
  });
});

describe("redacted text", () => {
  const part = fc.stringMatching(/^[\w-]{10,60}$/);
  const prefix = fc.constantFrom("", " ", "Bearer ", "auth_token=", "auth_token%3D", '"', "token_", "\n");

  test("holds no part of any JWT, wherever it stands", () => {
    const jwt = fc.tuple(part, part, part).map(([header, ...rest]) => [`eyJ${header}`, ...rest]);
    fc.assert(
      fc.property(prefix, jwt, prefix, (before, parts, after) => {
        const clean = redact(`${before}${parts.join(".")} ${after}`);
        for (const secret of parts) expect(clean).not.toContain(secret);
        expect(clean).toBe(`${before}*** ${after}`);
      }),
      { numRuns: 300 },
    );
  });

  test("holds no payload of a JWT whose end is cut off", () => {
    expect(redact("refused: eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIiwi…")).toBe("refused: ***…");
  });

  test("holds no secret of this run, also where one is part of another", () => {
    expect(redact("the password hunter22 is wrong")).toBe("the password hunter22 is wrong");
    for (const secret of ["hunter22", "hunter22-and-more", "$& $1 .*", undefined, ""]) rememberSecret(secret);
    expect(redact("hunter22, hunter22-and-more, $& $1 .*: hunter22")).toBe("***, ***, ***: ***");
  });

  test("shows the names of commands and arguments, also where a secret reads the same", () => {
    rememberOwnWords(["logout", "api-keys", "otp-code", "PINNER_OTP"]);
    const secrets = ["logo", "logout", "api-keys", "-keys", "otp-", "PINNER", "keys-and-more", "logout now"];
    for (const secret of secrets) rememberSecret(secret);
    const message =
      "did you mean `pinner auth logout`? See `pinner account api-keys`, --otp-code, PINNER_OTP";
    expect(redact(message)).toBe(message);
    // Anywhere else they are secrets.
    expect(redact("logos, logouts, my-keys, otp-x, PINNER_X")).toBe("***s, ***s, my***, ***x, ***_X");
    expect(redact('"keys-and-more", logout now')).toBe('"***", ***');
  });

  test("holds everything else", () => {
    const log = "GET https://account.pinner.xyz/api/account/keys 200 14 ms; hey.Jude.x monkey.x.y";
    expect(redact(log)).toBe(log);
    rememberSecret("abc");
    expect(redact("abc")).toBe("abc");
  });
});

describe("a masked token", () => {
  test("shows no part of payload or signature, and can be told from other tokens", async () => {
    const portal = createPortal();
    portal.addAccount({ email: EMAIL, password: "correct-horse-battery" });
    for (const use of ["api", "login", "2fa"] as const) {
      const token = await portal.issue(use, EMAIL);
      const [, payload = "", signature = ""] = token.split(".");
      const masked = maskToken(token);
      expect(masked).toBe("eyJ…");
      for (let at = 0; at + 4 <= payload.length; at++)
        expect(masked).not.toContain(payload.slice(at, at + 4));
      for (let at = 0; at + 4 <= signature.length; at++)
        expect(masked).not.toContain(signature.slice(at, at + 4));
    }
    expect(maskToken("opaque-token")).toBe("…");
  });
});

import fc from "fast-check";

/** Whatever steers a terminal, reorders what is read, hides, or ends a line; and what ends a quote or a word. */
const fragments = [
  ..."\u0000\u0001\u0007\b\t\n\v\f\r\u001b\u007f\u0080\u0085\u008d\u0090\u009b\u009c\u009d\u009f",
  ..."\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufff9",
  "\ud800",
  "\udfff",
  "\u{e0001}",
  "\u{e0041}",
  "\u001b[2J\u001b[H",
  "\u001b[35;1m",
  "\u009b35m",
  "\u001b[1A\u001b[2K\rerror: nothing",
  "\u001b]0;title\u0007",
  "\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\",
  "\u001b]52;c;cm0gLXJmIH4=\u0007",
  "\u001bP+q544e\u001b\\",
  "\u001b[6n",
  "\u001b[?1049h",
  "\u001b(0",
  "\r\n\r\nHTTP/1.1 200 OK",
  "\nerror: forged",
  '"}\n{"error": "forged"}',
  "</script>",
  "__proto__",
  "constructor",
  "$(touch /tmp/x)",
  "`id`",
  "%s%n%00%0a",
  "$&$1$$",
  "***",
  "eyJ",
  "   ",
  "名前",
  "שלום",
  "👩‍👩‍👧",
  "𠀀𠀀𠀀𠀀𠀀𠀀𠀀",
  "e\u0301",
  "\\u001b",
  "'",
  "\\",
  "a",
];

/** A text from a service, a file or a user who means harm. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((some) => some.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);

const oddities = [
  '"',
  "\\",
  "'",
  " ",
  "  ",
  "\t",
  "\n",
  "%",
  "%41",
  "+",
  "&",
  "=",
  "#",
  "/",
  "?",
  "é",
  "日本",
  "🔑",
  "$&",
  "<",
  "~",
  "(",
  "*",
  ".",
];

/** A secret that nothing else contains, of characters that encodings change. */
export const secret: fc.Arbitrary<string> = fc
  .tuple(
    fc.stringMatching(/^[a-zA-Z]{6}$/),
    fc.array(fc.constantFrom(...oddities), { maxLength: 6 }),
    fc.stringMatching(/^[a-zA-Z0-9]{6}$/),
  )
  .map(([start, middle, end]) => `${start}${middle.join("")}${end}`);

/** Unlike any other digits of a test. */
export const code: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 999_999 })
  .map((n) => `${n}`.padStart(6, "0"));

/** A JWT with these claims, a payload that says more, and a signature that nobody made. */
export const jwt = (claims: object): fc.Arbitrary<string> =>
  fc.tuple(secret, fc.stringMatching(/^[\w-]{43}$/)).map(([inner, signature]) => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "EdDSA", typ: "JWT" })}.${part({ ...claims, inner })}.${signature}`;
  });

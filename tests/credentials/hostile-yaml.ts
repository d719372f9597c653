import fc from "fast-check";

/** Files that are YAML in forms which people rarely write, but programs must not break. */

const one = (...choices: string[]) => fc.constantFrom(...choices);

const TEXTS = [
  "eyJold.a-b.c",
  "''",
  '"eyJ\\x41.b"',
  "'eyJold.b.c'",
  "~",
  "*s",
  '"a\n   b"',
  "a\n   b",
  "!!str 12",
];
const NAMES = [
  "auth_token",
  '"auth_token"',
  "'auth_token'",
  "&k auth_token",
  "!!str auth_token",
  '"auth\\x5ftoken"',
];
const COMMENTS = ["", "", " # it's: {mine} *t &t | >", "\t# tab"];

/** A text over several lines, with every kind of end. */
const blockScalar = fc
  .tuple(
    one("|", ">"),
    one("", "+", "-", "2", "+2", "2-"),
    one("", " # about"),
    one("  x\n", "  x\n\n\n", "  x\n   more\n  # no comment\n", "  x\n  \n    \n", "\n  x\n", ""),
  )
  .map(([style, indicators, comment, lines]) => `${style}${indicators}${comment}\n${lines}`);

/** An item of the mapping that is ours, on lines of its own. */
const ownItem = fc.oneof(
  fc
    .tuple(
      one(...NAMES),
      one(" ", " &t ", " !!str ", " &t !!str ", " !mine ", "\n  # c\n  "),
      one(...TEXTS),
      one(...COMMENTS),
    )
    .map(([name, gap, text, comment]) => `${name}:${gap}${text}${comment}\n`),
  fc
    .tuple(one(...NAMES), one("", "&t "), blockScalar)
    .map(([name, anchor, text]) => `${name}: ${anchor}${text}`),
  one(
    "auth_token:\n",
    "auth_token: # none\n",
    "auth_token: &t\n",
    "auth_token: !!null\n",
    "? auth_token\n",
    "? auth_token # c\n: old # d\n",
    "? &k auth_token\n# c\n: # d\n  &t old\n",
    "*a : old\n",
    "auth_token:\n\n  # c\n\n  old\n",
  ),
);

const foreignItem = fc.oneof(
  blockScalar.map((text) => `text: ${text}`),
  blockScalar.map((text) => `? ${text}: block\n`),
  one(
    "a: 0600 # it's\n",
    "base: &a auth_token\n",
    "base: &b {auth_token: merged, x: 1}\n",
    "<<: *b\n",
    "s: &s eyJshared.x.y\n",
    "copy: *t\n",
    "copies: [*t, {x: *t}, *t]\n",
    "key: *k\n",
    "*t : as a key\n",
    "? *k\n: as a key\n",
    "&t again: &k 1\n",
    "flow: {a: 1, # c\n   b: [ 2,\n  # d\n  3 ], auth_token: inner }\n",
    "list:\n- a\n-   - b\n    # c\n\n",
    "deep:\n    auth_token: inner\n    # c\n",
    "? [a, b]\n: pair\n",
    "? {auth_token: x}\n: pair\n",
    "!mine tagged: !<tag:x,2000:y> z\n",
    "empty:\n",
    '"quoted: # key": "a\\\n   b"\n',
    "'it''s': 'a\n\n   b'\n",
    "plain: a\n  b\n\n  c # d\n",
    "num: 12:30:45\n",
    "rec: &r [*r]\n",
    "# comment\n",
    "    # deep comment\n",
    "\n",
    " \n\n",
  ),
);

/** Names that occur twice make most files invalid. */
const several = <Item>(item: fc.Arbitrary<Item>) =>
  fc.uniqueArray(item, { maxLength: 4, selector: (text) => /^\W*\w*/.exec(`${text}`)?.[0] });

const indent = (by: string) => (text: string) => by + text.replace(/\n(?=[^\n])/g, `\n${by}`);

const block = fc
  .tuple(
    several(foreignItem),
    fc.array(ownItem, { maxLength: 1 }),
    several(foreignItem),
    one("", "", "", "  "),
  )
  .map(([before, own, after, by]) => [...before, ...own, ...after].map(indent(by)).join(""));

const flowItem = fc.oneof(
  fc
    .tuple(
      one(...NAMES),
      one(": ", ": &t ", " : !!str ", ":\n  # c\n  "),
      one("eyJold.a-b.c", "'eyJ'", '"eyJ"', "", "~"),
    )
    .map((parts) => parts.join("")),
  one('"auth_token":old', "auth_token", "? auth_token", "? auth_token : old", "*a : 1"),
);
const foreignFlowItem = one(
  "a: 0600",
  "b: *t",
  "c: [*t, {auth_token: x}]",
  "&a x: 'y # }'",
  '"q":1',
  "? [z] : {}",
  "d",
  "e: !mine x",
  "k: *k",
  "m: {n: 1, # c\n }",
  "a: &a auth_token",
);
const flow = fc
  .tuple(
    several(foreignFlowItem),
    fc.array(flowItem, { maxLength: 1 }),
    several(foreignFlowItem),
    one(", ", ",", " ,\n  ", ", # c\n  ", " # c\n  , ", "\n\n ,"),
    one("", " ", " # c\n ", "\n# c\n  "),
    one("", ",", " , # c\n", " # c\n"),
  )
  .map(
    ([before, own, after, comma, open, close]) =>
      `{${open}${[...before, ...own, ...after].join(comma)}${before.length + own.length + after.length > 0 ? close : ""}}`,
  );

const HEADS = [
  "",
  "",
  "",
  "---\n",
  "--- # c\n",
  "--- !!map\n",
  "--- &root\n",
  "!!map\n",
  "# top\n\n",
  "%YAML 1.1\n---\n",
  "%YAML 1.2\n# c\n---\n",
  "%TAG !e! tag:e,2000:\n---\n",
];
const TAILS = ["", "", "", "...\n", "...", "... # c\n# d\n", "# end", "  # deep end", "\n\n", "...\n...\n"];
const FLOW_HEADS = [...HEADS, "--- ", "--- !!map ", "&root "];

const whole = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(one(...HEADS), block, one(...TAILS)) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      one(...FLOW_HEADS),
      fc.tuple(flow, one("\n", " # c\n", "")).map((parts) => parts.join("")),
      one(...TAILS),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      one(...FLOW_HEADS),
      one("~", "null # c", "", "{}", "!!null", "# c"),
      fc.tuple(one("\n", ""), one(...TAILS)).map((parts) => parts.join("")),
    ),
  },
);

/** What one slip of an editor makes of a file. */
const slip = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  fc.nat(2),
  one("", " ", "\n", "#", ":", "- ", "\t", "{", "|", "\r", "\u2028", "'", "&t ", "\u0085"),
);

/** Only what has an anchor before it stays an alias. */
const withoutLooseAliases = (text: string): string =>
  text.replace(/\*([a-z])\b/g, (alias, name, at) => (text.slice(0, at).includes(`&${name} `) ? alias : name));

export const hostileYaml = fc
  .tuple(
    whole,
    one("\n", "\n", "\r\n"),
    one("", "", "", "\uFEFF"),
    fc.boolean(),
    fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: slip }),
  )
  .map(([parts, lineEnd, mark, cut, slipped]) => {
    let text = withoutLooseAliases(parts.join(""));
    if (cut) text = text.replace(/\n$/, "");
    if (slipped) {
      const [where, removed, put] = slipped;
      const at = Math.floor(where * text.length);
      text = text.slice(0, at) + put + text.slice(at + removed);
    }
    return mark + text.replaceAll("\n", lineEnd);
  });

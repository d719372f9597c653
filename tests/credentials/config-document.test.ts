import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as yaml from "yaml";
import { parseConfig } from "../../src/credentials/config-content.ts";
import { type ConfigDocument, editConfig, editSimple } from "../../src/credentials/config-edit.ts";
import { ConfigError } from "../../src/credentials/config-error.ts";
import { readSimple } from "../../src/credentials/simple-config.ts";
import { editYaml } from "../../src/credentials/yaml-edit.ts";
import { failureOf } from "./temporary.ts";

const PATH = "/home/alice/config.yaml";
const parse = (text: string) => parseConfig(text, PATH);

async function edited(text: string, ...changes: ((document: ConfigDocument) => void)[]): Promise<string> {
  const document = await editConfig(text, PATH);
  for (const change of changes) change(document);
  return document.text();
}
const setToken = (document: ConfigDocument) => document.set("auth_token", "eyJnew.a-b.c_d");
const unsetToken = (document: ConfigDocument) => document.unset("auth_token");

async function problemOf(text: string): Promise<string> {
  const error = await failureOf(parse(text));
  if (!(error instanceof ConfigError)) throw error;
  expect(error.problem).toBe("invalid");
  return error.message;
}

/** The token's own line is `LINE`; everything around it must survive byte for byte. */
const around: [what: string, text: string][] = [
  ["comments", "# top\n\na: 1 # one\n\n# about the token\nLINE\n# about b\nb: 2\n\n# end\n"],
  ["order", "zebra: 1\nLINE\napple: 2\nMango: 3\n"],
  ["anchors and aliases", "base: &base {host: a, port: 1}\nLINE\ncopy: *base\nmerged:\n  <<: *base\n"],
  ["quoting", `a: 'it''s'\nb: "\\u263a\\tx"\nLINE\nc: plain text\n"quoted key": 1\n`],
  ["layout", "list:\n-   a\n-   b\nLINE\ndeep:\n        x:   1\nflow: {a: 1,   b: [ 2 ]}\t# tab\n"],
  ["texts over several lines", "fold: >\n  one\n  two\n\nLINE\nkeep: |+\n  x\n\nlast: 1\n"],
  [
    "spellings of numbers",
    "mode: 0600\nhex: 0xFF\nbig: 12345678901234567890\nver: 1.10\nLINE\nexp: 1.0e10\n",
  ],
  ["CRLF", '# c\r\na: 1\r\nLINE\r\ntext: |\r\n  x\r\ntwo: "a\r\n  b"\r\n'],
  ["a byte order mark", "\uFEFFLINE\na: 1\n"],
  ["unicode", "ключ: значение\n名前: 🎉\u00e9e\u0301\nLINE\n"],
  ["tags, directives and odd keys", "%YAML 1.1\n---\ntagged: !mine x\n1: int\n? [a, b]\n: pair\nLINE\n"],
  ["indentation of the whole", "  a: 1\n  LINE\n  b: 2\n"],
];

describe("a write of the token", () => {
  test.each(around)("replaces nothing but its value: %s survive", async (_, text) => {
    const before = text.replace("LINE", 'auth_token: "old" # mine');
    expect(await edited(before, setToken)).toBe(text.replace("LINE", 'auth_token: "eyJnew.a-b.c_d" # mine'));
  });

  test.each(around)("and its removal leave everything else: %s survive", async (_, text) => {
    const before = text.replace("LINE", "auth_token: old # mine");
    expect(await edited(before, unsetToken)).toBe(text.replace(/ *LINE\r?\n/, ""));
  });

  test.each(around)("where none was adds one line at the end: %s survive", async (_, text) => {
    const before = text.replace(/ *LINE\r?\n/, "");
    const after = await edited(before, setToken);
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length).trim()).toBe("auth_token: eyJnew.a-b.c_d");
    expect(after.includes("\r\n")).toBe(before.includes("\r\n"));
    expect((await parse(after)).authToken).toBe("eyJnew.a-b.c_d");
    expect(await edited(after, unsetToken)).toBe(before);
  });

  test.each([
    ["an empty file", "", "auth_token: eyJnew.a-b.c_d\n"],
    ["a file with only comments", "# mine\n# all mine", "# mine\n# all mine\nauth_token: eyJnew.a-b.c_d\n"],
    ["a file without a last line end", "a: 1", "a: 1\nauth_token: eyJnew.a-b.c_d\n"],
    ["an empty value", "auth_token:\na: 1\n", "auth_token: eyJnew.a-b.c_d\na: 1\n"],
    ["an empty value with a comment", "auth_token: # none\n", "auth_token: eyJnew.a-b.c_d # none\n"],
    ["a value on lines of its own", "auth_token: |\n  old\na: 1\n", "auth_token: eyJnew.a-b.c_d\na: 1\n"],
    ["single quotes", "auth_token: 'old'\n", "auth_token: 'eyJnew.a-b.c_d'\n"],
    ["braces", "{a: 0600, auth_token: old}\n", "{a: 0600, auth_token: eyJnew.a-b.c_d}\n"],
    ["an alias", "a: &t old\nauth_token: *t\n", "a: &t old\nauth_token: eyJnew.a-b.c_d\n"],
    [
      "a value that others refer to",
      "auth_token: &t old\na: *t\nb: [*t]\n",
      "auth_token: eyJnew.a-b.c_d\na: &t old\nb: [*t]\n",
    ],
    ["a tag", "auth_token: !!str old # c\n", "auth_token: eyJnew.a-b.c_d # c\n"],
    [
      "comments inside a value",
      "auth_token: >- # c\n  old\na: 1\n",
      "auth_token: eyJnew.a-b.c_d # c\na: 1\n",
    ],
    [
      "comments before a value",
      "auth_token: # c\n  # d\n  old # e\n",
      "auth_token: # c\n  # d\n  eyJnew.a-b.c_d # e\n",
    ],
    ["a key with a question mark", "? auth_token # c\n", "auth_token: eyJnew.a-b.c_d # c\n"],
    [
      "braces with CRLF and comments",
      "{ # c\r\n  a: 1, # d\r\n}\r\n",
      "{auth_token: eyJnew.a-b.c_d,  # c\r\n  a: 1, # d\r\n}\r\n",
    ],
    [
      "a file that ends in a text without a line end",
      "# c\na: |\n  x",
      "# c\nauth_token: eyJnew.a-b.c_d\na: |\n  x",
    ],
    ["a file that ends in dots", "a: 1\n...\n", "a: 1\nauth_token: eyJnew.a-b.c_d\n...\n"],
    ["a file that ends in dots without a line end", "a: 1\n...", "a: 1\nauth_token: eyJnew.a-b.c_d\n..."],
    ["a mapping with a tag", "!!map\na: 1\n", "!!map\na: 1\nauth_token: eyJnew.a-b.c_d\n"],
  ])("goes into %s", async (_, before, after) => {
    expect(await edited(before, setToken)).toBe(after);
  });

  test.each([
    "~\n",
    "{}\n",
    "{a: 0600, b: 'x'}\n",
    "---\na: 1\n...\n",
    "--- # nothing\n",
    "{a: 0600, # c\n  b: 2}",
  ])("and its removal work in the rare form %j", async (text) => {
    const written = await edited(text, setToken);
    const expected = new Map((await parse(text)).values);
    expect((await parse(written)).authToken).toBe("eyJnew.a-b.c_d");
    expect(written.includes("0600")).toBe(text.includes("0600"));
    expect((await parse(await edited(written, unsetToken))).values).toEqual(expected);
  });

  test("leaves the values of any other keys, and is undone by its removal", async () => {
    const content = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { minKeys: 1, maxKeys: 5 });
    const property = fc.asyncProperty(content, fc.string(), async (keys, token) => {
      const { auth_token: _, base_endpoint: __, secure: ___, ...foreign } = keys;
      const text = yaml.stringify(foreign);
      const values = (await parse(text)).values;
      const written = await edited(text, (document) => document.set("auth_token", token));
      expect((await parse(written)).values).toEqual(new Map([...values, ["auth_token", token]]));
      expect((await parse(await edited(written, unsetToken))).values).toEqual(values);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  test.each([
    ["a value that others refer to", "auth_token: &t old\na: *t\nb: *t\n", "a: &t old\nb: *t\n"],
    ["a key that others refer to", "&k auth_token: old\na: *k\n", "a: &k auth_token\n"],
    ["the only key of a mapping with a tag", "!!map\nauth_token: old\n", "!!map\n{}\n"],
    ["the only key before dots", "auth_token: old\n...\n", "{}\n...\n"],
    ["the first in braces", "{auth_token: old, # c\n  a: 1}\n", "{ # c\n  a: 1}\n"],
    ["the last in braces", "{a: 1, auth_token: old}\n", "{a: 1}\n"],
    [
      "what ends a text over several lines",
      "a: |+\n  x\nauth_token: old\n\n  # c\n",
      "a: |+\n  x\n#\n\n  # c\n",
    ],
  ])("is removed although it is %s", async (_, before, after) => {
    expect(await edited(before, unsetToken)).toBe(after);
  });

  test.each([
    ["comes out of a merge", "%YAML 1.1\n---\nb: &b {auth_token: old}\n<<: *b\n"],
    ["is named by an alias", "a: &k auth_token\n*k : old\n"],
    ["stands among line ends that only some programs know", "a: x # \u2028\nauth_token: old\n"],
  ])("is refused with a clear sentence where it %s", async (_, text) => {
    for (const change of [setToken, unsetToken]) {
      const document = await editConfig(text, PATH);
      change(document);
      await expect(document.text()).rejects.toThrow(
        new ConfigError(
          "invalid",
          `${PATH} cannot be changed: changing \`auth_token\` would change something else in it: edit it by hand`,
        ),
      );
    }
  });

  test("may be followed by others, and the removal of what is not there changes nothing", async () => {
    const text = await edited("a: 1\n", setToken, (document) => document.set("secure", false), unsetToken);
    expect(text).toBe("a: 1\nsecure: false\n");
    for (const untouched of ["", "  \n", "# c\n", "~\n", "a:   1"])
      expect(await edited(untouched, unsetToken)).toBe(untouched);
  });
});

describe("simple lines, which are read and changed without a parser of YAML", () => {
  const line = fc.oneof(
    fc.stringMatching(/^[a-z_]{1,12}: eyJ[\w.-]{1,20}$/),
    fc.stringMatching(/^[a-z_]{1,12}: https?:\/\/[\w.:/-]{0,20}[\w/]$/),
    fc.constantFrom("secure: true", "secure: false", "auth_token: eyJa.b.c", "base_endpoint: https://a.b:1/"),
  );
  const lines = fc.array(line, { maxLength: 5 }).map((some) => `${some.join("\n")}\n`);

  test("say there what they say in YAML, whatever characters come among them", () => {
    let read = 0;
    const sign = fc.oneof(
      fc.constantFrom("", " ", ":", "#", "\n", "\t", "-", "/", "e", "1", "'", "&a "),
      fc.string(),
    );
    const property = fc.property(lines, fc.nat(), sign, (text, at, more) => {
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + more + text.slice(place);
      const values = readSimple(changed);
      if (!values) return;
      read++;
      expect(Object.fromEntries(values)).toEqual(yaml.parse(changed));
    });
    fc.assert(property, { numRuns: 3000 });
    expect(read).toBeGreaterThan(200);
  });

  test("are changed to the same lines as YAML is", async () => {
    const key = fc.oneof(fc.constantFrom("auth_token", "base_endpoint", "secure"), fc.string());
    const value = fc.oneof(
      fc.stringMatching(/^eyJ[\w.-]{1,20}$/),
      fc.webUrl({ withQueryParameters: true }),
      fc.boolean(),
      fc.string(),
      fc.constant(undefined),
    );
    let changed = 0;
    const property = fc.asyncProperty(lines, key, value, async (text, name, to) => {
      const after = editSimple(text, name, to);
      if (after === undefined) return;
      changed++;
      expect(after).toBe(editYaml(yaml, text, name, to) ?? "refused");
    });
    await fc.assert(property, { numRuns: 1000 });
    expect(changed).toBeGreaterThan(100);
  });

  test("are those that a login writes", async () => {
    const text = await edited("", setToken, (document) => document.set("secure", true));
    expect(Object.fromEntries(readSimple(text) ?? [])).toEqual({
      auth_token: "eyJnew.a-b.c_d",
      secure: true,
    });
  });

  test.each([
    "auth_token: eyJa.b.c\nauth_token: eyJd.e.f\n",
    "auth_token: true\n",
    "secure: eyJa.b.c\n",
    "base_endpoint: https://a.b:\n",
    "a:  eyJa.b.c\n",
    "a: eyJa.b.c # \n",
    "a: eyJa.b.c",
    "a: eyJa.b.c\r\n",
  ])("are not %j", (text) => {
    expect(readSimple(text)).toBeUndefined();
  });

  test("are none with a key that is longer than YAML has", () => {
    expect(readSimple(`${"a".repeat(1025)}: eyJa.b.c\n`)).toBeUndefined();
  });
});

describe("reading", () => {
  test("gives our keys by their types, without the spaces around a token", async () => {
    const document = await parse(
      "auth_token: |\n  eyJa.b.c\nbase_endpoint: example.com:8443\nsecure: false\nx: 1\n",
    );
    expect(document).toMatchObject({
      authToken: "eyJa.b.c",
      baseEndpoint: "example.com:8443",
      secure: false,
    });
    expect(document.values.get("x")).toBe(1);
  });

  test.each([
    ["true", true],
    ["false", false],
    ["no", false],
    ["Yes", true],
    ["'false'", false],
    ['"no"', false],
    ["on", true],
    ["0", false],
    ["1", true],
  ])("takes `secure: %s` for what people mean by it", async (written, meant) => {
    expect((await parse(`secure: ${written}\n`)).secure).toBe(meant);
  });

  test.each(["", "\n", "# comment\n", "~", "---\n", "{}", "auth_token:\nbase_endpoint: ''\nsecure: null\n"])(
    "finds nothing in %j",
    async (text) => {
      const document = await parse(text);
      expect([document.authToken, document.baseEndpoint, document.secure]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );

  test.each([
    ["auth_token: 12345678\n", 1, 13, "auth_token"],
    ["a: 1\nauth_token: [hidden]\n", 2, 13, "auth_token"],
    ["a: 1\nbase_endpoint:\n  host: hidden\n", 3, 3, "base_endpoint"],
    ['secure: "hidden"\n', 1, 9, "secure"],
    ["secure: [no]\n", 1, 9, "secure"],
  ])("says which of our keys in %j has the wrong type, and where", async (text, line, column, key) => {
    const message = await problemOf(text);
    expect(message).toContain(PATH);
    expect(message).toContain(`line ${line}, column ${column}: \`${key}\` must be`);
    expect(message).not.toMatch(/hidden|12345678/);
  });

  test.each([
    ["a missing bracket", "a: 1\nauth_token: [hidden", 2],
    ["a missing quote", 'auth_token: "hidden\n', 2],
    ["a missing colon", "a: 1\nhidden\n", 2],
    ["a tab", "a:\n\thidden: 1\n", 2],
    ["a key that occurs twice", "auth_token: hidden\na: 1\nauth_token: hidden\n", 3],
    ["two documents", "auth_token: hidden\n---\nauth_token: hidden\n", 2],
    ["a list", "- hidden\n", 1],
    ["a bare text", "hidden\n", 1],
    ["brackets without end", "[".repeat(3000), 1],
  ])("reports %s with its line, and nothing that the file holds", async (_, text, line) => {
    const message = await problemOf(text);
    expect(message).toMatch(new RegExp(`^${PATH} is not valid at line ${line}, column \\d+: `));
    expect(message).not.toContain("hidden");
    expect(message).not.toContain("\n");
  });

  test("reports aliases that multiply, and aliases of nothing, without expanding them", async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i}: &l${i} [${`*l${i - 1},`.repeat(i ? 9 : 0)}hidden]`,
    );
    for (const text of [levels.join("\n"), "a: *hidden\n"]) {
      const message = await problemOf(text);
      expect(message).toContain("alias");
      expect(message).not.toContain("hidden");
    }
  });
});

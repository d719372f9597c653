import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { redact, safeJson, safeText } from "../../src/cli/safe-text.ts";
import { formatTable } from "../../src/cli/table.ts";
import { maskUserInfo } from "../../src/commands/config/_settings.ts";
import { parseConfig } from "../../src/credentials/config-content.ts";
import { editConfig } from "../../src/credentials/config-edit.ts";
import { ConfigError } from "../../src/credentials/config-error.ts";
import { Pinner } from "../../src/index.ts";
import { chooseProxy } from "../../src/network/proxy-rules.ts";
import { accountEndpoint } from "../../src/sdk/endpoint.ts";
import { isPinnerError } from "../../src/sdk/errors.ts";
import { withoutSecrets } from "../../src/sdk/redaction.ts";
import { readClaims } from "../../src/sdk/token.ts";
import { count, printCounts, seed } from "../../tooling/counts.ts";
import { run } from "../../tooling/process.ts";
import { expectSafe, expectSecret } from "./judge.ts";
import { holds } from "./seed.ts";
import { hostileText, secret } from "./text.ts";

const MB = 1024 * 1024;
/** Far more than any needs, and far less than one takes that looks at each character once for each other. */
const PATIENCE_MS = 15_000;

setDefaultTimeout(120_000);
afterAll(printCounts);

/** Longer and longer texts, up to 1 MB: what takes too long for one is not tried with the next. */
async function expectBounded(
  unit: string,
  work: (text: string) => unknown,
  patience = PATIENCE_MS,
): Promise<void> {
  for (const size of [MB / 32, MB / 8, MB]) {
    const text = unit.repeat(Math.ceil(size / unit.length));
    const started = performance.now();
    await Promise.resolve(work(text)).catch(() => {});
    const took = performance.now() - started;
    count("long texts");
    if (took > (size < MB ? patience / 4 : patience))
      throw new Error(`${JSON.stringify(unit)} × ${text.length / unit.length} took ${took} ms`);
  }
}

const outcome = <Value>(work: () => Value): Value | Error => {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
};

describe("secrets are found in a text", () => {
  const percent = (text: string) => encodeURIComponent(text);
  const encodings: Record<string, (text: string) => string> = {
    "as they are": (text) => text,
    "in JSON": (text) => JSON.stringify(text),
    "in JSON of ASCII": (text) =>
      JSON.stringify(text).replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      ),
    "in a URL": percent,
    "in a URL in lower case": (text) => percent(text).replace(/%../g, (octet) => octet.toLowerCase()),
    "in a form": (text) => `${new URLSearchParams({ text })}`,
    "on one line": (text) => text.replace(/\s+/g, " "),
  };
  for (const [how, encode] of Object.entries(encodings)) {
    test(`${how}, wherever they stand`, () => {
      const texts = fc.tuple(hostileText, secret, secret, hostileText);
      holds(texts, 400, ([before, one, other, after]) => {
        const text = `${before}${encode(one)}${encode(other)}${after}${encode(one + other)}`;
        expectSecret(withoutSecrets(text, [one, other, one + other]), [one, other]);
      });
    });
  }
});

/** For scripts in a process of their own: what is tested writes to stderr. */
const IMPORT = `import { createOutput } from "${join(import.meta.dir, "../../src/cli/output.ts")}";`;

describe("a text for people", () => {
  test("shows no token on stderr, be it in a message, a hint or a note", async () => {
    const token = `eyJhbGciOiJFZERTQSJ9.${"p".repeat(40)}.${"s".repeat(86)}`;
    const script = `
      ${IMPORT}
      for (const json of [false, true]) {
        const out = createOutput({ json, quiet: false, verbose: true });
        for (const tell of [out.info, out.warn, out.debug]) tell("said: ${token}");
        out.flush();
        out.error({ code: "x", message: "message: ${token}", hint: "hint: ${token}" });
      }
    `;
    const { exit, stderr } = await run([process.execPath, "-e", script]);
    expect({ exit, shown: stderr.split("***").length - 1 }).toEqual({ exit: 0, shown: 10 });
    expectSecret(stderr, [token]);
  });

  test("is safe alone, in JSON, in a table and in a line of stderr", () => {
    holds(fc.array(hostileText, { minLength: 1, maxLength: 6 }), 1500, (texts) => {
      for (const text of texts) {
        expectSafe(safeText(text));
        expectSafe(safeText(redact(text)));
      }
      expectSafe(safeJson(Object.fromEntries(texts.map((text) => [text, texts]))));
      const rows = texts.map((text) => [safeText(text), "x"]);
      for (const width of [undefined, 10, 40]) expectSafe(formatTable(["A", "B"], rows, width));
    });
  });

  test("loses no user information of an endpoint to whoever reads it", () => {
    const schemes = fc.constantFrom("", "http://", "http:/", "http:\\\\", "//", "ftp://", "https:///");
    holds(fc.tuple(schemes, secret, secret), 1000, ([scheme, user, password]) => {
      expectSecret(maskUserInfo(`${scheme}${user}:${password}@example.com/path`), [user, password]);
    });
  });
});

describe("a parser fails only as it says", () => {
  const anything = fc.oneof(hostileText, fc.string({ unit: "binary" }), secret, fc.json());

  test("claims of a token", () => {
    const part = fc.oneof(
      hostileText,
      fc.json().map((text) => Buffer.from(text).toString("base64url")),
      fc
        .dictionary(
          fc.constantFrom("aud", "exp", "jti", "sub", "__proto__", "constructor", "toString"),
          fc.anything(),
        )
        .map((claims) =>
          Buffer.from(
            JSON.stringify(claims, (_, value) => (typeof value === "bigint" ? 1 : value)) ?? "",
          ).toString("base64url"),
        ),
    );
    const token = fc.oneof(
      anything,
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join(".")),
    );
    holds(token, 3000, (text) => {
      const claims = readClaims(text);
      if (claims?.expiresAt) expect(claims.expiresAt.toISOString()).toBeString();
      if (claims?.keyUuid) expect(claims.keyUuid).toMatch(/^[\da-f-]{36}$/);
    });
  });

  test("an endpoint", () => {
    holds(
      fc.oneof(
        anything,
        fc.webUrl(),
        fc.tuple(fc.webUrl(), hostileText).map(([url, text]) => url + text),
      ),
      2000,
      (text) => {
        const endpoint = outcome(() => accountEndpoint(text));
        if (endpoint instanceof Error) {
          expect(isPinnerError(endpoint)).toBe(true);
          return expect(endpoint.message).not.toContain(text.trim() || "\0");
        }
        expect(endpoint).toMatch(/^https?:\/\/[^/?#@\\]+$/);
        expectSafe(endpoint);
      },
    );
  });

  test("a proxy's address", () => {
    const variables = fc.record({ HTTPS_PROXY: anything, NO_PROXY: anything });
    holds(variables, 1000, (env) => {
      const choice = chooseProxy(env, new URL("https://account.pinner.xyz"));
      if (choice?.proxy) expect(choice.proxy.host).not.toContain("@");
    });
  });

  test("a config file, and a change of it", async () => {
    const line = fc.tuple(
      fc.constantFrom(
        "auth_token",
        "base_endpoint",
        "secure",
        "__proto__",
        "other",
        "<<",
        "*a",
        "? x",
        "&a b",
      ),
      anything,
    );
    const files = fc.oneof(
      anything,
      fc
        .array(line, { maxLength: 6 })
        .map((lines) => lines.map(([key, value]) => `${key}: ${value}\n`).join("")),
      fc
        .array(line, { maxLength: 6 })
        .map((lines) => lines.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join("")),
    );
    const runs = 1500;
    count("inputs", runs);
    await fc.assert(
      fc.asyncProperty(files, async (text) => {
        try {
          const document = await editConfig(text, "FILE");
          document.set("auth_token", "a.b.c");
          expect((await parseConfig(await document.text(), "FILE")).authToken).toBe("a.b.c");
          document.unset("auth_token");
          expect((await parseConfig(await document.text(), "FILE")).authToken).toBeUndefined();
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          expectSafe(error.message);
        }
      }),
      { seed, numRuns: runs },
    );
  });

  test("an answer of the service, whatever its JSON is", async () => {
    const key = fc.constantFrom(
      "token",
      "otp",
      "data",
      "total",
      "error",
      "message",
      "reason",
      "details",
      "__proto__",
      "constructor",
      "email",
      "ping",
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        hostileText,
        fc.jsonValue(),
        fc.dictionary(key, tie("tree")),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    }));
    const answers = fc.tuple(
      fc.oneof(
        tree.map((value) => JSON.stringify(value)),
        anything,
      ),
      fc.constantFrom(200, 302, 400, 401, 500),
    );
    const runs = 1500;
    count("inputs", runs);
    await fc.assert(
      fc.asyncProperty(answers, async ([body, status]) => {
        const fetch = async () => new Response(body, { status });
        const pinner = new Pinner({ token: "none", fetch });
        const calls = [
          pinner.login({ email: "a@example.com", password: "password" }),
          pinner.session(),
          pinner.verifyEmail({ email: "a@example.com", token: "abc123" }),
        ];
        for (const result of await Promise.allSettled(calls)) {
          if (result.status === "rejected") expect(isPinnerError(result.reason)).toBe(true);
          else if (typeof result.value === "string") expectSafe(result.value);
        }
      }),
      { seed, numRuns: runs },
    );
  });

  test("and none of them has changed what every object has", () => {
    for (const prototype of [Object.prototype, Array.prototype, String.prototype, Function.prototype]) {
      for (const name of ["token", "error", "polluted", "auth_token", "aud"])
        expect(name in prototype).toBe(false);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("a megabyte is read in bounded time", () => {
  const units = [
    "a",
    ".",
    " ",
    "\u001b",
    "\ud800",
    "eyJ",
    "eyJaaaaa.",
    "a.",
    "%",
    '"',
    "\n",
    "é",
    "@",
    "/",
    "?token=",
    "https://",
  ];

  test("by what makes text safe and takes secrets out", async () => {
    for (const unit of units) {
      await expectBounded(unit, (text) => safeText(text));
      await expectBounded(unit, (text) => redact(`${text}!`));
      await expectBounded(unit, (text) => withoutSecrets(text, ["aaaaaaaa", unit.repeat(20)]));
      await expectBounded(unit, (text) => formatTable(["NAME"], [[text]], 40));
    }
    await expectBounded("aaaa", (text) => withoutSecrets(text, [text.slice(1), text.slice(2)]));
  });

  test("by the line of an error", async () => {
    const script = `
      ${IMPORT}
      const out = createOutput({ json: false, quiet: false, verbose: false });
      for (const unit of [".", " ", ". ", "\\n"]) out.error({ code: "x", message: unit.repeat(${MB}) + "x", hint: "y" });
    `;
    const started = performance.now();
    const { exit } = await run(["timeout", "-s", "KILL", "60", process.execPath, "-e", script]);
    expect(exit).toBe(0);
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS * 2);
  });

  test("by the parsers of tokens, endpoints and proxies", async () => {
    for (const unit of units) {
      await expectBounded(unit, (text) => readClaims(text));
      await expectBounded(unit, (text) => readClaims(`e30.${Buffer.from(text).toString("base64url")}.c`));
      await expectBounded(unit, (text) => outcome(() => accountEndpoint(text)));
      await expectBounded(unit, (text) => maskUserInfo(text));
      await expectBounded(unit, (text) =>
        chooseProxy({ HTTPS_PROXY: text, NO_PROXY: text }, new URL("https://a.example")),
      );
    }
    await expectBounded("é.", (text) => outcome(() => accountEndpoint(text)));
    for (const nest of ["[", '{"a":'])
      await expectBounded(nest, (text) => readClaims(`e30.${Buffer.from(text).toString("base64url")}.c`));
  });

  test("by the parser of the config file", async () => {
    const nasty = ["[", "{", "- ", "'", '"\\u0041', "!a ", "*a ", "? ", "\t", "%a\n", "}", "x \n "];
    // An eighth of what is read at all: that takes a second.
    const parse = (text: string) => parseConfig(`a: ${text.slice(0, MB / 8)}`, "FILE");
    for (const unit of nasty) await expectBounded(unit, parse, 4 * PATIENCE_MS);
    const keys = (text: string) => Array.from({ length: text.length / 8 }, (_, at) => `k${at}: 1`).join("\n");
    await expectBounded("k", (text) => parseConfig(keys(text), "FILE"), 2 * PATIENCE_MS);
  });

  test("by the client, whatever the answer is", async () => {
    const answer = (status: number, text: string, headers: Record<string, string> = {}) => {
      const fetch = async () => new Response(text, { status, headers });
      const pinner = new Pinner({ token: "none", fetch });
      return Promise.allSettled([
        pinner.login({ email: "a@example.com", password: "aaaaaaaa" }),
        pinner.session(),
      ]);
    };
    for (const unit of ["a", " ", "<", "[", '{"error":', "eyJ", "\n", "\u0000"]) {
      await expectBounded(unit, (text) => answer(200, text));
      await expectBounded(unit, (text) => answer(400, text));
      await expectBounded(unit, (text) => answer(400, JSON.stringify({ error: "x", message: text })));
    }
    const login = (headers: Record<string, string>, status: number) => {
      const fetch = async () => new Response("", { status, headers });
      return new Pinner({ fetch }).login({ email: "a@example.com", password: "aaaaaaaa" });
    };
    for (const unit of ["1", "a", ",", "Sat, ", "=", ";", "a=", '"', "?auth_token="]) {
      await expectBounded(unit, (text) => login({ "retry-after": text, date: text }, 429));
      await expectBounded(unit, (text) => login({ "set-cookie": text, location: text }, 302));
      await expectBounded(unit, (text) => login({ "set-cookie": `auth_token=${text}` }, 302));
    }
  });

  test("by the list of keys, however many a service promises and whatever they are", async () => {
    const session = `e30.${Buffer.from('{"aud":"login"}').toString("base64url")}.c`;
    const list = (data: string, total: number) => {
      const fetch = async () => new Response(`{"data": [${data}], "total": ${total}}`);
      return new Pinner({ token: session, fetch }).listKeys().catch((error: Error) => error);
    };
    // As large as an answer may be.
    await expectBounded("{},", (text) => list(text.repeat(3).slice(0, -1), 1), PATIENCE_MS / 3);
    const key = JSON.stringify({ uuid: crypto.randomUUID(), name: "x", created_at: "x" });
    for (const total of [1e15, Number.MAX_VALUE]) {
      const result = await list(key, total);
      expect(isPinnerError(result)).toBe(true);
    }
  });
});

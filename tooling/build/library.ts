import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BunPlugin } from "bun";
import { root } from "../process.ts";

/** All from one text up to another, which stays; or one text, wherever it stands. */
type Cut = [{ from: string; upTo?: string }, instead?: string];

/**
 * What `src/sdk/request.ts` never asks of `createFetch`: it gives it whole addresses, all headers, JSON and a
 * signal, and reads answers itself.
 */
const unaskedOfOfetch: Cut[] = [
  // Of its errors, the client goes on with the cause alone.
  [{ from: "const errorMessage =", upTo: "const fetchError =" }],
  [{ from: "    message,\n    ctx.error ? { cause: ctx.error } : void 0" }, '"", { cause: ctx.error }'],
  [{ from: 'for (const key of ["request", "options", "response"])', upTo: "return fetchError;" }],
  [{ from: "if (opts?.cause && !this.cause)", upTo: "}\n}\nfunction createFetchError" }],
  [{ from: "if (Error.captureStackTrace)", upTo: "throw error;" }],
  // Headers of all requests of a client, and queries.
  [{ from: "if (!defaults) {", upTo: "return new Headers(input);" }],
  [{ from: "const headers = new Headers(defaults);", upTo: "async function callHooks" }],
  [{ from: "let query;", upTo: "return {" }],
  [{ from: "query,\n    params: query,\n" }],
  // Another try.
  [{ from: "async function onError(context) {", upTo: "const error =" }, "function onError(context) {"],
  [{ from: "return await onError(context);" }, "onError(context);"],
  // Methods in lower case, hooks, base addresses.
  [{ from: "if (context.options.method) {", upTo: "if (context.options.body &&" }],
  [{ from: "if (context.options.onRequestError)", upTo: "onError(context);" }],
  // Bodies of another kind, and of requests that have none.
  [{ from: "const payloadMethods =", upTo: "function isPayloadMethod" }],
  [{ from: " && isPayloadMethod(context.options.method)" }],
  [{ from: "isJSONSerializable(context.options.body)" }, "true"],
  [{ from: 'contentType === "application/x-www-form-urlencoded"' }, "false"],
  [{ from: "const contentType = context", upTo: 'if (typeof context.options.body !== "string")' }],
  [{ from: "if (!contentType) {", upTo: "} else if (" }],
  // A deadline, which would end with the header.
  [{ from: "let abortTimeout;", upTo: "try {" }],
  // The reading of answers, and statuses that are errors.
  [{ from: " finally {", upTo: "return context.response;" }],
  // All of the client that it makes but `raw`.
  [{ from: "const $fetch = async", upTo: "$fetch.raw =" }, "const $fetch = {};"],
  [{ from: "$fetch.native =", upTo: "return $fetch;" }],
];

/** What `src/sdk/answers.ts` never asks of `safeParse`: it stops at the first issue, and reads the keys of its path. */
const unaskedOfValibot: Cut[] = [
  [{ from: "config$1.abortEarly" }, "true"],
  [{ from: "/* @__PURE__ */ getGlobalConfig(config$1));\n\treturn" }, "config$1);\n\treturn"],
  [{ from: "const input = other &&", upTo: "if (isSchema)" }, "const issue = { path: other?.path };\n\t"],
  [{ from: "if (isSchema) dataset" }, "dataset"],
  [{ from: "\t\t\t\t\t\t\tinput,\n" }],
  [{ from: 'origin: "value",' }],
  [{ from: "\t\t\t\t\t\t\tvalue: value$1\n" }],
  [{ from: 'input: void 0,\n\t\t\t\t\t\t\texpected: `"${key}"`,' }],
  [{ from: 'origin: "key",' }],
  [{ from: "value: input[key]\n" }],
  [{ from: "async: false," }],
  [{ from: 'kind: "schema",' }],
  [{ from: "expects: wrapped.expects," }],
  [{ from: "message: message$1," }],
  // Values in place of missing ones, and other ways for one to be missing.
  [{ from: "valueSchema.fallback !== void 0" }, "false"],
  [
    {
      from: ' || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0',
    },
  ],
  [{ from: ' && valueSchema.type !== "optional" && valueSchema.type !== "nullish"' }],
  [{ from: "key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema)" }, "input[key]"],
  // What makes its schemas fit for other libraries.
  [{ from: "_standardSchema({" }, "({"],
];

const libraries = [
  { filter: /\/node_modules\/ofetch\/dist\/.*\.mjs$/, cuts: unaskedOfOfetch },
  { filter: /\/node_modules\/valibot\/dist\/index\.mjs$/, cuts: unaskedOfValibot },
];

/**
 * Bundles the library, which programs for browsers and for the edge carry to each of their users, without what only
 * other users of `ofetch` and `valibot` need: no bundler can tell that, as it depends on values that they are given.
 * @param format of the bundle's modules
 * @param file where it is written
 * @throws where a version of these no longer holds what is to be left out
 */
export async function bundleLibrary(format: "esm" | "cjs", file: string): Promise<void> {
  await Bun.build({
    entrypoints: [join(root, "src/index.ts")],
    target: "node",
    format,
    tsconfig: join(root, "tsconfig.build.json"),
    plugins: [withoutUnasked],
    outdir: dirname(file),
    naming: basename(file),
  });
}

const withoutUnasked: BunPlugin = {
  name: "without what is never asked",
  setup(build) {
    for (const { filter, cuts } of libraries)
      build.onLoad({ filter }, async ({ path }) => ({
        contents: cuts.reduce(leaveOut, await readFile(path, "utf8")),
        loader: "js",
      }));
  },
};

/** @throws where there is nothing to leave out, or several parts that begin alike */
export function leaveOut(source: string, [{ from, upTo }, instead = ""]: Cut): string {
  const [before = "", rest = "", ...more] = source.split(from);
  if (upTo === undefined && before !== source) return source.replaceAll(from, () => instead);
  const end = rest.indexOf(upTo ?? from);
  if (end < 0 || more.length > 0)
    throw new Error(`${more.length > 0 ? "more than once" : "nowhere"}: ${from} … ${upTo ?? ""}`);
  return before + instead + rest.slice(end);
}

import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as library from "../../src/index.ts";
import * as testing from "../../src/testing/index.ts";
import { root } from "../../tooling/process.ts";
import { apiPages } from "../../tooling/reference/api.ts";

const pages = await apiPages();

test("docs/api says what the library's declarations say: else, `bun run docs` writes it anew", async () => {
  for (const [name, text] of pages)
    expect({ name, text: await Bun.file(join(root, "docs/api", name)).text() }).toEqual({ name, text });
  expect((await readdir(join(root, "docs/api"))).sort()).toEqual(pages.map(([name]) => name).sort());
});

test.each([
  ["pinner.md", library],
  ["testing.md", testing],
])("docs/api/%s tells of everything that is exported", (page, exported) => {
  const text = Object.fromEntries(pages)[page] ?? "";
  for (const name of Object.keys(exported)) expect(text).toContain(`\n## ${name}\n`);
  for (const section of text.split(/^## /m).slice(1))
    expect(section.replace(/^```ts$.*?^```$/gms, "")).toMatch(/^\w+\n\s+[A-Z]/);
});

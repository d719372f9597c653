import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../tooling/process.ts";

const documents = ["*.md", "docs/**/*.md"].flatMap((names) => [...new Bun.Glob(names).scanSync(root)]).sort();
const read = (path: string) => Bun.file(join(root, path)).text();

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (document: string): string[] =>
  [...document.replace(/^```.*?^```$/gms, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Links and pictures of a document that lead to a place of the project. */
const linksOf = (document: string): string[] =>
  [...document.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, link, attribute]) => link ?? attribute ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));

test.each(documents)("every link of %s leads somewhere", async (path) => {
  for (const link of linksOf(await read(path))) {
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : join(dirname(path), file);
    expect(existsSync(join(root, target)), `${target}, which ${path} links to`).toBe(true);
    if (anchor !== undefined)
      expect(anchorsOf(await read(target)), `headings of ${target}`).toContain(anchor);
  }
});

test("all documents are looked at", () => {
  expect(documents).toContain("README.md");
  expect(documents).toContain("docs/cli.md");
});

test("what is compared is what GitHub makes of headings", () => {
  expect(
    anchorsOf("## Beside the Go `pinner`\n### `pinner config get KEY`\n```sh\n# no heading\n```\n"),
  ).toEqual(["beside-the-go-pinner", "pinner-config-get-key"]);
});

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "../../tooling/process.ts";
import { withDefinitions } from "../../tooling/reference/markdown.ts";

const reference = await Bun.file(join(root, "docs/cli.md")).text();
const END = "<!-- end of definition -->";

describe("docs/cli.md", () => {
  test("says what the definitions say: else, `bun run docs` writes it anew", async () => {
    expect(await withDefinitions(reference)).toBe(reference);
  });

  test.each([
    ["a row", "| `--offline` | Read the token's own claims, and do not ask the service |\n"],
    ["a heading", "### `pinner auth exec -- COMMAND [ARGUMENT…]`\n"],
    ["a code", "| `ambiguous` | 2 | several keys have this name; the hint lists their UUIDs |\n"],
    ["an exit", "| 0 | done |\n"],
  ])("is found stale without %s", async (_, line) => {
    expect(reference).toContain(line);
    expect(await withDefinitions(reference.replace(line, ""))).toBe(reference);
  });

  test("is refused without a command's part, and with a part of a command that does not exist", async () => {
    const begin = "<!-- definition: pinner auth status -->\n";
    const without = reference.replace(begin, "");
    await expect(withDefinitions(without)).rejects.toThrow(
      'no line "<!-- definition: pinner auth status -->"',
    );
    const more = `${reference}<!-- definition: pinner nonsense -->\n${END}\n`;
    await expect(withDefinitions(more)).rejects.toThrow('a part of "pinner nonsense"');
  });
});

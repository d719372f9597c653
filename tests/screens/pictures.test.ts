import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "uqr";
import { root } from "../../tooling/process.ts";
import { readScreen } from "../../tooling/screens/emulator.ts";
import { directories } from "../../tooling/screens/gallery.ts";
import { PASSWORD } from "../../tooling/screens/stage.ts";
import { CELL, drawScreen } from "../../tooling/screens/svg.ts";
import { BROKEN, textOf } from "../../tooling/screens/text.ts";
import { blend, contrast, themes } from "../../tooling/screens/themes.ts";

const draw = async (raw: string, theme = themes.dark) =>
  drawScreen(await readScreen(raw, 20), theme, "a screen");

/** What stands in a picture, and from which column to which. */
const textsIn = (svg: string): [text: string, from: number, columns: number][] =>
  [...svg.matchAll(/<text x="(\d+)" y="[\d.]+" textLength="(\d+)"[^>]*>([^<]*)</g)].map(
    ([, x, length, text = ""]) => [text, Number(x) / CELL.width, Number(length) / CELL.width],
  );

async function filesIn(directory: string): Promise<(readonly [name: string, content: string])[]> {
  const names = await readdir(join(root, directory));
  return Promise.all(
    names.map(async (name) => [name, await Bun.file(join(root, directory, name)).text()] as const),
  );
}

describe("a screen", () => {
  test("is what is left when all is drawn: moved cursors, erased lines, lines of one's own length", async () => {
    const { lines } = await readScreen("one\r\ntwo\r\n\u001b[2A\u001b[Kuno\r\n\r\n\r\n", 20);
    expect(textOf({ columns: 20, lines })).toBe("uno\ntwo\n");
  });

  test("holds what has left the terminal upwards", async () => {
    const rows = Array.from({ length: 100 }, (_, row) => `${row}`);
    expect(textOf(await readScreen(rows.join("\r\n"), 20))).toBe(`${rows.join("\n")}\n`);
  });

  test("tells where the terminal broke a line", async () => {
    expect(textOf(await readScreen(`${"x".repeat(25)}\r\n${"y".repeat(20)}\r\nz`, 20))).toBe(
      `${"x".repeat(20)}↩\nxxxxx\n${"y".repeat(20)}\nz\n`,
    );
  });

  test("as a text tells how each part looks", async () => {
    const raw = "a \u001b[1;32mb\u001b[0m \u001b[2mc\u001b[22m \u001b[7md\u001b[0m \u001b[90;41me\u001b[0m";
    expect(textOf(await readScreen(raw, 20))).toBe(
      "a ⟨green bold:b⟩ ⟨dim:c⟩ ⟨inverse:d⟩ ⟨bright-black on-red:e⟩\n",
    );
  });
});

describe("a picture", () => {
  test("shows what XML has other uses for", async () => {
    expect(textsIn(await draw(`<b>&amp;"'`))).toEqual([["&lt;b&gt;&amp;amp;&quot;'", 0, 10]]);
    expect(drawScreen({ columns: 1, lines: [] }, themes.dark, `"a" <b>`)).toContain(
      "<title>&quot;a&quot; &lt;b&gt;</title>",
    );
  });

  test("has every word in its column, whatever the font", async () => {
    expect(textsIn(await draw("ab cd   ef\u001b[5CÄ"))).toEqual([
      ["ab cd", 0, 5],
      ["ef", 8, 2],
      ["Ä", 15, 1],
    ]);
  });

  test("leaves a wide character two columns, and puts symbols in the middle of theirs", async () => {
    const svg = await draw("文✓x");
    expect(svg).toContain(`<text x="${CELL.width}" y="13.5" text-anchor="middle">文<`);
    expect(svg).toContain(`<text x="${CELL.width * 2.5}" y="13.5" text-anchor="middle">✓<`);
    expect(textsIn(svg)).toEqual([["x", 3, 1]]);
  });

  test("draws the lines of boxes from cell to cell", async () => {
    const paths = [...(await draw("┌─╮")).matchAll(/<path d="([^"]+)" fill="none"/g)].map(([, path]) => path);
    expect(paths).toEqual(["M4.5,9H9M4.5,9V18M9,9H18M22.5,18V14Q22.5,9 18,9"]);
  });

  test("takes its colours from the theme", async () => {
    for (const theme of Object.values(themes)) {
      const svg = await draw("\u001b[31mred\u001b[0m \u001b[2mdim\u001b[0m \u001b[7mturned", theme);
      expect(svg).toContain(`fill="${theme.palette[1]}">red<`);
      expect(svg).toContain(`fill="${blend(theme.foreground, theme.background, 0.66)}">dim<`);
      expect(svg).toContain(`fill="${theme.background}">turned<`);
    }
  });
});

describe("all pictures", async () => {
  const [pictures, texts] = await Promise.all([filesIn(directories.pictures), filesIn(directories.texts)]);

  test("are small, load nothing, and run nothing", () => {
    for (const [name, svg] of pictures) {
      expect(svg.length, name).toBeLessThan(30_000);
      expect(svg.replace("http://www.w3.org/2000/svg", ""), name).not.toMatch(
        /(?:href|src|url\(|<style|<script)\b/,
      );
    }
  });

  test("show no password", () => {
    for (const [name, svg] of pictures) expect(svg, name).not.toContain(PASSWORD.slice(0, 10));
  });

  test("can be read in their theme: each colour of a text stands out", () => {
    for (const [name, svg] of pictures) {
      const { background } = name.endsWith("-dark.svg") ? themes.dark : themes.light;
      for (const [, colour = ""] of svg.matchAll(/<text[^>]* fill="(#\w+)"/g))
        expect(contrast(colour, background), `${colour} in ${name}`).toBeGreaterThan(4.5);
    }
  });

  test("use no colour that a terminal's background may have", () => {
    for (const [name, text] of texts)
      expect(text, name).not.toMatch(/⟨(?:bright-white|white|black)(?![^:]* on-)/);
  });

  test("show nothing that the terminal had to break but what is to be copied: a link, a command", () => {
    const isCopied = /^(?:otpauth:| {2}pinner )/;
    for (const [name, text] of texts) {
      const broken = text.split("\n").filter((line) => line.endsWith(BROKEN) && !isCopied.test(line));
      expect(broken, name).toEqual([]);
    }
  });

  test("show the QR code whole: the squares of its lines touch, and say what they should", () => {
    const [, svg = ""] = pictures.find(([name]) => name === "otp-enable-80-light.svg") ?? [];
    const secret = /([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})</.exec(svg)?.[1]?.replaceAll(" ", "");
    const { data } = encode(`otpauth://totp/Pinner:alice%40example.com?secret=${secret}&issuer=Pinner`, {
      border: 2,
    });
    const half = CELL.height / 2;
    const lines = [
      ...svg.matchAll(/^<g transform="translate\(\d+,(\d+)\)">.*?<path d="([^"]*)" fill="#000000"/gm),
    ];
    // Beside and above it stands the frame of the dialogue.
    const starts = lines.flatMap(([, , path = ""]) =>
      [...path.matchAll(/M(\d+),/g)].map(([, x]) => Number(x)),
    );
    const left =
      Math.min(...starts) / CELL.width -
      Math.min(...data.map((row) => row.indexOf(true)).filter((x) => x >= 0));
    const top = Number(lines[0]?.[1]) - half * data.findIndex((row) => row.includes(true));
    const drawn = data.map((row) => row.map(() => false));
    for (const [, line, path = ""] of lines)
      for (const [, from, y, to] of path.matchAll(/M(\d+),(\d+)H(\d+)v9H\d+z/g)) {
        const row = (Number(line) - top + Number(y)) / half;
        for (let x = Number(from) / CELL.width; x < Number(to) / CELL.width; x++)
          (drawn[row] ?? [])[x - left] = true;
      }
    const dots = (rows: boolean[][]) => rows.map((row) => row.map((filled) => (filled ? "█" : " ")).join(""));
    expect(dots(drawn)).toEqual(dots(data));
  });
});

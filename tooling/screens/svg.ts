import { type Cell, type Screen, type Style, stretchesOf } from "./emulator.ts";
import { drawBlocks, drawLines, isBlock, isLine } from "./shapes.ts";
import { blend, colourOf, type Theme } from "./themes.ts";

/** Whole pixels, so that what fills its cell touches the next one; half a cell is square, as QR codes want it. */
export const CELL = { width: 9, height: 18 };
const FONT_SIZE = 15;
/** From the top of a cell down to the line that letters stand on. */
const BASELINE = 13.5;
const MARGIN = { x: 22, top: 46, bottom: 18 };
/** Widths differ by a hair: what matters comes from `textLength`. */
const FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";
/** How much of its colour a dim character keeps. */
const DIM = 0.66;
/** What fonts have in the width of a letter; other characters may come from another font, and are centred instead. */
const LETTERS = /^[\p{Script=Latin}\p{Nd}\p{P}$+<=>^`|~ ]$/u;

/**
 * A screen as a picture of a window.
 * @param title what it shows, for those who do not see it
 */
export function drawScreen(screen: Screen, theme: Theme, title: string): string {
  const width = screen.columns * CELL.width + 2 * MARGIN.x;
  const height = screen.lines.length * CELL.height + MARGIN.top + MARGIN.bottom;
  const buttons = [0, 1, 2].map((at) => `<circle cx="${22 + at * 18}" cy="21" r="5.5"/>`).join("");
  const drawn = screen.lines.map(({ cells }, row) => {
    const inside = stretchesOf(cells)
      .map((alike) => drawStretch(alike, theme))
      .join("");
    return inside && `<g transform="translate(${MARGIN.x},${MARGIN.top + row * CELL.height})">${inside}</g>`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${theme.background}" stroke="${theme.edge}"/>`,
    `<g fill="${theme.edge}">${buttons}</g>`,
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${theme.foreground}">`,
    ...drawn.filter(Boolean),
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** Neighbours of one look. */
function drawStretch(cells: Cell[], theme: Theme): string {
  const [first] = cells;
  if (!first) return "";
  const { colour, background } = coloursOf(first.style, theme);
  const ground =
    background === undefined
      ? ""
      : `<rect x="${first.column * CELL.width}" width="${widthOf(cells)}" height="${CELL.height}" fill="${background}" shape-rendering="crispEdges"/>`;
  const look = [
    ...(colour === theme.foreground ? [] : [`fill="${colour}"`]),
    ...(first.style.bold ? ['font-weight="bold"'] : []),
    ...(first.style.italic ? ['font-style="italic"'] : []),
    ...(first.style.underline ? ['text-decoration="underline"'] : []),
  ].map((attribute) => ` ${attribute}`);
  return (
    ground +
    piecesOf(cells)
      .map((piece) => drawPiece(piece, colour, look.join("")))
      .join("")
  );
}

function coloursOf(style: Style, theme: Theme): { colour: string; background: string | undefined } {
  const own = style.colour === undefined ? theme.foreground : colourOf(theme, style.colour);
  const ground = style.background === undefined ? undefined : colourOf(theme, style.background);
  const [colour, background] = style.inverse ? [ground ?? theme.background, own] : [own, ground];
  return { colour: style.dim ? blend(colour, background ?? theme.background, DIM) : colour, background };
}

type Kind = "gap" | "letters" | "lines" | "blocks" | "symbol";

const kindOf = (cell: Cell): Kind => {
  if (cell.text === " ") return "gap";
  if (isLine(cell.text)) return "lines";
  if (isBlock(cell.text)) return "blocks";
  return cell.columns === 1 && LETTERS.test(cell.text) ? "letters" : "symbol";
};

interface Piece {
  kind: Kind;
  cells: Cell[];
}

/** Splits neighbours into what is drawn as one. */
function piecesOf(cells: Cell[]): Piece[] {
  const kinds = cells.map(kindOf);
  const pieces: Piece[] = [];
  for (const [at, cell] of cells.entries()) {
    const kind = kinds[at] ?? "gap";
    const before = pieces.at(-1);
    if (before && goesOn(before.kind, kind, kinds[at + 1])) before.cells.push(cell);
    else pieces.push({ kind, cells: [cell] });
  }
  return pieces;
}

/** Words go on over a single space, blocks over any; each symbol stands alone. */
const goesOn = (before: Kind, kind: Kind, next: Kind | undefined): boolean =>
  kind === "gap"
    ? before === "blocks" || (before === "letters" && next === "letters")
    : kind === before && kind !== "symbol";

function drawPiece({ kind, cells }: Piece, colour: string, look: string): string {
  if (kind === "gap") return "";
  if (kind === "blocks") return drawBlocks(cells, CELL, colour);
  if (kind === "lines") return drawLines(cells, CELL, colour);
  const text = escaped(cells.map((cell) => cell.text).join(""));
  const x = (cells[0]?.column ?? 0) * CELL.width;
  const width = widthOf(cells);
  return kind === "letters"
    ? `<text x="${x}" y="${BASELINE}" textLength="${width}"${look}>${text}</text>`
    : `<text x="${x + width / 2}" y="${BASELINE}" text-anchor="middle"${look}>${text}</text>`;
}

const widthOf = (cells: Cell[]): number => cells.reduce((sum, { columns }) => sum + columns, 0) * CELL.width;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Text that means itself in XML; what XML cannot hold at all, it shows as unknown. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");

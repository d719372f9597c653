import type { Cell } from "./emulator.ts";

interface Size {
  width: number;
  height: number;
}

const STROKE = 1.3;
const ROUND = 5;

/** The arms of a line: to the left, right, top and bottom of its cell. */
const ARMS: Record<string, string> = {
  "─": "lr",
  "│": "tb",
  "┌": "rb",
  "┐": "lb",
  "└": "tr",
  "┘": "tl",
  "├": "trb",
  "┤": "tlb",
  "┬": "lrb",
  "┴": "tlr",
  "┼": "tlrb",
};
/** Corners, as the way from one arm to the other. */
const CORNERS: Record<string, [from: "t" | "b", to: "l" | "r"]> = {
  "╭": ["b", "r"],
  "╮": ["b", "l"],
  "╰": ["t", "r"],
  "╯": ["t", "l"],
};
/** Which halves of its cell a block fills: the upper, the lower. */
const HALVES: Record<string, [boolean, boolean]> = {
  "▀": [true, false],
  "▄": [false, true],
  "█": [true, true],
};

export const isLine = (character: string): boolean => character in ARMS || character in CORNERS;
export const isBlock = (character: string): boolean => character in HALVES;

/** Lines of boxes, which go through to the next cell whatever the font and its height are. */
export function drawLines(cells: Cell[], size: Size, colour: string): string {
  const path = cells.map(({ text, column }) => {
    const left = column * size.width;
    return text in CORNERS ? cornerAt(text, left, size) : armsAt(text, left, size);
  });
  return `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="${STROKE}"/>`;
}

function armsAt(character: string, left: number, { width, height }: Size): string {
  const arms = ARMS[character] ?? "";
  const [x, y] = [left + width / 2, height / 2];
  const across = `M${arms.includes("l") ? left : x},${y}H${arms.includes("r") ? left + width : x}`;
  const down = `M${x},${arms.includes("t") ? 0 : y}V${arms.includes("b") ? height : y}`;
  return (/[lr]/.test(arms) ? across : "") + (/[tb]/.test(arms) ? down : "");
}

function cornerAt(character: string, left: number, { width, height }: Size): string {
  const [from, to] = CORNERS[character] ?? ["t", "r"];
  const [x, y] = [left + width / 2, height / 2];
  const [start, bend] = from === "t" ? [0, y - ROUND] : [height, y + ROUND];
  const end = to === "l" ? left : left + width;
  return `M${x},${start}V${bend}Q${x},${y} ${end},${y}`;
}

/** Blocks, line by line in one path: between those of a QR code no gap may show. */
export function drawBlocks(cells: Cell[], { width, height }: Size, colour: string): string {
  const half = height / 2;
  const rows = [0, 1].flatMap((row) =>
    filledIn(cells, row).map(
      ([from, to]) => `M${from * width},${row * half}H${to * width}v${half}H${from * width}z`,
    ),
  );
  return `<path d="${rows.join("")}" fill="${colour}" shape-rendering="crispEdges"/>`;
}

/** From where to where the upper or the lower halves of neighbours are filled, in columns. */
function filledIn(cells: Cell[], row: number): [from: number, to: number][] {
  const parts: [number, number][] = [];
  for (const { text, column } of cells) {
    if (!HALVES[text]?.[row]) continue;
    const before = parts.at(-1);
    if (before?.[1] === column) before[1] = column + 1;
    else parts.push([column, column + 1]);
  }
  return parts;
}

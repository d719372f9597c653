import headless from "@xterm/headless";
import { ROWS } from "../terminal.ts";

/** How a character looks; the colours are numbers of the terminal's palette of 256. */
export interface Style {
  colour?: number;
  background?: number;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  inverse?: true;
}

/** What one place of a terminal shows: a character, perhaps with marks on it, of one or two columns. */
export interface Cell {
  text: string;
  column: number;
  columns: number;
  style: Style;
}

export interface Line {
  cells: Cell[];
  /** It was too long: the terminal broke it, and it goes on in the next. */
  goesOn: boolean;
}

/** What a terminal shows from its first line to its last that is not empty. */
export interface Screen {
  columns: number;
  lines: Line[];
}

type HeadlessCell = NonNullable<ReturnType<headless.IBuffer["getNullCell"]>>;

/**
 * @param raw what a terminal of so many columns was sent. What has left it upwards is part of the screen
 * @param then of how many columns it was made afterwards, and what it was sent then
 */
export async function readScreen(
  raw: string,
  columnsAtFirst: number,
  then?: { columns: number; raw: string },
): Promise<Screen> {
  const terminal = new headless.Terminal({
    cols: columnsAtFirst,
    rows: ROWS,
    scrollback: 1000,
    allowProposedApi: true,
  });
  const show = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  await show(raw);
  const columns = then?.columns ?? columnsAtFirst;
  if (then) {
    terminal.resize(columns, ROWS);
    await show(then.raw);
  }
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => ({
    cells: readCells(active.getLine(row), columns),
    goesOn: active.getLine(row + 1)?.isWrapped ?? false,
  }));
  terminal.dispose();
  return { columns, lines: lines.slice(0, lines.findLastIndex(({ cells }) => cells.length > 0) + 1) };
}

function readCells(line: headless.IBufferLine | undefined, columns: number): Cell[] {
  const cells: Cell[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column);
    // The second half of a wide character has no width of its own.
    if (!cell || cell.getWidth() === 0) continue;
    cells.push({ text: cell.getChars() || " ", column, columns: cell.getWidth(), style: styleOf(cell) });
  }
  return cells.slice(0, cells.findLastIndex((cell) => cell.text !== " " || !isPlain(cell.style)) + 1);
}

function styleOf(cell: HeadlessCell): Style {
  if (cell.isFgRGB() || cell.isBgRGB()) throw new Error("a colour that is not of the palette is shown");
  return {
    ...(cell.isFgPalette() ? { colour: cell.getFgColor() } : {}),
    ...(cell.isBgPalette() ? { background: cell.getBgColor() } : {}),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isDim() ? { dim: true } : {}),
    ...(cell.isItalic() ? { italic: true } : {}),
    ...(cell.isUnderline() ? { underline: true } : {}),
    ...(cell.isInverse() ? { inverse: true } : {}),
  };
}

const isPlain = (style: Style): boolean => Object.keys(style).length === 0;

/** Neighbours, split where the look changes. */
export function stretchesOf(cells: Cell[]): Cell[][] {
  const stretches: Cell[][] = [];
  for (const cell of cells) {
    const before = stretches.at(-1);
    if (before?.[0] && sameStyle(before[0].style, cell.style)) before.push(cell);
    else stretches.push([cell]);
  }
  return stretches;
}

const sameStyle = (one: Style, other: Style): boolean => JSON.stringify(one) === JSON.stringify(other);

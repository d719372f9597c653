import truncate from "fast-string-truncated-width";
import { packed } from "./layout.ts";
import { widthOf } from "./width.ts";

const GAP = "  ";
/** A first column narrower than this says nothing: other columns must go. */
const MIN_FIRST = 12;

/**
 * Rows under a header, in columns as wide as their content. Texts must be safe already.
 * @param width of the terminal: the first column is cut to fit it. Where that leaves too little of it, the second, which
 * is the widest, stands below the others, and where that is not enough, each row is a paragraph. Without it nothing is cut.
 */
export function formatTable(header: string[], rows: string[][], width?: number): string {
  const inLine = columnsFor([header, ...rows], width);
  if (inLine) return [header, ...rows].map((row) => formatRow(row, inLine)).join("\n");
  const short = [header, ...rows].map((row) => row.toSpliced(1, 1));
  const above = columnsFor(short, width);
  if (!above) return rows.map((row) => stack(header, row, width ?? 0)).join("\n");
  return short
    .flatMap((row, at) => [formatRow(row, above), ...(at === 0 ? [] : [`${GAP}${rows[at - 1]?.[1]}`])])
    .join("\n");
}

/** How wide each column may be; `undefined` where they do not fit. */
function columnsFor(all: string[][], width: number | undefined): number[] | undefined {
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  const [first = 0, ...others] = widths;
  const rest = others.reduce((sum, column) => sum + GAP.length + column, 0);
  const room = width === undefined ? first : Math.min(first, width - rest);
  return room < Math.min(first, MIN_FIRST) ? undefined : [room, ...others];
}

function formatRow(row: string[], widths: number[]): string {
  return row
    .map((cell, column) => pad(cut(cell, widths[column] ?? 0), widths[column] ?? 0))
    .join(GAP)
    .trimEnd();
}

/** The first cell, and the others below it, each behind what its column is called. */
function stack([, ...labels]: string[], [first = "", ...others]: string[], width: number): string {
  const parts = others.flatMap((cell, column) => {
    const labelled = `${labels[column]?.toLowerCase()} ${cell}`.trim();
    if (cell === "") return [];
    return widthOf(labelled) > width - GAP.length ? cell : labelled;
  });
  return [cut(first, width), packed(parts, GAP, width)].join("\n");
}

function cut(text: string, width: number): string {
  const { index, truncated } = truncate(text, { limit: width, ellipsis: "…" }, {});
  // The cut may leave the first of two surrogates, which alone is no character.
  return truncated ? `${text.slice(0, index).replace(/\p{Surrogate}$/u, "")}…` : text;
}

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** Lays out plain text in lines of limited width; what is in it must be safe to show. */

/** With less room beside its term than this, a text stands below it. */
const MIN_ROOM = 28;

export type Row = [term: string, text: string];

/** A text in lines. A command in backticks stays whole where it fits; a word that is longer than a line stands on one of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  const parts = text.match(/`[^`]*`\S*|\S+/g) ?? [];
  for (const word of parts.flatMap((part) => (part.length > width ? part.split(" ") : part))) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Two columns, where there is room for both. @param oneLine texts that would need a second line stand below their terms */
export function columns(rows: Row[], width: number, oneLine = false): string[] {
  const longest = Math.max(...rows.map(([term]) => term.length));
  const room = width - longest - 4;
  const isTooNarrow = oneLine ? rows.some(([, text]) => text.length > room) : room < MIN_ROOM;
  if (isTooNarrow) {
    // Deeper than a flag without a letter stands.
    const by = oneLine ? "      " : "          ";
    return rows.flatMap(([term, text]) => [`  ${term}`, ...indent(wrap(text, width - by.length), by)]);
  }
  return rows.flatMap(([term, text]) => {
    const [first = "", ...others] = wrap(text, room);
    return [`  ${term.padEnd(longest)}  ${first}`, ...indent(others, " ".repeat(longest + 4))];
  });
}

const indent = (lines: string[], by: string): string[] => lines.map((line) => `${by}${line}`);

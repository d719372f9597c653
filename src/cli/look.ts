import { beginDialogue, edge, endDialogue, inDialogue, takeDialogue } from "./frame.ts";
import { columnsOf, layOut, readable } from "./layout.ts";
import { type Colour, paint } from "./paint.ts";
import type { Item, Report, Row, State } from "./report.ts";
import { safeText } from "./safe-text.ts";
import { type Sign, sign } from "./signs.ts";
import { stderrIsTerminal, stdoutIsTerminal, writeStderr } from "./terminal.ts";
import { widthOf } from "./width.ts";

/** How results, notes and errors look at a terminal. What goes elsewhere is the plain text that it always was. */

export { beginDialogue, endDialogue, nameDialogue } from "./frame.ts";
export { tellProgress, waitFor } from "./spinner.ts";

const colours: Record<State | "error" | "warn" | "debug", Colour> = {
  good: "green",
  bad: "red",
  unsure: "yellow",
  note: "cyan",
  none: "dim",
  error: "red",
  warn: "yellow",
  debug: "dim",
};

/** Labels are followed by a gap, so that the values of most results begin in one column. */
const NARROWEST_LABEL = 7;
const GAP = "  ";
/** The frame's. */
const MARGIN = 3;

/** @param text what is written where stdout is no terminal; without a report, at a terminal too */
export function formatResult(text: string, report: Report | undefined): string {
  if (!stdoutIsTerminal()) return text;
  if (!report) {
    endDialogue();
    return text;
  }
  const { state = "good", title, items = [], apart = [], rows = [], body } = report;
  const looked = [...items, ...apart];
  if (looked.length > 0) endDialogue();
  const framed = takeDialogue();
  const before = framed ? `${edge("bar", "stdout")}\n${edge("end", "stdout")}  ` : "";
  const margin = " ".repeat(framed ? MARGIN : 0);
  const columns = columnsOf("stdout") - margin.length;
  const head = layOut(shown(title), `${mark(state)} `, "  ", columns);
  const lines = [...head.split("\n"), ...formatRows(rows, columns)];
  return [
    ...[items, apart].flatMap((some) => (some.length > 0 ? [...formatItems(some, looked, columns), ""] : [])),
    `${before}${lines.join(`\n${margin}`)}`,
    ...(body === undefined ? [] : [body]),
  ].join("\n");
}

const mark = (state: State): string => paint("stdout", colours[state], sign(state));

/** @param all those whose texts begin in one column */
function formatItems(items: Item[], all: Item[], columns: number): string[] {
  const width = Math.max(...all.map(({ label }) => widthOf(label)));
  const rest = " ".repeat(2 + width + GAP.length);
  return items.flatMap(({ state, label, text, advice }) => [
    layOut(shown(text), `${mark(state)} ${label.padEnd(width)}${GAP}`, rest, columns),
    ...(advice === undefined ? [] : [layOut(shown(advice), rest, rest, columns)]),
  ]);
}

function formatRows(rows: Row[], columns: number): string[] {
  const told = rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
  const width = Math.max(NARROWEST_LABEL, ...told.map(({ label }) => widthOf(label)));
  return told.flatMap(({ label, value }) => {
    const first = `  ${paint("stdout", "dim", label.padEnd(width))}${GAP}`;
    const rest = " ".repeat(2 + width + GAP.length);
    return layOut(shown(value), first, rest, columns).split("\n");
  });
}

/**
 * A note, a warning or an error, with the ends of its lines.
 * @param text must be safe already, and so must `hint`, which says what to do
 * @param plain what is written where stderr is no terminal
 */
export function formatMessage(type: string, text: string, hint: string | undefined, plain: string): string {
  if (!stderrIsTerminal()) return plain;
  const columns = columnsOf("stderr");
  const isEnd = type === "error";
  const framed = isEnd ? takeDialogue() : inDialogue();
  const kind = type in colours ? type : "note";
  const head = paint("stderr", colours[kind as "warn"], sign(kind as Sign));
  // Its sign says that it is a note.
  const told = kind === "note" ? text.replace(/^Note: ./, (start) => start.slice(-1).toUpperCase()) : text;
  const bar = edge("bar");
  if (framed && isEnd) return `${bar}\n${block(`${edge("end")}  ${head} `, "     ")}`;
  if (framed && type === "debug") return block(`${bar}  ${head} `, `${bar}    `);
  if (framed) return `${bar}\n${block(`${head}  `, `${bar}  `)}`;
  return block(`${head} `, "  ");

  function block(first: string, rest: string): string {
    const lines = [layOut(readable(told), first, rest, columns)];
    if (hint) lines.push(layOut(readable(hint), rest, rest, columns));
    return `${lines.join("\n")}\n`;
  }
}

/** Lines for who is asked, within the frame of what is asked. @param render gives them for so many columns */
export function showAside(render: (columns: number) => string): void {
  beginDialogue();
  if (!inDialogue()) {
    writeStderr(`${render(columnsOf("stderr"))}\n`);
    return;
  }
  const bar = edge("bar");
  const columns = columnsOf("stderr") - MARGIN;
  const lines = render(columns).split("\n");
  // What does not fit is there to be copied: nothing stands before it.
  const framed = lines.map((line) => (widthOf(line) > columns ? line : `${bar}  ${line}`.trimEnd()));
  writeStderr([bar, ...framed, ""].join("\n"));
}

const shown = (text: string): string => readable(safeText(text));

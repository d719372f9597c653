import { wrapAnsi } from "fast-wrap-ansi";
import { columnsIn } from "./terminal.ts";
import { nearOf } from "./times.ts";
import { widthOf } from "./width.ts";

/** Longer lines are hard to read. */
const WIDEST = 100;
const NO_BREAK_SPACE = "\u00a0";
/** A command in backticks, a moment, and what stands in brackets, such as how long that is away. */
const WHOLE = /`[^`]*`\S*|\([^()]{1,20}\)\S*|\d{4}-\d\d-\d\d \d\d:\d\d UTC/g;

/** The columns that text may take. */
export const columnsOf = (stream: "stdout" | "stderr"): number => Math.min(columnsIn(stream), WIDEST);

/**
 * Text in lines that fit. A word stays whole, however long it is: so do paths. Where it fits, so does what belongs together.
 * @param first what the first line begins with
 * @param rest what the others begin with
 */
export function layOut(text: string, first: string, rest: string, columns: number): string {
  const room = Math.max(1, columns - Math.max(widthOf(first), widthOf(rest)));
  const whole = text.replace(WHOLE, (part) =>
    widthOf(part) <= room ? part.replaceAll(" ", NO_BREAK_SPACE) : part,
  );
  const lines = wrapAnsi(whole, room).replaceAll(NO_BREAK_SPACE, " ").split("\n");
  return lines.map((line, index) => `${index === 0 ? first : rest}${line}`).join("\n");
}

/** Parts one after another in as few lines as they fit, each part whole. */
export function packed(parts: string[], margin: string, columns: number): string {
  const text = parts.map((part) => part.replaceAll(" ", NO_BREAK_SPACE)).join(", ");
  return layOut(text, margin, margin, columns);
}

/** Text for people: what it says of times and paths, as they would. */
export const readable = (text: string): string =>
  shortenPaths(text.replace(TIME, (time) => nearOf(new Date(time))));

/** As the program's own sentences have it. */
const TIME = /(?<=\b(?:at|until) )\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** Text in which paths below the home directory begin with `~`, as people and shells write them. */
function shortenPaths(text: string): string {
  const windows = process.platform === "win32";
  const home = process.env[windows ? "USERPROFILE" : "HOME"]?.replace(/[\\/]+$/, "");
  if (!home) return text;
  const separator = windows ? "\\" : "/";
  return text.replaceAll(`${home}${separator}`, (path, at: number) =>
    /[\w./\\~-]/.test(text[at - 1] ?? "") ? path : `~${separator}`,
  );
}

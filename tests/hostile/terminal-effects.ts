import headless from "@xterm/headless";
import { RAW } from "./judge.ts";

/** Sequences that carry a text: titles, links, the clipboard, programs for the terminal. None is ever ours. */
const CARRIES_TEXT = /(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])/u;
/** What drawing one's own lines takes: the cursor moved from where it is, text erased, coloured, the cursor hidden. */
const DRAWS = /\u001b\[(?:\d*[A-GJK]|[\d;]*m|\?25[hl])|\r/g;
/** A run of whatever steers a terminal, complete or not. Line ends are left to the lines. */
const STEERS =
  /(?:\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[PX\]^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?|[^\P{Cc}\n])+/gu;
/** As many characters tell where a run stood. */
const CONTEXT = 2;

/**
 * All that a program has no right to do to the terminal that it writes to, one line each.
 * @param raw what it wrote, as it came
 * @param outside texts from elsewhere, in marks (`marked`), that it may have shown
 */
export async function harmDone(raw: string, outside: string[] = []): Promise<string[]> {
  const stream = raw.replaceAll("\r\n", "\n");
  const carried = CARRIES_TEXT.exec(stream);
  if (carried) return [`a text for the terminal itself: ${around(stream, carried)}`];
  const other = RAW.exec(stream.replace(DRAWS, "").replaceAll("\n", ""));
  if (other) return [`neither text nor drawing: ${JSON.stringify(other[0])} in ${JSON.stringify(stream)}`];
  return [...outside.flatMap((text) => steeredBy(text, stream)), ...(await leftOver(raw))];
}

/** A text whose beginning and end are told apart from whatever a program writes around it. */
export const marked = (text: string): string => `⟦:${text}:⟧`;

/** Runs of a text that stand in the stream between the same characters as in the text. */
function steeredBy(text: string, stream: string): string[] {
  const inContext = (run: RegExpExecArray, whole: string): string =>
    whole.slice(Math.max(0, run.index - CONTEXT), run.index + run[0].length + CONTEXT);
  const runs = (whole: string) => [...whole.matchAll(STEERS)].map((run) => inContext(run, whole));
  const written = new Set(runs(stream));
  return runs(text.replaceAll("\r\n", "\n"))
    .filter((run) => written.has(run))
    .map((run) => `a text from outside steers: ${JSON.stringify(run)}`);
}

/** How the terminal is not as it was before: told by one that runs the whole stream. */
async function leftOver(raw: string): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  const before = modesOf(terminal);
  let answers = "";
  terminal.onData((answer) => {
    answers += answer;
  });
  await write(raw);
  const problems = answers === "" ? [] : [`the terminal types an answer: ${JSON.stringify(answers)}`];
  if (modesOf(terminal) !== before) problems.push(`modes: ${before} became ${modesOf(terminal)}`);
  if (terminal.buffer.active.type !== "normal") problems.push("the other screen is left on");
  if (raw.lastIndexOf("\u001b[?25l") > raw.lastIndexOf("\u001b[?25h"))
    problems.push("the cursor is left hidden");
  // What is written next looks as it should: no colour, no other character set.
  await write("\r\nq");
  const { active } = terminal.buffer;
  const cell = active.getLine(active.baseY + active.cursorY)?.getCell(0);
  if (cell?.getChars() !== "q" || !cell.isAttributeDefault())
    problems.push("colours or letters are left changed");
  terminal.dispose();
  return problems;
}

const modesOf = ({ modes }: headless.Terminal): string => JSON.stringify(modes);

const around = (text: string, { index }: RegExpExecArray): string =>
  JSON.stringify(text.slice(Math.max(0, index - 20), index + 40));

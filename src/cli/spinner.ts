import { paint } from "./paint.ts";
import { asciiOnly } from "./signs.ts";
import { columnsIn, drawTransient, onlyLines, promptStands, stderrIsTerminal } from "./terminal.ts";
import { fitting } from "./width.ts";

/**
 * A line on stderr that turns while something is waited for, and says what. It reads no keys and leaves the cursor on the
 * screen: whatever ends or stops the program, the terminal is as it was.
 */

const DELAY_MS = 150;
const TURN_MS = 80;
/** So long nothing may be under way between two things that count as one wait. */
const PAUSE_MS = 120;
const TURNS = asciiOnly ? ["-", "\\", "|", "/"] : ["◒", "◐", "◓", "◑"];

interface Wait {
  words: string;
}

const waits = new Set<Wait>();
let counted = "";
let since = 0;
let lastEnd = 0;
let turns = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Shows that something is waited for, once that takes a while. @param words what, as in `Logging in` */
export async function waitFor<Result>(words: string, work: Promise<Result>): Promise<Result> {
  if (!stderrIsTerminal() || onlyLines()) return work;
  const wait = { words };
  const now = performance.now();
  if (waits.size === 0 && now - lastEnd > PAUSE_MS) since = now;
  waits.add(wait);
  timer ??= setInterval(turn, TURN_MS);
  try {
    return await work;
  } finally {
    waits.delete(wait);
    lastEnd = performance.now();
    if (waits.size === 0) drawTransient("");
  }
}

/** Says how far what is waited for has come, such as `20 of 251 keys`; an empty text ends that. */
export function tellProgress(text: string): void {
  counted = text;
}

function turn(): void {
  const now = performance.now();
  if (waits.size === 0) {
    if (now - lastEnd < PAUSE_MS) return;
    clearInterval(timer);
    timer = undefined;
    return;
  }
  if (now - since < DELAY_MS || promptStands()) return;
  const [first] = waits;
  const text = [`${first?.words}${asciiOnly ? "..." : "…"}`, counted].filter(Boolean).join(" ");
  const sign = TURNS[turns++ % TURNS.length] ?? "";
  // A line that wraps could not be taken away.
  const room = columnsIn("stderr") - "◒  ".length - 1;
  drawTransient(`${paint("stderr", "cyan", sign)}  ${fitting(text, room)}`);
}

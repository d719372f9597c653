import { StringDecoder } from "node:string_decoder";
import { restoreTerminal, takeTerminal, terminalIsTaken } from "./terminal.ts";

/** What was pressed: a run of text, or one key. */
export interface Press {
  text: string;
  /** As `node:readline` calls it; none for text. */
  name?: string;
  ctrl?: boolean;
}

/** Who is asked at present. */
export interface Listener {
  /** @param last whether nothing more is waiting, so that it is time to draw */
  press(press: Press, last: boolean): void;
  isEmpty(): boolean;
  /** The screen was somebody else's meanwhile. */
  redraw(): void;
  /** The terminal has another size. */
  resized?(): void;
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_Z = "\u001a";
const ESCAPE = "\u001b";
/** So long the rest of an escape sequence may take. */
const ESCAPE_MS = 50;
/** So long keys are gathered: what is pasted comes in many small pieces, and each would be drawn. */
const GATHER_MS = 8;
/** So long what tells of a return to the foreground may take, all of it. */
const RETURN_MS = 50;
/** What a terminal says by itself is text behind one of these, to its end: it may answer late what another program asked. */
const SAYING = String.raw`[\]PX^_][^\x00-\x1f\x7f]*`;
/** An escape sequence but for its end, which is on its way, or was never meant: then it was the key Escape, or one with Alt. */
const BEGUN = String.raw`\x1b{1,2}(?:\[\[?[0-?]*[ -/]*|O|${SAYING}\x1b?)?$`;
/** Line ends, escape sequences, keys with Alt, single control characters, and runs of text. */
const PIECES = new RegExp(
  [
    String.raw`\r\n?|\n`,
    String.raw`\x1b{1,2}(?:\[\[?[0-?]*[ -/]*[@-~]|O[ -~]|${SAYING}(?:\x07|\x1b\\))`,
    BEGUN,
    String.raw`\x1b[^\x00-\x07\x09-\x1f]`,
    String.raw`[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+`,
  ].join("|"),
  "g",
);
const ONLY_BEGUN = new RegExp(`^${BEGUN}`);
const SEQUENCES: Record<string, string> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  "1~": "home",
  "3~": "delete",
  "4~": "end",
};

const decoder = new StringDecoder("utf8");
const waiting: string[] = [];
let listener: Listener | undefined;
let started = false;
let pendingDelivery: ReturnType<typeof setTimeout> | undefined;
let pendingRedraw: ReturnType<typeof setTimeout> | undefined;
let pendingResize: ReturnType<typeof setTimeout> | undefined;
let pendingEscape: ReturnType<typeof setTimeout> | undefined;

/**
 * Gives every key to the one who is asked, first those that came too early.
 * @param show puts the question on the screen: when it can be seen, nothing is echoed any more
 */
export function listen(to: Listener, show: () => void): void {
  listener = to;
  if (!started) {
    process.stdin.on("data", (chunk: Uint8Array) => take(decoder.write(Buffer.from(chunk))));
    // Without echo and line editing, the only end is that of the terminal. Some systems tell it as an error.
    for (const event of ["end", "error", "close"]) process.stdin.on(event, hangUp);
    process.on("SIGCONT", resume);
    process.on("SIGWINCH", resizeSoon);
    started = true;
  }
  if (!terminalIsTaken()) takeTerminal();
  show();
  process.stdin.resume();
  deliver();
}

/**
 * Keys that come from now on wait for who listens next. The terminal stays without echo until the program ends, or runs
 * another: whoever goes on typing while the service is asked may be typing a password.
 */
export function stopListening(): void {
  listener = undefined;
}

/** Takes the Enter away that is waiting already. */
export function dropLineEnd(): void {
  if (/^[\r\n]/.test(waiting[0] ?? "")) waiting.shift();
}

function take(text: string): void {
  clearTimeout(pendingEscape);
  const pieces = `${waiting.pop() ?? ""}${text}`.match(PIECES) ?? [];
  waiting.push(...pieces);
  if (ONLY_BEGUN.test(waiting.at(-1) ?? "")) pendingEscape = setTimeout(deliver, ESCAPE_MS, true);
  pendingDelivery ??= setTimeout(deliver, GATHER_MS);
}

function deliver(isWhole = false): void {
  clearTimeout(pendingDelivery);
  pendingDelivery = undefined;
  while (waiting.length > 0) {
    if (waiting.length === 1 && ONLY_BEGUN.test(waiting[0] ?? "") && !isWhole) return;
    if (!listener) {
      // Nobody is asked, but these two mean the program. What was typed before them is forgotten, as by the system.
      const at = waiting.findIndex((piece) => piece === CTRL_C || piece === CTRL_Z);
      if (at < 0) return;
      waiting.splice(0, at);
    }
    const piece = waiting.shift() ?? "";
    if (piece === CTRL_Z) suspend();
    else if (!listener) process.emit("SIGINT", "SIGINT");
    else {
      const press = pressOf(piece, listener.isEmpty());
      if (press) listener.press(press, waiting.length === 0);
    }
  }
}

function pressOf(piece: string, isEmpty: boolean): Press | undefined {
  const code = piece.charCodeAt(0);
  if (/^\x1b{1,2}$/.test(piece) || piece === CTRL_C || (piece === CTRL_D && isEmpty))
    return { text: CTRL_C, name: "c", ctrl: true };
  if (piece.startsWith(ESCAPE)) {
    const name = SEQUENCES[piece.slice(2)];
    return name === undefined ? undefined : { text: "", name };
  }
  if (code === 13 || code === 10) return { text: "\r", name: "return" };
  if (code === 127 || code === 8) return { text: "", name: "backspace" };
  // A tab stands in none of what is asked for; NUL is what the system makes of a Ctrl-D that came too early.
  if (code === 9 || code === 0) return undefined;
  if (code < 32) return { text: "", name: String.fromCharCode(code + 96), ctrl: true };
  return { text: piece };
}

/** Gives the terminal back and stops, as every program does. Where nobody does job control, the signal does nothing. */
function suspend(): void {
  // The system would not stop it, but might stop who started it, and give the terminal to their shell.
  if (process.pid === 1) return;
  restoreTerminal();
  try {
    process.kill(0, "SIGTSTP");
  } catch {
    // Deno lets nobody send signals without a permission for it.
  }
  takeTerminal();
  drawSoon();
}

/** Whoever stopped the program has changed the terminal. */
function resume(): void {
  if (!terminalIsTaken()) return;
  takeTerminal();
  drawSoon();
}

/** Draws when all that tells of the return has come: it comes twice behind Ctrl-Z. */
function drawSoon(): void {
  if (pendingRedraw) return;
  pendingRedraw = setTimeout(() => {
    pendingRedraw = undefined;
    listener?.redraw();
  }, RETURN_MS);
}

/** When the size is that which it stays at: who draws at a window's edge passes through many. */
function resizeSoon(): void {
  clearTimeout(pendingResize);
  pendingResize = setTimeout(() => listener?.resized?.(), RETURN_MS);
}

function hangUp(): void {
  process.emit("SIGHUP", "SIGHUP");
}

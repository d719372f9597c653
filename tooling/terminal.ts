import { stripVTControlCharacters } from "node:util";

export const ROWS = 30;
const PATIENCE_MS = 10_000;
/** Bits of the terminal's local flags (termios): input is shown, lines are edited, Ctrl-C is a signal. */
const ECHO = 0o10;
const ICANON = 0o2;
const ISIG = 0o1;

/** A program in a real terminal. */
export interface Terminal {
  pid: number;
  /** Everything it has written, escape sequences included. */
  raw(): string;
  /** The same without escape sequences. */
  text(): string;
  /** Waits until it has written this, since the last thing waited for. */
  shows(text: string): Promise<void>;
  type(keys: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Makes it as wide as this, as somebody who draws at the edge of its window. */
  resize(columns: number): void;
  /** Closes the terminal, as somebody who closes its window. */
  hangUp(): void;
  /** Waits for its end. @returns the exit code */
  exit(): Promise<number>;
  /** How long it kept a processor busy, in milliseconds; once it has ended. */
  busyMs(): number;
  /** Whether the terminal is as it was: echo, line editing and Ctrl-C on, the cursor shown. */
  isRestored(): boolean;
}

export function openTerminal(
  command: string[],
  env: Record<string, string>,
  columns: number,
  cwd?: string,
): Terminal {
  let raw = "";
  let seen = 0;
  const decoder = new TextDecoder();
  const child = Bun.spawn(command, {
    env,
    ...(cwd ? { cwd } : {}),
    terminal: {
      cols: columns,
      rows: ROWS,
      data(_, data) {
        raw += decoder.decode(data, { stream: true });
      },
    },
  });
  const { terminal } = child;
  if (!terminal) throw new Error("no terminal");
  return {
    pid: child.pid,
    raw: () => raw,
    text: () => stripVTControlCharacters(raw),
    async shows(text) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const at = raw.indexOf(text, seen);
        if (at >= 0) {
          seen = at + text.length;
          return;
        }
        if (Date.now() > end || (child.exitCode !== null && raw.length === seen))
          throw new Error(`the terminal never showed "${text}":\n${stripVTControlCharacters(raw)}`);
        await Bun.sleep(10);
      }
    },
    type: (keys) => void terminal.write(keys),
    kill: (signal) => child.kill(signal),
    resize: (to) => terminal.resize(to, ROWS),
    hangUp: () => terminal.close(),
    async exit() {
      const exit = await child.exited;
      // What it wrote last may still be on its way.
      await Bun.sleep(30);
      return exit;
    },
    busyMs: () => Number(child.resourceUsage()?.cpuTime.total ?? Number.NaN) / 1000,
    isRestored() {
      const on = ECHO | ICANON | ISIG;
      const cursorShown = raw.lastIndexOf("\u001b[?25l") <= raw.lastIndexOf("\u001b[?25h");
      return (terminal.localFlags & on) === on && cursorShown;
    },
  };
}

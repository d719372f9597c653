/** Whether colours may be used on a stream: a terminal, and nobody asked for none. */
export const coloursOn = (stream: { isTTY?: boolean }): boolean =>
  Boolean(stream.isTTY) && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";

/** Gives the terminal back as it was, after a prompt that did not end by itself. */
export function restoreTerminal(): void {
  if (!process.stdin.isTTY || !process.stdin.isRaw) return;
  process.stdin.setRawMode(false);
  if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\n");
}

import type { Output } from "./output.ts";
import { stderrIsTerminal, writeStderr } from "./terminal.ts";

/** A line on a terminal's stderr that counts what is done while there is more to do. */
export function showProgress(
  out: Output,
  word: string,
): {
  update: (done: number, total: number) => void;
  end: () => void;
} {
  const visible = stderrIsTerminal() && !out.json && !out.quiet && process.env["TERM"] !== "dumb";
  let shown = false;
  return {
    update(done, total) {
      if (!visible || (!shown && done >= total)) return;
      shown = true;
      writeStderr(`\r${done} of ${total} ${word}`);
    },
    end() {
      if (shown) writeStderr("\r\u001b[2K");
    },
  };
}

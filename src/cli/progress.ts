import type { Output } from "./output.ts";

/** Counts what is done, beside what is waited for, while there is more to do. */
export function showProgress(
  out: Output,
  word: string,
): {
  update: (done: number, total: number) => void;
  end: () => void;
} {
  return {
    update: (done, total) => out.tellProgress(done < total ? `${done} of ${total} ${word}` : ""),
    end: () => out.tellProgress(""),
  };
}

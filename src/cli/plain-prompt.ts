import { Cancelled } from "./failure.ts";
import { listen, type Press, stopListening } from "./keyboard.ts";
import { notePrompt, writeStderr } from "./terminal.ts";

/** A prompt on terminals that only know lines: nothing is drawn, and the cursor goes nowhere. */
export async function askLine(
  message: string,
  check: (value: string) => string | undefined,
  hidden: boolean,
): Promise<string> {
  for (;;) {
    const line = await readLine(`${message}: `, hidden);
    const problem = check(line);
    if (problem === undefined) return line;
    writeStderr(`${problem}\n`);
  }
}

function readLine(question: string, hidden: boolean): Promise<string> {
  notePrompt(true);
  let line = "";
  return new Promise<string>((resolve, reject) => {
    const end = (settle: () => void) => {
      notePrompt(false);
      writeStderr("\n");
      stopListening();
      settle();
    };
    const press = ({ text, name, ctrl }: Press) => {
      if (name === "return") return end(() => resolve(line));
      if (ctrl && name === "c") return end(() => reject(new Cancelled()));
      if (ctrl && name === "u") line = "";
      // What was written stays where the cursor cannot go back: the line is shown anew.
      if (name === "backspace") line = [...line].slice(0, -1).join("");
      if (name !== undefined) {
        if (!hidden && (name === "backspace" || name === "u")) writeStderr(`\n${question}${line}`);
        return;
      }
      line += text;
      if (!hidden) writeStderr(text);
    };
    const redraw = () => writeStderr(`${question}${hidden ? "" : line}`);
    listen({ press, isEmpty: () => line === "", redraw }, redraw);
  });
}

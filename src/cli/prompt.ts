import { PassThrough, Writable } from "node:stream";
import { ConfirmPrompt, isCancel, PasswordPrompt, TextPrompt } from "@clack/core";
import { Cancelled } from "./failure.ts";
import { beginDialogue, edge } from "./frame.ts";
import { dropLineEnd, type Listener, listen, type Press, stopListening } from "./keyboard.ts";
import { columnsOf, layOut } from "./layout.ts";
import { type Colour, paint } from "./paint.ts";
import { sign } from "./signs.ts";
import { columnsIn, notePrompt, writeStderr } from "./terminal.ts";
import { fitting, widthOf } from "./width.ts";

/**
 * The prompts, drawn by clack. It is given neither the terminal nor its size: keys come from `keyboard.ts`, which
 * knows what a terminal can do, and all that is waiting is taken in before anything is drawn, because clack's time
 * to draw grows with the length of what was typed.
 */

type Check = (value: string) => string | undefined;
type Drawn = TextPrompt | PasswordPrompt | ConfirmPrompt;

const HIDE_CURSOR = "\u001b[?25l";
/** What clack writes around a value. */
const MARGIN = 4;

export const askText = (message: string, check: Check): Promise<string> =>
  ask((input, output) => {
    const prompt: TextPrompt = new TextPrompt({
      input,
      output,
      validate: (value) => check(value ?? ""),
      render: () => frame(prompt, message, typed(prompt, prompt.userInput)),
    });
    return prompt;
  });

export const askHidden = (message: string, check: Check): Promise<string> =>
  ask((input, output) => {
    const hidden = () => sign("mask").repeat(prompt.userInput.length);
    const prompt: PasswordPrompt = new PasswordPrompt({
      input,
      output,
      validate: (value) => check(value ?? ""),
      render: () => frame(prompt, message, typed(prompt, hidden())),
    });
    return prompt;
  });

/** Asks for yes or no; Enter alone is no. */
export const askSure = (message: string): Promise<boolean> =>
  ask((input, output) => {
    const choice = (yes: boolean) =>
      yes === prompt.value ? colour("green", `[${yes ? "Yes" : "No"}]`) : yes ? "Yes" : "No";
    const prompt: ConfirmPrompt = new ConfirmPrompt({
      input,
      output,
      active: "Yes",
      inactive: "No",
      initialValue: false,
      render: () => frame(prompt, message, `${choice(true)} / ${choice(false)}`),
    });
    return prompt;
  });

async function ask<Value>(make: (input: PassThrough, output: Writable) => Drawn): Promise<Value> {
  const input = new PassThrough();
  const prompt = make(input, screen());
  // Clack names what it draws with, but lets nobody else use it.
  const draw: () => void = Reflect.get(prompt, "render");
  let waiting = false;
  Reflect.set(prompt, "render", () => {
    if (!waiting || prompt.state === "submit" || prompt.state === "cancel") draw();
  });
  const listener: Listener = {
    isEmpty: () => !prompt.userInput,
    press(press, last) {
      waiting = !last;
      if (prompt instanceof ConfirmPrompt && press.name === undefined) {
        // "yes" and "y" with Enter are one answer, and no part of what is asked next.
        const letter = press.text.slice(0, 1);
        pressKey(input, { text: letter });
        if (/[yn]/i.test(letter)) dropLineEnd();
      } else pressKey(input, press);
      // Now, not when the answer arrives: what is waiting belongs to the next prompt.
      if (prompt.state === "submit" || prompt.state === "cancel") stopListening();
    },
    redraw() {
      waiting = false;
      Reflect.set(prompt, "_prevFrame", "");
      writeStderr(HIDE_CURSOR);
      draw();
    },
    resized() {
      // The terminal has broken the lines that do not fit any more: clack would leave what they took besides.
      const drawn = String(Reflect.get(prompt, "_prevFrame")).split("\n");
      const rows = drawn.map((line) => Math.ceil(widthOf(line) / columnsIn("stderr")) || 1);
      const up = rows.reduce((sum, count) => sum + count) - 1;
      if (up < drawn.length) return;
      Reflect.set(prompt, "_prevFrame", "");
      writeStderr(`\r\u001b[${up}A\u001b[J`);
      draw();
    },
  };
  notePrompt(true);
  try {
    const show = () => {
      beginDialogue();
      return prompt.prompt();
    };
    const value = await new Promise((resolve) => listen(listener, () => resolve(show())));
    if (isCancel(value)) throw new Cancelled();
    return value as Value;
  } finally {
    notePrompt(false);
  }
}

function pressKey(input: PassThrough, { text, name, ctrl = false }: Press): void {
  input.emit("keypress", text, { name, ctrl, meta: false, shift: false, sequence: text });
}

/** Stderr, in a form that outlives its terminal, and whose size is never nothing. */
function screen(): Writable {
  const output = new Writable({
    write(chunk, _, done) {
      writeStderr(String(chunk));
      done();
    },
  });
  Object.defineProperties(output, {
    columns: { get: () => columnsIn("stderr") },
    rows: { get: () => process.stderr.rows || 24 },
  });
  return output;
}

/** As much of what was typed as fits a line, around the cursor. */
function typed(prompt: TextPrompt | PasswordPrompt, value: string): string {
  const width = Math.max(1, columnsIn("stderr") - MARGIN);
  if (prompt.state === "submit" || prompt.state === "cancel") return fitting(value, width);
  const [under = " "] = value.slice(prompt.cursor, prompt.cursor + 2);
  const room = Math.max(0, width - widthOf(under));
  const before = [...value.slice(Math.max(0, prompt.cursor - width), prompt.cursor)];
  while (widthOf(before.join("")) > room) before.shift();
  const shown = before.join("");
  const after = fitting(value.slice(prompt.cursor + under.length), room - widthOf(shown));
  return `${shown}${colour("inverse", under)}${after}`;
}

function frame({ state, error }: Drawn, message: string, value: string): string {
  const [symbol, tone, end]: [string, Colour, string | undefined] =
    state === "submit"
      ? [colour("green", sign("answered")), "gray", undefined]
      : state === "cancel"
        ? [colour("red", sign("cancelled")), "gray", undefined]
        : state === "error"
          ? [colour("yellow", sign("unsure")), "yellow", error]
          : [colour("cyan", sign("asked")), "cyan", ""];
  const question = layOut(message, `${symbol}  `, `${edge("bar")}  `, columnsOf("stderr"));
  const head = `${edge("bar")}\n${question}\n${colour(tone, sign("bar"))}  ${value}`;
  return end === undefined ? head : `${head}\n${colour(tone, sign("end"))}  ${colour("yellow", end)}\n`;
}

const colour = (name: Colour, text: string): string => paint("stderr", name, text);

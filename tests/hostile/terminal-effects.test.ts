import { describe, expect, test } from "bun:test";
import { harmDone, marked } from "./terminal-effects.ts";

const ESC = "\u001b";
const BEL = "\u0007";

describe("what a program may do to its terminal", () => {
  const harmless: Record<string, string> = {
    "lines and its own colours": `${ESC}[31merror:${ESC}[0m no\r\n${ESC}[1;38;5;208mnote${ESC}[39;22m\r\n`,
    "a prompt, drawn again and cancelled": `${ESC}[?25l│\r\n◆  Go on?\r\n${ESC}[999D${ESC}[2A${ESC}[1B${ESC}[J■  ${ESC}[9mno${ESC}[29m\r\n${ESC}[?25h`,
    "a line that is cleared": `working${ESC}[2K\rdone\r\n${ESC}[1G${ESC}[K`,
    "a hostile text whose controls are made visible": `Key ${marked("\\u001b[31mred")}\r\n`,
    "text of any script": "名前 שלום 👩‍👩‍👧\r\n",
  };
  test.each(Object.entries(harmless))("%s", async (_, raw) => {
    expect(await harmDone(raw, [marked(`${ESC}[31mred`), marked("a\rb")])).toEqual([]);
  });
});

describe("what no program may do", () => {
  const harmful: Record<string, string> = {
    "a title": `${ESC}]0;x${BEL}`,
    "a title by C1": "\u009d0;x\u009c",
    "the clipboard": `${ESC}]52;c;cm0=${BEL}`,
    "a link": `${ESC}]8;;https://evil.example${ESC}\\here${ESC}]8;;${ESC}\\`,
    "a device control string": `${ESC}P+q544e${ESC}\\`,
    "an application command": `${ESC}_Gi=1${ESC}\\`,
    "a privacy message": `${ESC}^x${ESC}\\`,
    "a string": `${ESC}Xx${ESC}\\`,
    "the other screen, left again": `${ESC}[?1049hx${ESC}[?1049l`,
    "the mouse": `${ESC}[?1003h`,
    "the whole screen": `${ESC}[2J${ESC}[H`,
    "a place of its choice": `${ESC}[5;5Hx`,
    "a scrolling region": `${ESC}[2;5r`,
    "a question to the terminal": `${ESC}[6n`,
    "another character set": `${ESC}(0`,
    "a reset": `${ESC}c`,
    "one step up by C1": "\u008d",
    "a colour by C1": "\u009b31mred",
    "an order of reading": "\u202eevil",
    "a bell": BEL,
    "half a sequence": `${ESC}[`,
    "a colour left on": `${ESC}[31mred\r\n`,
    "a cursor left hidden": `${ESC}[?25l`,
  };
  test.each(Object.entries(harmful))("%s", async (_, raw) => {
    expect(await harmDone(`before ${raw} after\r\n`)).not.toEqual([]);
  });
});

describe("what a text from outside may not do, where the program's own may", () => {
  const texts: Record<string, string> = {
    "recolour by a name of a key": `ci${ESC}[31m`,
    "recolour with nothing around it": `${ESC}[31m`,
    "restore the colours": `${ESC}[0m`,
    "move up and erase": `${ESC}[1A${ESC}[2K\rerror: nothing`,
    "go back to the beginning of the line": "a\rb",
    "hide the cursor": `me${ESC}[?25l@example.com`,
    "set a title by an email": `${ESC}]0;x${BEL}me@example.com`,
  };
  test.each(Object.entries(texts))("%s", async (_, text) => {
    const outside = marked(text);
    const frame = (shown: string) => `${ESC}[2mlogged in as${ESC}[0m ${shown}${ESC}[0m${ESC}[?25h\r\n`;
    expect(await harmDone(frame(outside), [outside])).not.toEqual([]);
    const visible = outside.replace(
      /\p{Cc}/gu,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    expect(await harmDone(frame(visible), [outside])).toEqual([]);
  });
});

import { styleText } from "node:util";
import { coloursOn } from "./terminal.ts";

export type Colour = "cyan" | "gray" | "yellow" | "red" | "green" | "inverse" | "dim";

/** Text in a colour, where the stream that it goes to shows colours. */
export const paint = (stream: "stdout" | "stderr", colour: Colour, text: string): string =>
  // Newer versions of Node would ask stdout, and the environment, by themselves.
  coloursOn(stream) ? styleText(colour, text, { validateStream: false }) : text;

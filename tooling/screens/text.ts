import { type Line, type Screen, type Style, stretchesOf } from "./emulator.ts";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Ends a line that the terminal had to break. */
export const BROKEN = "↩";

/** A screen as a text that people can compare: `⟨green bold:Logged in⟩` is what the terminal shows green and bold. */
export const textOf = ({ lines }: Screen): string => `${lines.map(lineOf).join("\n")}\n`;

function lineOf({ cells, goesOn }: Line): string {
  const parts = stretchesOf(cells).map((alike) => {
    const text = alike.map((cell) => cell.text).join("");
    const words = wordsOf(alike[0]?.style ?? {});
    return words.length === 0 ? text : `⟨${words.join(" ")}:${text}⟩`;
  });
  return parts.join("") + (goesOn ? BROKEN : "");
}

const wordsOf = ({ colour, background, ...flags }: Style): string[] => [
  ...(colour === undefined ? [] : [nameOf(colour)]),
  ...(background === undefined ? [] : [`on-${nameOf(background)}`]),
  ...Object.keys(flags),
];

/** The name of one of the sixteen colours, or the number of another. */
function nameOf(colour: number): string {
  const name = NAMES[colour % 8];
  return colour < 8 ? `${name}` : colour < 16 ? `bright-${name}` : `${colour}`;
}

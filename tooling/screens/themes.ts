/** The colours of a window with a terminal in it. */
export interface Theme {
  background: string;
  foreground: string;
  /** Black, red, green, yellow, blue, magenta, cyan, white, and the bright ones in the same order. */
  palette: string[];
  /** The window's edge, and the buttons in its corner. */
  edge: string;
}

export const themes = {
  dark: {
    background: "#12161c",
    foreground: "#d5dbe3",
    palette: [
      ...["#3b4350", "#ff7a7a", "#6fce7f", "#e6b84f", "#74aeff", "#d594f0", "#4fc8d4", "#c6cdd6"],
      ...["#8993a1", "#ff9c9c", "#92e09f", "#f3cf7c", "#9cc6ff", "#e4b5f7", "#83dde6", "#ffffff"],
    ],
    edge: "#363e4a",
  },
  light: {
    background: "#fdfdfc",
    foreground: "#22272e",
    palette: [
      ...["#22272e", "#b8232f", "#1a6e34", "#835200", "#1655b3", "#7d34a8", "#0b6673", "#6b7480"],
      ...["#656e7a", "#c93440", "#1f7a3b", "#8f5c05", "#2a66c2", "#8d45b8", "#13727f", "#22272e"],
    ],
    edge: "#cbd1d8",
  },
} satisfies Record<string, Theme>;

const CUBE = 16;
const GREYS = 232;

/** A colour of the palette of 256: sixteen are the theme's, the others are the same everywhere. */
export function colourOf(theme: Theme, index: number): string {
  if (index < CUBE) return theme.palette[index] ?? theme.foreground;
  if (index >= GREYS) return hex(Array<number>(3).fill(8 + (index - GREYS) * 10));
  const level = (digit: number) => (digit === 0 ? 0 : 55 + digit * 40);
  const at = index - CUBE;
  return hex([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level));
}

/** A colour that is `share` of the first and otherwise the second. */
export function blend(one: string, other: string, share: number): string {
  const others = partsOf(other);
  return hex(partsOf(one).map((part, at) => Math.round(part * share + (others[at] ?? 0) * (1 - share))));
}

/** How well one colour stands out from the other, as the WCAG measures it: from 1, not at all, to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const linear = partsOf(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => sum + weight * (linear[at] ?? 0), 0);
}

const partsOf = (colour: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

const hex = (parts: number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

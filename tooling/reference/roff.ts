/** Writes the macros of man(7): what takes plain text or inline Markdown gives roff. */
import { wrap } from "../../src/help/layout.ts";

/** How long a line of the source should be at most. */
const MAX_LINE = 80;

/** What groff and mandoc would replace by a typographic sign: in a command it stays as it is typed. */
const asTyped: Record<string, string> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

const codePoint = (sign: string): string =>
  `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

const escaped = (plain: string): string =>
  plain.replace(/[\\'`^~-]/g, (sign) => asTyped[sign] ?? sign).replace(/[^\n -~]/gu, codePoint);

/** Lines of text, in which what stands between backticks is bold; none begins a macro. */
export function text(markdown: string): string {
  const spans = markdown.split(/`([^`]+)`/).map((span, at) => (at % 2 === 0 ? escaped(span) : bold(span)));
  const lines = wrap(spans.join(""), MAX_LINE - "\\&".length);
  return lines.map((line) => line.replace(/^\./, "\\&.")).join("\n");
}

export const bold = (plain: string): string => `\\fB${escaped(plain)}\\fR`;
export const italic = (plain: string): string => `\\fI${escaped(plain)}\\fR`;

/** The title of a page, its section, date, source and manual; commands in it are neither hyphenated nor spread. */
export const head = (...fields: string[]): string[] => [
  `.TH ${fields.map((field) => `"${escaped(field)}"`).join(" ")}`,
  ".nh",
  ".ad l",
];

/** @param lines roff; a section without any is left out */
export const section = (title: string, lines: string[]): string[] =>
  lines.length > 0 ? [`.SH ${title}`, ...lines] : [];

/** A term, and indented below it what it is; both roff. */
export const tagged = (term: string, description: string): string[] => [".TP", term, description];

/** Makes text safe to show: without what steers a terminal, and without secrets. */
import { withoutSecrets } from "../sdk/redaction.ts";

/** C0 but for line ends, DEL, C1, bidirectional controls, line separators, invisible and tag characters. */
const UNSAFE_IN_LINES =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE = new RegExp(`\\n|${UNSAFE_IN_LINES.source}`, "gu");

const visible = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** One line of text without anything that steers a terminal: such characters become visible escapes. */
export const safeText = (text: string): string => text.replace(UNSAFE, visible);

/** JSON in which the same characters are escaped; what it stands for is unchanged. Line ends only lay it out. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(UNSAFE_IN_LINES, (character) =>
    Array.from({ length: character.length }, (_, i) => visible(character.charAt(i))).join(""),
  );

const secrets = new Set<string>();
const ownWords = new Set<string>();

/** Remembers a password, code or token, so that no message shows it. */
export function rememberSecret(secret: string | undefined): void {
  if (secret) secrets.add(secret);
}

/** Names of commands, arguments and variables: messages show them, also where a secret happens to read the same. */
export function rememberOwnWords(words: Iterable<string>): void {
  for (const word of words) ownWords.add(word);
}

/**
 * A JWT, be it whole or cut off, also behind a letter: in an encoded URL, `%3D` stands before it. Without the
 * look-behind and the look-ahead, a long text of `eyJeyJeyJ` would be searched to its end from each of them.
 */
const JWT = /(?<![\w-])(?=[\w-]+\.[\w-])([\w-]*?)eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g;

/** Text without the secrets of this run, and without anything that looks like a JWT. */
export function redact(text: string): string {
  const clean = withoutRemembered(text);
  // Most have none, and the expression takes longer to compile than a message to print.
  return clean.includes("eyJ") ? clean.replace(JWT, "$1***") : clean;
}

function withoutRemembered(text: string): string {
  if (secrets.size === 0) return text;
  const isInOwnWord = (secret: string) => [...ownWords].some((word) => word.includes(secret));
  const others = [...secrets].filter((secret) => !isInOwnWord(secret));
  // Made of letters, digits, dashes and underscores, as names are: none reaches over the ends of a word.
  const inOwnWords = [...secrets].filter(isInOwnWord);
  const clean = withoutSecrets(text, others);
  if (inOwnWords.length === 0) return clean;
  return clean.replace(/[\w-]+/g, (word) => (isOwnWord(word) ? word : withoutSecrets(word, inOwnWords)));
}

/** Also with the dashes of a flag. */
const isOwnWord = (word: string): boolean => ownWords.has(word.replace(/^--?/, ""));

/** A token that can be recognised by its owner and used by nobody: no part of its payload or signature. */
export const maskToken = (token: string): string => (token.startsWith("eyJ") ? "eyJ…" : "…");

import type { CST, Pair } from "yaml";
import type { Yaml } from "./config-content.ts";

type Item = CST.CollectionItem;
/** A space, a line end, a comment, or a sign such as the colon. */
export type Piece = CST.SourceToken;

/**
 * The text of a YAML mapping as the tokens that it is made of: what is not changed is written back byte for byte.
 * One is good for one change.
 */
export interface YamlSource {
  tokens: CST.Token[];
  /** The mapping, or what stands in its place; nothing in an empty file. */
  root: CST.Token | undefined;
  items: Item[];
  /** The item that holds the key, where one does. */
  item: Item | undefined;
  lineEnd: string;
}

export function readSource(yaml: Yaml, text: string, key: string): YamlSource {
  const tokens = [...new yaml.Parser().parse(text)];
  const composer = new yaml.Composer({ keepSourceTokens: true, uniqueKeys: false });
  const [document] = composer.compose(tokens, true);
  const pairs: Pair[] = yaml.isMap(document?.contents) ? document.contents.items : [];
  const pair = pairs.find((one) => yaml.isScalar(one.key) && one.key.value === key);
  const root = documentOf(tokens)?.value;
  const items = root?.type === "block-map" || root?.type === "flow-collection" ? root.items : [];
  const item = items.find((one) => one === pair?.srcToken);
  return { tokens, root, items, item, lineEnd: text.includes("\r\n") ? "\r\n" : "\n" };
}

export const textOf = (yaml: Yaml, tokens: CST.Token[]): string => tokens.map(yaml.CST.stringify).join("");

export const documentOf = (tokens: CST.Token[]): CST.Document | undefined =>
  tokens.find((token) => token.type === "document");

/** Every token, in the order of the text. */
export function* tokensOf(node: unknown): Generator<CST.Token> {
  if (Array.isArray(node)) for (const one of node) yield* tokensOf(one);
  if (node === null || typeof node !== "object" || Array.isArray(node)) return;
  const { type, start, items, key, sep, value, end } = node as Record<string, unknown>;
  if (typeof type === "string") yield node as CST.Token;
  yield* tokensOf([start, items, key, sep, value, end]);
}

/** What stands before every key. */
export const indentation = ({ root }: YamlSource): string =>
  root?.type === "block-map" ? " ".repeat(root.indent) : "";

export const isItem = ({ key, sep, value }: Item): boolean => Boolean(key || sep || value);
export const isOnly = ({ item, items }: YamlSource): boolean =>
  items.every((one) => one === item || !isItem(one));

export const isProperty = (type: string | undefined): boolean => type === "tag" || type === "anchor";

/** What stands before an item itself: spaces, lines and comments. */
export function piecesBefore({ start }: Item): Piece[] {
  const end = start.findIndex(({ type }) => !/^(?:space|newline|comment|comma)$/.test(type));
  return end < 0 ? [...start] : start.slice(0, end);
}

/** What follows a value on its line. Where the value has lines of its own, that stands in its first. */
export function piecesAfter(token: CST.Token | null | undefined): Piece[] {
  if (token?.type === "block-scalar") return (token.props as Piece[]).slice(1);
  return token && "end" in token ? (token.end ?? []) : [];
}

/** Comments that stand on lines of their own below an item, and that the parser counts to it. */
export function piecesBelow({ key, sep, value }: Item): Piece[] {
  if (value?.type === "block-scalar") return [];
  const pieces = value ? piecesAfter(value) : sep?.length ? sep : piecesAfter(key);
  const end = pieces.findIndex(({ type }) => type === "newline");
  return end < 0 ? [] : pieces.slice(end + 1);
}

/** The comments within an item and on its last line. */
export function commentsIn(item: Item): string[] {
  const inside = item.start.slice(piecesBefore(item).length);
  const all = [...tokensOf([inside, item.key, item.sep]), ...piecesAfter(item.value)];
  const below: CST.Token[] = piecesBelow(item);
  return all.flatMap((token) => (token.type === "comment" && !below.includes(token) ? [token.source] : []));
}

import type { CST } from "yaml";
import type { Yaml } from "./config-content.ts";
import { spell } from "./yaml-scalar.ts";
import {
  commentsIn,
  documentOf,
  indentation,
  isItem,
  isOnly,
  isProperty,
  type Piece,
  piecesAfter,
  piecesBefore,
  piecesBelow,
  textOf,
  tokensOf,
  type YamlSource,
} from "./yaml-source.ts";

type Value = string | boolean;

/** Puts another value in the place of an item's own. An item without a place for one is left. */
export function replaceValue({ item }: YamlSource, value: Value): void {
  const { sep, value: former } = item ?? {};
  const colon = sep?.findIndex(({ type }) => type === "map-value-ind") ?? -1;
  if (!item || !sep || colon < 0) return;
  // A tag or an anchor goes with the space behind it.
  item.sep = sep.filter(
    ({ type }, at) => !isProperty(type) && !(type === "space" && isProperty(sep[at - 1]?.type)),
  );
  if (!former) item.sep.splice(colon + 1, 0, piece(` ${spell(value)}`));
  else item.value = { ...scalar(spell(value, former)), end: piecesAfter(former) };
}

/** Puts a key and its value in the place of an item, however that was written. */
export function replaceItem(source: YamlSource, key: string, value: Value): void {
  const { item, root, lineEnd } = source;
  if (!item) return;
  const comments = commentsIn(item).map((comment) => ` ${comment}`);
  const end = root?.type === "block-map" || comments.length > 0 ? lineEnd : "";
  rewriteItem(source, `${key}: ${spell(value, item.value)}${comments.join("")}${end}`);
}

/** Leaves an empty mapping in the place of the only item. */
export function emptyMapping(source: YamlSource): void {
  if (source.root?.type === "block-map" && isOnly(source)) rewriteItem(source, `{}${source.lineEnd}`);
}

function rewriteItem({ item }: YamlSource, text: string): void {
  if (!item) return;
  const below = piecesBelow(item);
  item.start = piecesBefore(item);
  item.key = scalar(text);
  item.sep = below;
  delete item.value;
}

/** Puts an item into the mapping, where it changes the meaning of no other. */
export function addItem(yaml: Yaml, source: YamlSource, key: string, value: Value): void {
  const { tokens, root, items, lineEnd } = source;
  const text = `${key}: ${spell(value)}`;
  if (root?.type === "flow-collection") {
    const isFollowed = items.some(isItem) || [...tokensOf(root)].some(({ type }) => type === "comment");
    root.start.source += isFollowed ? `${text}, ` : text;
    return;
  }
  if (root?.type !== "block-map") dropTag(tokens);
  if (root?.type === "scalar") {
    root.source = `{${text}}`;
    return;
  }
  const indent = indentation(source);
  const end = tokens.findIndex(({ type }) => type === "doc-end");
  const before = textOf(yaml, end < 0 ? tokens : tokens.slice(0, end));
  const isOpen = !/(?:^|\n)$/.test(before);
  // A line end would become a part of a text over several lines that lacks it.
  if (isOpen && [...tokensOf(tokens)].at(-1)?.type === "block-scalar") {
    items.unshift({ start: [], key: scalar(`${text}${lineEnd}${indent}`) });
    return;
  }
  const line = piece(`${isOpen ? lineEnd : ""}${indent}${text}${lineEnd}`);
  tokens.splice(end < 0 ? tokens.length : end, 0, line);
}

/**
 * Takes an item out of the mapping, with the lines that it stands on.
 * @param options.mark leaves a comment in its place: what follows could be taken for a part of what stands before
 */
export function removeItem(source: YamlSource, { mark = false } = {}): void {
  const { tokens, item, root, items, lineEnd } = source;
  if (!item) return;
  // Not every parser takes the end of a document for one.
  if (root?.type === "block-map" && isOnly(source) && tokens.some(({ type }) => type === "doc-end")) {
    emptyMapping(source);
    return;
  }
  const next = items[items.indexOf(item) + 1];
  const isFirst = item === items[0];
  const before = piecesBefore(item);
  const below = piecesBelow(item);
  if (root?.type === "flow-collection") {
    if (isFirst && next) next.start = next.start.filter(({ type }) => type !== "comma");
    const kept = [...before, ...below].filter(({ type }) => type !== "comma");
    item.start = kept.every(({ type }) => type === "space") ? [] : kept;
  } else {
    while (before.at(-1)?.type === "space") before.pop();
    // The indentation of the first line stands before the mapping.
    const following = below.length > 0 ? below : next?.start;
    if (isFirst && !mark && following?.[0]?.type === "space") following.shift();
    const comment = mark ? [piece(`${isFirst ? "" : indentation(source)}#${lineEnd}`)] : [];
    item.start = [...before, ...comment, ...below];
  }
  delete item.key;
  delete item.sep;
  delete item.value;
}

/** A tag of nothing is no tag of a mapping. */
function dropTag(tokens: CST.Token[]): void {
  const document = documentOf(tokens);
  if (document) document.start = document.start.filter(({ type }) => type !== "tag");
}

const piece = (source: string): Piece => ({ type: "space", offset: 0, indent: 0, source });
const scalar = (source: string): CST.FlowScalar => ({ type: "scalar", offset: 0, indent: 0, source });

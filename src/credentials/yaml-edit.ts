import { isDeepStrictEqual } from "node:util";
import type { Document } from "yaml";
import { BYTE_ORDER_MARK, parseYaml, type Yaml } from "./config-content.ts";
import { keepAliases } from "./yaml-aliases.ts";
import { addItem, emptyMapping, removeItem, replaceItem, replaceValue } from "./yaml-changes.ts";
import { readSource, textOf, type YamlSource } from "./yaml-source.ts";

type Value = string | boolean;

/** Line ends to some parsers of YAML and characters to others, which thus see two files in one text. */
const DISPUTED = /\r(?!\n)|[\x85\u2028\u2029]/;

/**
 * YAML with one key of its mapping set to a value, or without the key. Only the key's own lines change: written
 * anew, a document would lose what other tools read in it, such as the zero of `0600`.
 * @returns `undefined` when no way is known that changes nothing else
 */
export function editYaml(
  yaml: Yaml,
  text: string,
  key: string,
  value: Value | undefined,
): string | undefined {
  const [mark = ""] = BYTE_ORDER_MARK.exec(text) ?? [];
  const edited = editKey(yaml, text.slice(mark.length), key, value);
  return edited === undefined ? undefined : mark + edited;
}

function editKey(yaml: Yaml, text: string, key: string, value: Value | undefined): string | undefined {
  if (DISPUTED.test(text)) return undefined;
  const before = contentOf(parseYaml(yaml, text));
  if (value === undefined && !before.has(key)) return text;
  const { item } = readSource(yaml, text, key);
  // It comes out of an alias or a merge.
  if (before.has(key) !== (item !== undefined)) return undefined;
  for (const way of value === undefined ? waysToRemove : waysToSet(yaml, key, value, item !== undefined)) {
    const source = readSource(yaml, text, key);
    keepAliases(yaml, source, way.changes);
    way.make(source);
    const after = textOf(yaml, source.tokens);
    if (isEdited(yaml, before, after, key, value)) return after;
  }
  return undefined;
}

interface Way {
  changes: "value" | "item";
  make: (source: YamlSource) => void;
}

/** The first way that works is the one that changes least. */
const waysToRemove: Way[] = [
  { changes: "item", make: (source) => removeItem(source) },
  { changes: "item", make: (source) => removeItem(source, { mark: true }) },
  { changes: "item", make: emptyMapping },
];

const waysToSet = (yaml: Yaml, key: string, value: Value, exists: boolean): Way[] =>
  exists
    ? [
        { changes: "value", make: (source) => replaceValue(source, value) },
        { changes: "item", make: (source) => replaceItem(source, key, value) },
      ]
    : [{ changes: "item", make: (source) => addItem(yaml, source, key, value) }];

/** Whether an edit did to the meaning what it was to do, and nothing else. */
function isEdited(
  yaml: Yaml,
  before: Map<unknown, unknown>,
  after: string,
  key: string,
  value: Value | undefined,
): boolean {
  const document = parseYaml(yaml, after);
  if (document.errors.length > 0) return false;
  // A tag of a mapping would be left without one.
  if (!yaml.isMap(document.contents) && document.contents?.tag) return false;
  try {
    const found = contentOf(document);
    if (found.get(key) !== value || found.has(key) !== (value !== undefined)) return false;
    const others = (content: Map<unknown, unknown>) => [...content].filter(([name]) => name !== key);
    return isDeepStrictEqual(others(found), others(before));
  } catch {
    return false;
  }
}

function contentOf(document: Document): Map<unknown, unknown> {
  const content: unknown = document.toJS({ mapAsMap: true });
  return content instanceof Map ? content : new Map();
}

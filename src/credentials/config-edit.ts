import { isDeepStrictEqual } from "node:util";
import type { Document, Node, Pair } from "yaml";
import { type ConfigContent, parseConfig, parseYaml, type Yaml } from "./config-content.ts";
import { ConfigError } from "./config-error.ts";

type Value = string | boolean;

/** A config file that is being changed. Keys, comments and order that are not ours survive every change. */
export interface ConfigDocument extends ConfigContent {
  set(key: string, value: Value): void;
  unset(key: string): void;
  /** The whole file as it is to be written. */
  readonly text: string;
}

/**
 * Parses the text of a config file, to change it.
 * @param path only for messages
 * @throws {ConfigError} as `parseConfig` does; so do changes that its aliases do not allow
 */
export async function editConfig(text: string, path: string): Promise<ConfigDocument> {
  const content = await parseConfig(text, path);
  const yaml = await import("yaml");
  let edited = text;
  function edit(key: string, value: Value | undefined): void {
    try {
      edited = editKey(yaml, edited, key, value);
    } catch (cause) {
      const problem = "an alias in it refers to what was replaced";
      throw new ConfigError("invalid", `${path} cannot be changed: ${problem}`, { cause });
    }
  }
  return {
    ...content,
    set: (key, value) => edit(key, value),
    unset: (key) => edit(key, undefined),
    get text() {
      return edited;
    },
  };
}

/**
 * YAML with one key of its mapping set to a value, or without the key. Only the key's own lines change: written
 * anew, a document would lose what other tools read in it, such as the zero of `0600`.
 * @throws when an alias refers to what was replaced
 */
function editKey(yaml: Yaml, text: string, key: string, value: Value | undefined): string {
  const spliced = splice(yaml, text, key, value);
  if (spliced !== undefined && isEdited(yaml, text, spliced, key, value)) return spliced;
  return rewrite(yaml, text, key, value);
}

function splice(yaml: Yaml, text: string, key: string, value: Value | undefined): string | undefined {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const root = parseYaml(yaml, text).contents;
  const pairs = yaml.isMap(root) ? root.items : [];
  const pair = pairs.find((item) => yaml.isScalar(item.key) && item.key.value === key);
  if (!pair) {
    if (value === undefined) return text;
    const gap = text === "" || text === "\uFEFF" || text.endsWith("\n") ? "" : end;
    return `${text}${gap}${indentation(text, pairs[0])}${key}: ${scalar(yaml, value)}${end}`;
  }
  if (value === undefined) {
    const from = lineStart(text, rangeOf(pair.key)[0]);
    const to = rangeOf(pair.value ?? pair.key)[1];
    const next = text.indexOf("\n", Math.max(from, to - 1));
    return text.slice(0, from) + (next < 0 ? "" : text.slice(next + 1));
  }
  if (!pair.value) return undefined;
  const [from, to] = rangeOf(pair.value);
  const type = yaml.isScalar(pair.value) ? pair.value.type : undefined;
  const before = /\s$/.test(text.slice(0, from)) ? "" : " ";
  const after = text.slice(from, to).endsWith("\n") ? end : text[to] === "#" ? " " : "";
  return `${text.slice(0, from)}${before}${scalar(yaml, value, type)}${after}${text.slice(to)}`;
}

/** Whether an edit did to the meaning what it was to do, and nothing else. */
function isEdited(yaml: Yaml, before: string, after: string, key: string, value: Value | undefined): boolean {
  const document = parseYaml(yaml, after);
  if (document.errors.length > 0) return false;
  try {
    const expected = contentOf(parseYaml(yaml, before));
    const found = contentOf(document);
    if (found.get(key) !== value) return false;
    if (value !== undefined && expected.has(key)) {
      // An alias of the value follows it, as its author wanted.
      return isDeepStrictEqual([...found.keys()], [...expected.keys()]);
    }
    expected.delete(key);
    found.delete(key);
    return isDeepStrictEqual([...found], [...expected]);
  } catch {
    return false;
  }
}

/** For mappings in braces and other rare forms: the whole document anew, every scalar spelt as it was. */
function rewrite(yaml: Yaml, text: string, key: string, value: Value | undefined): string {
  const document: Document = parseYaml(yaml, text, { schema: "failsafe" });
  if (!yaml.isMap(document.contents)) document.contents = null;
  if (value === undefined) {
    if (document.contents !== null) document.delete(key);
  } else {
    const node = new yaml.Scalar(String(value));
    if (typeof value === "string") node.type = yaml.Scalar.QUOTE_DOUBLE;
    document.set(key, node);
  }
  return document.toString({ lineWidth: 0 });
}

function scalar(yaml: Yaml, value: Value, type?: string): string {
  if (typeof value === "string" && (type === yaml.Scalar.QUOTE_DOUBLE || value.includes("\n")))
    return JSON.stringify(value);
  const { PLAIN, QUOTE_SINGLE } = yaml.Scalar;
  const defaultStringType = type === QUOTE_SINGLE ? QUOTE_SINGLE : PLAIN;
  return yaml.stringify(value, { lineWidth: 0, defaultStringType }).trimEnd();
}

function contentOf(document: Document): Map<unknown, unknown> {
  const content: unknown = document.toJS({ mapAsMap: true });
  return content instanceof Map ? content : new Map();
}

const rangeOf = (node: unknown): [number, number] => {
  const [from, to] = (node as Node | null)?.range ?? [];
  if (from === undefined || to === undefined) throw new Error("a parsed node has no place");
  return [from, to];
};

/** Where the line begins; a byte order mark is no part of it. */
const lineStart = (text: string, at: number): number =>
  text.lastIndexOf("\n", at - 1) + 1 || (text.startsWith("\uFEFF") ? 1 : 0);

/** A mapping may as a whole stand further to the right. */
function indentation(text: string, first: Pair | undefined): string {
  if (!first) return "";
  const [from] = rangeOf(first.key);
  return /^ *$/.exec(text.slice(lineStart(text, from), from))?.[0] ?? "";
}

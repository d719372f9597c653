import type { Document, DocumentOptions, ParseOptions, SchemaOptions } from "yaml";
import { readSwitch } from "../sdk/switch.ts";
import { ConfigError } from "./config-error.ts";
import { readSimple } from "./simple-config.ts";

/** What the config file says. */
export interface ConfigContent {
  /** Every key at the top level, with its value. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly authToken: string | undefined;
  readonly baseEndpoint: string | undefined;
  readonly secure: boolean | undefined;
}

/** What a file says that is not there; nothing is loaded to read it. */
export const emptyContent: ConfigContent = {
  values: new Map(),
  authToken: undefined,
  baseEndpoint: undefined,
  secure: undefined,
};

/** Enough for hand-written anchors, too few for a file made to fill the memory. */
const MAX_ALIASES = 100;

export type Yaml = typeof import("yaml");

/** The only place that does: Node looks for the file again where another asks for it. */
export const loadYaml = (): Promise<Yaml> => import("yaml");

/** Not a part of the text: the library would count it as an indentation. */
export const BYTE_ORDER_MARK = /^\uFEFF/;

/** Without the library's own search for keys that occur twice, which compares each key with every other. */
export const parseYaml = (
  yaml: Yaml,
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): Document => yaml.parseDocument(text.replace(BYTE_ORDER_MARK, ""), { ...options, uniqueKeys: false });

/**
 * Parses the text of a config file.
 * @param path only for messages
 * @throws {ConfigError} with line and column where the text is not YAML, not a mapping, or holds one of our keys with
 * a value of the wrong type
 */
export async function parseConfig(text: string, path: string): Promise<ConfigContent> {
  const simple = readSimple(text);
  if (simple) {
    const read = (key: string) => simple.get(key) as string | undefined;
    const secure = simple.get("secure") as boolean | undefined;
    return { values: simple, authToken: read("auth_token"), baseEndpoint: read("base_endpoint"), secure };
  }
  const yaml = await loadYaml();
  const { isMap, isScalar, LineCounter } = yaml;
  const lines = new LineCounter();
  const document = parseYaml(yaml, text, { lineCounter: lines, prettyErrors: false });
  const invalid = (offset: number, problem: string): ConfigError => {
    const { line, col } = lines.linePos(offset);
    return new ConfigError("invalid", `${path} is not valid at line ${line}, column ${col}: ${problem}`);
  };

  const [error] = document.errors;
  if (error) throw invalid(error.pos[0], problemNames[error.code] ?? "it is not YAML");
  const root = document.contents;
  const isEmpty = root === null || (isScalar(root) && root.value === null);
  if (!isEmpty && !isMap(root)) throw invalid(root.range?.[0] ?? 0, "it must be a mapping of keys to values");

  const keys = new Set<unknown>();
  for (const { key } of isMap(root) ? root.items : []) {
    if (!isScalar(key)) continue;
    if (keys.has(key.value)) throw invalid(key.range?.[0] ?? 0, "a key occurs twice");
    keys.add(key.value);
  }

  const values = new Map<string, unknown>();
  try {
    const content: unknown = isEmpty ? {} : document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true });
    if (content instanceof Map) for (const [key, value] of content) values.set(String(key), value);
  } catch {
    throw new ConfigError(
      "invalid",
      `${path} is not valid: it uses too many aliases, or one without an anchor`,
    );
  }

  /** The value of one of our keys. An empty one counts as not there. */
  function read<Value>(key: string, type: "string" | "boolean"): Value | undefined {
    const value = values.get(key);
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value === type) return value as Value;
    // As a text, a list of one word is that word.
    const meant = type === "boolean" && typeof value !== "object" ? readSwitch(String(value)) : undefined;
    if (meant !== undefined) return meant as Value;
    const node = isMap(root) ? root.get(key, true) : undefined;
    throw invalid(
      node?.range?.[0] ?? 0,
      `\`${key}\` must be ${type === "string" ? "a text" : "true or false"}`,
    );
  }

  return {
    values,
    authToken: read<string>("auth_token", "string")?.trim(),
    baseEndpoint: read<string>("base_endpoint", "string"),
    secure: read<boolean>("secure", "boolean"),
  };
}

/** yaml's own messages repeat the line, and the line may hold a token. */
const problemNames: Record<string, string> = {
  BAD_INDENT: "the indentation is wrong",
  BAD_SCALAR_START: "a value starts with a character that needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "a mapping starts where a value should be",
  MISSING_CHAR: "a quote, bracket or colon is missing",
  MULTILINE_IMPLICIT_KEY: "a key runs over several lines; is a colon missing?",
  MULTIPLE_DOCS: "it holds more than one document",
  TAB_AS_INDENT: "a tab is used for indentation",
  UNEXPECTED_TOKEN: "something stands where it does not belong",
};

import { type ConfigContent, loadYaml, parseConfig } from "./config-content.ts";
import { ConfigError } from "./config-error.ts";
import { readSimple } from "./simple-config.ts";
import { spell } from "./yaml-scalar.ts";

type Value = string | boolean;

/** A config file that is being changed. Keys, comments and order that are not ours survive every change. */
export interface ConfigDocument extends ConfigContent {
  set(key: string, value: Value): void;
  unset(key: string): void;
  /**
   * The whole file with these changes, as it is to be written.
   * @throws {ConfigError} where one of them cannot be made without another
   */
  text(): Promise<string>;
}

/**
 * Parses the text of a config file, to change it.
 * @param path only for messages
 * @throws {ConfigError} as `parseConfig` does
 */
export async function editConfig(text: string, path: string): Promise<ConfigDocument> {
  const content = await parseConfig(text, path);
  const changes: [key: string, value: Value | undefined][] = [];
  return {
    ...content,
    set: (key, value) => void changes.push([key, value]),
    unset: (key) => void changes.push([key, undefined]),
    async text() {
      let edited = text;
      for (const [key, value] of changes) {
        const next = editSimple(edited, key, value) ?? (await editAny(edited, key, value));
        if (next === undefined) {
          const problem = `changing \`${key}\` would change something else in it: edit it by hand`;
          throw new ConfigError("invalid", `${path} cannot be changed: ${problem}`);
        }
        edited = next;
      }
      return edited;
    },
  };
}

/** What reads and changes all but simple lines: loaded where it is needed, as most files are as this program wrote them. */
export const loadEditing = () => Promise.all([loadYaml(), import("./yaml-edit.ts")]);

async function editAny(text: string, key: string, value: Value | undefined): Promise<string | undefined> {
  const [yaml, { editYaml }] = await loadEditing();
  return editYaml(yaml, text, key, value);
}

/**
 * Simple lines with one key set to a value, or without the key, as `editYaml` changes them.
 * @returns nothing where they are no simple lines, before the change or after it
 */
export function editSimple(text: string, key: string, value: Value | undefined): string | undefined {
  const exists = readSimple(text)?.has(key);
  if (exists === undefined) return undefined;
  const line = value === undefined ? "" : `${key}: ${spell(value)}\n`;
  // A key that such lines hold has no sign of its own in an expression.
  const edited = exists ? text.replace(new RegExp(`^${key}: .*\n`, "m"), () => line) : text + line;
  return readSimple(edited) ? edited : undefined;
}

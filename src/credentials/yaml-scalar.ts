import type { CST } from "yaml";

/** What every YAML parser, of version 1.1 or 1.2, takes for a text without quotes, in braces too. */
const PLAIN = /^[a-z][\w./@%?=&~+-]*(?::[\w./@%?=&~+-]+)*$/i;
const OTHER_TYPES = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** How a value is written, quoted as the one before it was. */
export function spell(value: string | boolean, former?: CST.Token | null): string {
  if (typeof value === "boolean") return `${value}`;
  if (former?.type === "single-quoted-scalar" && /^[\x20-\x7e]*$/.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  const mayBePlain = former?.type !== "double-quoted-scalar" && PLAIN.test(value) && !OTHER_TYPES.test(value);
  return mayBePlain ? value : quote(value);
}

/** JSON's quotes are YAML's, but some parsers end a line or the file at characters that JSON leaves as they are. */
export const quote = (value: string): string =>
  JSON.stringify(value).replace(
    /[\x7f-\u{10ffff}]/gu,
    (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`,
  );

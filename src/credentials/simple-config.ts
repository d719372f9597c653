/** Lines as this program writes them: a name, and a token or an address behind it; `secure` is true or false. */
const SIMPLE =
  /^(?:(?:secure: (?:true|false)|(?!secure:)[a-z_]{1,99}: (?:eyJ[\w.-]+|https?:\/\/[\w.:/-]*[\w/]))\n)*$/;

/**
 * The keys of a config file and their values, without `yaml`: to load that, and to have it parse for the first time, is
 * a fifth of a start. Only of lines whose values no two parsers of YAML read differently.
 * @returns nothing for every other text, and where a key occurs twice
 */
export function readSimple(text: string): Map<string, string | boolean> | undefined {
  if (!SIMPLE.test(text)) return undefined;
  const lines = text.split("\n").slice(0, -1);
  const values = new Map<string, string | boolean>();
  for (const line of lines) {
    const [key = "", value = ""] = line.split(": ");
    values.set(key, key === "secure" ? value === "true" : value);
  }
  return values.size === lines.length ? values : undefined;
}

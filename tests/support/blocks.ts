import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../tooling/process.ts";

/** The code of a document's blocks in a language. */
export async function blocksOf(path: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, path), "utf8");
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...text.matchAll(pattern)].map(([, code = ""]) => code);
}

import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { must, root } from "../process.ts";

/** What a program can import, as it is found below the declarations. */
const entries = ["index.d.ts", "testing/index.d.ts"];

/** Writes the declarations of what the package exports into a directory: of other modules none is needed. */
export async function declare(directory: string): Promise<void> {
  const all = `${directory}.all`;
  await must(join(root, "node_modules/.bin/tsc"), "-p", "tsconfig.types.json", "--outDir", all);
  for (const path of await reachable(all)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await copyFile(join(all, path), join(directory, path));
  }
  await rm(all, { recursive: true });
}

async function reachable(directory: string): Promise<Set<string>> {
  const found = new Set(entries);
  // What is added meanwhile is visited too.
  for (const path of found) {
    const text = await readFile(join(directory, path), "utf8");
    for (const [, to = ""] of text.matchAll(/\bfrom "(\.[^"]+)\.ts"/g))
      found.add(normalize(join(dirname(path), `${to}.d.ts`)));
  }
  return found;
}

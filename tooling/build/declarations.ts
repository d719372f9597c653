import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { must, root } from "../process.ts";

/** What a program can import, as it is found below the declarations. */
const entries = ["index.d.ts", "testing/index.d.ts"];

/** What they take from lib DOM, or from the types of the program's runtime. */
const web = ["AbortSignal", "Headers", "Request", "RequestInit", "Response", "URL"];

/** Writes the declarations of what the package exports into a directory: of other modules none is needed. */
export async function declare(directory: string): Promise<void> {
  const all = `${directory}.all`;
  await must(join(root, "node_modules/.bin/tsc"), "-p", "tsconfig.types.json", "--outDir", all);
  for (const path of await reachable(all)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), standingAlone(await readFile(join(all, path), "utf8")));
  }
  await rm(all, { recursive: true });
}

/** With it, a client is none where the library was found at another place: by `require()`, or by another dependency. */
const PRIVATE = /^ +#private;\n/gm;

/**
 * Declarations that hold, too, in a program that has neither lib DOM nor a runtime's types and checks its libraries. No
 * condition can ask for a type by its name: the classes of Cloudflare's workers are no properties of `globalThis`.
 */
function standingAlone(declarations: string): string {
  const code = declarations.replace(/\/\*.*?\*\//gs, "");
  const used = web.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  const aliases = used.map(
    (name) =>
      `/** @ts-ignore: \`any\` where the program has no such type */\ntype ${name} = globalThis.${name};\n`,
  );
  return declarations.replace(PRIVATE, "") + aliases.join("");
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

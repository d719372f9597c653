/**
 * `bun run docs`: writes what follows from the commands' definitions: parts of docs/cli.md, and manual pages into dist/man;
 * and from the library's declarations: docs/api.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../tooling/process.ts";
import { apiPages } from "../tooling/reference/api.ts";
import { manPages } from "../tooling/reference/man.ts";
import { withDefinitions } from "../tooling/reference/markdown.ts";

const reference = join(root, "docs/cli.md");
await writeFile(reference, await withDefinitions(await readFile(reference, "utf8")));
console.log(reference);

const api = join(root, "docs/api");
await mkdir(api, { recursive: true });
for (const [name, text] of await apiPages()) await writeFile(join(api, name), text);
console.log(api);

const manual = join(root, "dist/man");
await mkdir(manual, { recursive: true });
for (const [name, text] of await manPages()) await writeFile(join(manual, name), text);
console.log(manual);

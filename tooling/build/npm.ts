import { readdir } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../process.ts";
import { type Entry, tarGz } from "./archive.ts";

const programs = Object.values(manifest.bin);

/** As `npm pack` calls it. */
export const tarballName = `${manifest.name}-${manifest.version}.tgz`;

/**
 * The package for npm, as `npm pack` makes it; but the same, to the byte, whichever npm there is.
 * @param built where the files are that will be in `dist`
 */
export async function npmTarball(built: string): Promise<Buffer> {
  const entries: Entry[] = [];
  const add = async (name: string, path: string) => {
    const executable = programs.includes(name);
    entries.push({ name: `package/${name}`, data: await Bun.file(path).bytes(), executable });
  };
  // What npm takes whatever the list says.
  for (const name of ["package.json", "LICENSE", "README.md"]) await add(name, join(root, name));
  for (const name of manifest.files) {
    const path = name.startsWith("dist/") ? join(built, name.slice("dist/".length)) : join(root, name);
    const below = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (below === undefined) await add(name, path);
    for (const file of below ?? [])
      if (file.isFile())
        await add(
          join(name, file.parentPath.slice(path.length), file.name),
          join(file.parentPath, file.name),
        );
  }
  return tarGz(entries.sort(({ name: one }, { name: other }) => (one < other ? -1 : 1)));
}

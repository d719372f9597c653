/** `bun run screens`: runs the program in real terminals, and draws what they show for README and docs. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../tooling/process.ts";
import { directories, drawPage, filesOf, page, sceneNames } from "../tooling/screens/gallery.ts";
import { createIdentity } from "../tooling/screens/stage.ts";

const temporary = await mkdtemp(join(tmpdir(), "pinner-screens-"));
try {
  const identity = await createIdentity(temporary);
  const files: Record<string, string> = { [page]: drawPage() };
  for (const name of sceneNames) {
    Object.assign(files, await filesOf(name, identity));
    console.log(name);
  }
  // Only now: when a scene fails, all stays as it was.
  for (const directory of Object.values(directories)) {
    await rm(join(root, directory), { recursive: true, force: true });
    await mkdir(join(root, directory), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) await Bun.write(join(root, path), text);
  console.log(`${Object.keys(files).length} files: see ${page}`);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

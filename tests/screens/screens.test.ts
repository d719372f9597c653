import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../tooling/process.ts";
import { directories, drawPage, filesOf, page, sceneNames } from "../../tooling/screens/gallery.ts";
import { createIdentity, type Identity } from "../../tooling/screens/stage.ts";

const REDRAW = "look at what `bun run screens` draws now";
const read = (path: string) => Bun.file(join(root, path)).text();

describe("the picture is what the program shows:", () => {
  let directory: string;
  let identity: Identity;
  const made: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pinner-screens-"));
    identity = await createIdentity(directory);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  for (const name of sceneNames)
    test(name, async () => {
      const files = await filesOf(name, identity);
      made.push(...Object.keys(files));
      for (const [path, shown] of Object.entries(files)) expect(await read(path), REDRAW).toBe(shown);
    }, 30_000);

  test("and there is no other", async () => {
    const kept = await Promise.all(
      Object.values(directories).map(async (path) =>
        (await readdir(join(root, path))).map((name) => `${path}/${name}`),
      ),
    );
    expect(kept.flat().sort(), REDRAW).toEqual(made.sort());
    expect(await read(page), REDRAW).toBe(drawPage());
  });
});

import { describe, expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";

const root = join(import.meta.dir, "..");
const read = (path: string) => Bun.file(join(root, path)).text();

/** Who stands in no arrow of the picture, by file: the shell's script knows of no command. */
const exceptions: Record<string, RegExp> = {
  "src/commands/completion.ts": /^src\/completion\/(?:script|shells)\.ts$/,
};

/** Every import of a file of ours, also of types, also when it is run. */
const imports = new Map<string, string[]>();
for (const path of new Bun.Glob("{src,tests,scripts,tooling}/**/*.ts").scanSync(root)) {
  const found = (await read(path)).matchAll(
    /^(?!\s*(?:\*|\/\/)).*?\b(?:from|import)\b\s*\(?\s*"(\.[^"]+\.ts)"/gm,
  );
  imports.set(
    path,
    [...found].map(([, to = ""]) => normalize(join(dirname(path), to))),
  );
}

/** The room that a file is in, as the picture calls it. */
function roomOf(path: string): string {
  const [top = "", name = "", ...below] = path.split("/");
  if (top !== "src") return "others";
  return below.length === 0 ? name.replace(/\.ts$/, "") : name;
}

/** The arrows of the picture in docs/architecture.md. */
const arrows = new Map<string, string[]>();
for (const [, from = "", to = ""] of (await read("docs/architecture.md")).matchAll(
  /^ *(\w+)(?:\[.*?\])? -\.?->\s*(\w+)/gm,
))
  arrows.set(from, [...(arrows.get(from) ?? []), to]);

/** The rooms below one, in the picture. */
const below = (room: string): string[] => (arrows.get(room) ?? []).flatMap((next) => [next, ...below(next)]);

/** A way from a place back to it. */
function circleIn(graph: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const walk = (place: string, way: string[]): string[] | undefined => {
    if (way.includes(place)) return [...way.slice(way.indexOf(place)), place];
    if (done.has(place)) return undefined;
    for (const next of graph.get(place) ?? []) {
      const circle = walk(next, [...way, place]);
      if (circle) return circle;
    }
    done.add(place);
    return undefined;
  };
  for (const place of graph.keys()) {
    const circle = walk(place, []);
    if (circle) return circle;
  }
  return undefined;
}

describe("who imports whom", () => {
  test("is drawn in docs/architecture.md, without a circle", () => {
    expect(circleIn(arrows)).toBeUndefined();
    expect([...arrows.keys()].sort()).toContain("commands");
  });

  test("goes down the arrows of the picture", () => {
    const wrong: string[] = [];
    for (const [path, targets] of imports) {
      const from = roomOf(path);
      if (from === "others") continue;
      for (const target of targets) {
        const to = roomOf(target);
        if (to === from || exceptions[path]?.test(target) || below(from).includes(to)) continue;
        wrong.push(`${path} imports ${target}: no arrow of docs/architecture.md leads from ${from} to ${to}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("goes round in no circle, from file to file", () => {
    expect(circleIn(imports)).toBeUndefined();
    expect(imports.size).toBeGreaterThan(100);
  });

  test("keeps scripts and tests apart, and what both use out of either", () => {
    const pairs = [...imports].flatMap(([path, targets]) => targets.map((to) => `${path} -> ${to}`));
    expect(
      pairs.filter((pair) =>
        /^(?:scripts|tooling)\/.* -> tests\/|^(?:tests|tooling)\/.* -> scripts\//.test(pair),
      ),
    ).toEqual([]);
  });
});

test("a circle would be found", () => {
  const graph = { a: ["b", "c"], b: ["d"], c: ["b"], d: ["e"], e: ["d"] };
  expect(circleIn(new Map(Object.entries(graph)))).toEqual(["d", "e", "d"]);
});

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { globalArgs } from "../../src/cli/arg.ts";
import { FLAG_WORDS } from "../../src/cli/find-command.ts";
import { allCommands, commandAt, placeOf } from "../support/commands.ts";

const root = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(root, path)).text();
const readme = await read("README.md");
const reference = await read("docs/cli.md");

/** The part of a document below a heading, without the parts of the same or a higher level that follow. */
function sectionOf(document: string, level: number, isIt: (heading: string) => boolean): string | undefined {
  const parts = document.split(/^(?=#{1,6} )/m);
  const start = parts.findIndex(
    (part) => part.startsWith(`${"#".repeat(level)} `) && isIt(part.slice(level + 1).split("\n", 1)[0] ?? ""),
  );
  if (start < 0) return undefined;
  const isNext = (part: string) => (/^#+/.exec(part)?.[0].length ?? 0) <= level;
  const end = parts.findIndex((part, at) => at > start && isNext(part));
  return parts.slice(start, end < 0 ? undefined : end).join("");
}

const codesIn = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

/** Words of a command line up to the first that is no plain word: a flag, or a stand-in such as NAME. */
const wordsOf = (code: string): string[] => {
  const words = code.replace(/^pinner\b ?/, "").split(" ");
  const end = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
  return end < 0 ? words : words.slice(0, end);
};

describe("the README's table of commands", () => {
  /** `pinner account api-keys list`, `create`: what follows a command stands beside it, or is whole. */
  function* commandsOf(row: string): Generator<string> {
    let before: string[] = [];
    for (const words of codesIn(row).map(wordsOf)) {
      const isWhole = placeOf(words.slice(0, 1)) !== undefined;
      before = isWhole ? leading(words) : [...before.slice(0, -1), ...words];
      yield before.join(" ");
    }
  }

  /** Without what a command takes: `completion bash`. */
  const leading = (words: string[]): string[] => (placeOf(words) ? words : leading(words.slice(0, -1)));

  const table = sectionOf(readme, 2, (heading) => heading === "Commands") ?? "";
  const rows = [...table.matchAll(/^\| (`pinner.*?) \|/gm)].map(([, cell = ""]) => cell);
  const named = new Set(rows.flatMap((row) => [...commandsOf(row)]));

  test.each(allCommands)("has `pinner %s`", (path) => {
    if (!named.has(path))
      throw new Error(`the table below "## Commands" of README.md has no row for \`pinner ${path}\``);
  });
});

describe("the reference, docs/cli.md,", () => {
  /** A heading names a command, or several: `pinner config get KEY`, `pinner config set KEY VALUE`. */
  const sectionFor = (path: string) =>
    sectionOf(reference, 3, (heading) => codesIn(heading).some((code) => wordsOf(code).join(" ") === path));

  test.each(allCommands)("tells of `pinner %s` and its flags", async (path) => {
    const section = sectionFor(path);
    if (section === undefined) throw new Error(`docs/cli.md has no heading "### \`pinner ${path}\`"`);
    for (const [name, arg] of Object.entries((await commandAt(path)).args)) {
      if (arg.type === "positional") continue;
      const written = codesIn(section).some((code) => new RegExp(`^--${name}\\b(?!-)`).test(code));
      if (!written)
        throw new Error(`docs/cli.md, below "### \`pinner ${path}\`", does not tell of \`--${name}\``);
    }
  });

  test.each(Object.keys(globalArgs))("tells of --%s, which every command has", (name) => {
    const section = sectionOf(reference, 3, (heading) => heading === "Flags of every command") ?? "";
    const written = codesIn(section).some((code) => new RegExp(`^--${name}\\b(?!-)`).test(code));
    if (!written)
      throw new Error(`docs/cli.md, below "### Flags of every command", does not tell of \`--${name}\``);
  });
});

describe("no document", () => {
  /** The word that leads nowhere, if there is one. */
  async function wrongWord(given: string[]): Promise<string | undefined> {
    const words = FLAG_WORDS.includes(given[0] ?? "") ? given.slice(1) : given;
    for (const [at, word] of words.entries()) {
      if (placeOf(words.slice(0, at + 1))) continue;
      const parent = placeOf(words.slice(0, at));
      const args = Object.values((await parent?.load?.())?.default.args ?? {});
      // Below a group, a word is a command; elsewhere it may be what the command takes.
      return !parent?.children && args.some(({ type }) => type === "positional") ? undefined : word;
    }
    return undefined;
  }

  test.each(Object.entries({ "README.md": readme, "docs/cli.md": reference }))(
    "names a command that does not exist: %s",
    async (_, document) => {
      const lines = [...document.matchAll(/(?:`|^|\$ |[|;(] ?|-- )pinner ((?:[\w-]+ ?)+)/gm)].map(
        ([line]) => line,
      );
      expect(lines.length).toBeGreaterThan(20);
      const wrong: string[] = [];
      for (const line of lines) {
        const word = await wrongWord(wordsOf(line.slice(line.indexOf("pinner"))).filter(Boolean));
        if (word !== undefined) wrong.push(`${line.trim()}: "${word}" is no command`);
      }
      expect(wrong).toEqual([]);
    },
  );

  test.each([
    ["account nonsense", "nonsense"],
    ["auth api-keys", "api-keys"],
    ["account api-keys lst", "lst"],
    ["completion bash", undefined],
    ["account apikey list", undefined],
    ["help account lst", "lst"],
    ["version", undefined],
    ["config get base", undefined],
  ])("as this would tell: %s", async (line, wrong) => {
    expect(await wrongWord(line.split(" "))).toBe(wrong);
  });
});

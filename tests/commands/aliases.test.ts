import { describe, expect, test } from "bun:test";
import { createWorld } from "../../tooling/world.ts";
import { type Place, placeOf, places } from "../support/commands.ts";

/** The same place by the names that commands have of their own. */
const ownWords = ({ words }: Place): string[] =>
  words.map((word, at) => {
    const parent = at === 0 ? undefined : placeOf(words.slice(0, at));
    const siblings = parent ? parent.children : roots;
    return (
      Object.entries(siblings ?? {}).find(
        ([name, { aliases }]) => name === word || aliases?.includes(word),
      )?.[0] ?? word
    );
  });
const roots = placeOf([])?.children;

const aliased = places().filter((place) => ownWords(place).join(" ") !== place.words.join(" "));

describe("every other name of a command or group", () => {
  test("is found", () => expect(aliased.length).toBeGreaterThan(5));

  test.each(aliased.map((place) => [place.words.join(" "), place] as const))(
    "`pinner %s` helps and completes as its own",
    async (_, place) => {
      await using world = await createWorld();
      const { words } = place;
      const own = ownWords(place);
      for (const [args, ownArgs] of [
        [
          [...words, "--help"],
          [...own, "--help"],
        ],
        [
          ["complete", "--", ...words, ""],
          ["complete", "--", ...own, ""],
        ],
        [
          ["complete", "--", ...words, "-"],
          ["complete", "--", ...own, "-"],
        ],
      ] as const) {
        const run = await world.pinner([...args]);
        expect({ args, run }).toEqual({ args, run: await world.pinner([...ownArgs]) });
        expect(run).toMatchObject({ exit: 0, stderr: "" });
      }
      // A group that completes to nothing would do so by all its names alike.
      const { stdout } = await world.pinner(["complete", "--", ...words, ""]);
      for (const child of Object.keys(place.branch.children ?? {})) expect(stdout).toContain(child);
    },
  );
});

import { describe, expect, test } from "bun:test";
import type { Branch } from "../../src/cli/command.ts";
import { argsOf, findCommand, refuseMistyped } from "../../src/cli/find-command.ts";

const leaf = (...aliases: string[]): Branch => ({ description: "", aliases });
const tree: Branch = {
  description: "",
  children: {
    keys: { description: "", aliases: ["key"], children: { delete: leaf("rm", "remove"), list: leaf() } },
    login: leaf(),
  },
};

describe("a command", () => {
  test.each<[string, string, string]>([
    ["keys delete x", "keys delete", "x"],
    ["key rm x", "keys delete", "x"],
    ["keys remove", "keys delete", ""],
    ["--json key --timeout 5 list -q", "keys list", "--json --timeout 5 -q"],
    ["kyes list", "", "kyes list"],
    ["login keys", "login", "keys"],
  ])("is found by names and other words for them: %s", (line, path, rest) => {
    const found = findCommand(tree, line.split(" "));
    expect([found.path.join(" "), found.rest.join(" ")]).toEqual([path, rest]);
  });
});

describe("a word behind a group", () => {
  const refuse = (secret: boolean | undefined, word: string) => {
    const found = findCommand(tree, ["keys"]);
    const own = {
      type: "positional",
      required: false,
      description: "",
      ...(secret ? { secret } : {}),
    } as const;
    const args = secret === undefined ? {} : { token: own };
    const command = { args, examples: [], run: async () => undefined };
    const all = argsOf(found.branch, command);
    const [name = ""] = Object.entries(all).find(([, { type }]) => type === "positional") ?? [];
    refuseMistyped({ [name]: word }, all, found);
  };

  test("that nearly is a command below it is told so, unless the group takes texts of any kind", () => {
    expect(() => refuse(undefined, "lits")).toThrow("did you mean `pinner keys list`?");
    expect(() => refuse(true, "lits")).toThrow("did you mean `pinner keys list`?");
    expect(() => refuse(false, "lits")).not.toThrow();
  });

  test("that is like none is refused, without being repeated, where the group takes no argument", () => {
    expect(() => refuse(undefined, "hunter2-hunter2")).toThrow(/^unknown command: see `pinner keys --help`$/);
    expect(() => refuse(true, "hunter2-hunter2")).not.toThrow();
  });
});

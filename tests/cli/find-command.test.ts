import { describe, expect, test } from "bun:test";
import type { Branch } from "../../src/cli/command.ts";
import { argsOf, findCommand } from "../../src/cli/find-command.ts";
import { refuseMistyped } from "../../src/cli/wrong-word.ts";

const leaf = (...aliases: string[]): Branch => ({ description: "", aliases });
const tree: Branch = {
  description: "",
  shortcuts: { whoami: ["keys", "list"] },
  children: {
    keys: {
      description: "",
      aliases: ["key"],
      shortcuts: { login: ["login"] },
      children: { delete: leaf("rm", "remove"), list: leaf() },
    },
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
    ["-qv key rm x", "keys delete", "-qv x"],
    ["whoami -q", "keys list", "-q"],
    ["keys login x", "login", "x"],
  ])("is found by names and other words for them: %s", (line, path, rest) => {
    const found = findCommand(tree, line.split(" "));
    expect([found.path.join(" "), found.rest.join(" ")]).toEqual([path, rest]);
  });
});

describe("a word behind a group", () => {
  const refuse = (secret: boolean | undefined, word: string) => {
    const found = findCommand(tree, ["keys", word]);
    const own = {
      type: "positional",
      required: false,
      description: "",
      ...(secret ? { secret } : {}),
    } as const;
    const args = secret === undefined ? {} : { token: own };
    const command = { args, examples: [], run: async () => undefined };
    const all = argsOf(found.branch, command);
    refuseMistyped(tree, found, all);
  };

  test("that nearly is a command below it is told so, unless the group takes texts of any kind", () => {
    expect(() => refuse(undefined, "lits")).toThrow("did you mean `pinner keys list`?");
    expect(() => refuse(true, "lits")).toThrow("did you mean `pinner keys list`?");
    expect(() => refuse(false, "lits")).not.toThrow();
  });

  test("that is a command elsewhere is told with its whole path, whatever follows", () => {
    const elsewhere = (...line: string[]) => {
      const found = findCommand(tree, line);
      return () => refuseMistyped(tree, found, argsOf(found.branch, undefined));
    };
    expect(elsewhere("rm", "x")).toThrow("did you mean `pinner keys delete`?");
    expect(elsewhere("kyes", "ls", "--json", "x")).toThrow("did you mean `pinner keys`?");
    expect(elsewhere("keys", "--bogus", "hunter2")).not.toThrow();
  });

  test("that is like none is refused, without being repeated, where the group takes no argument", () => {
    expect(() => refuse(undefined, "hunter2-hunter2")).toThrow(/^unknown command: see `pinner keys --help`$/);
    expect(() => refuse(true, "hunter2-hunter2")).not.toThrow();
  });
});

import { describe, expect, test } from "bun:test";
import { completionScript, mend } from "../../src/completion/script.ts";

describe("a completion script", () => {
  test("is an error where the library's script lacks what is mended in it", () => {
    expect(() => mend("complete -F pinner", /eval/, "pinner complete")).toThrow("nothing like /eval/");
    expect(mend("eval $line", /eval \S+/, "$(pinner $$ $&)")).toBe("$(pinner $$ $&)");
  });

  test("of bash evaluates nothing of the line", () => {
    expect(completionScript("bash")).not.toContain("eval");
  });

  test("of zsh evaluates nothing of the line that it has not quoted", () => {
    const evaluated = completionScript("zsh").match(/^.*\beval .*$/gm) ?? [];
    expect(evaluated.join()).toContain("${requestComp}");
    expect(completionScript("zsh")).toContain('quoted_args=("${(@q)args_to_quote}")');
    expect(completionScript("zsh")).toContain('flagPrefix="-P ${(q)BASH_REMATCH}"');
  });
});

import { describe, expect, test } from "bun:test";
import { resolveToken } from "../../src/credentials/resolve.ts";

const nowhere = { flag: undefined, environment: undefined, config: undefined };

describe("the token in force", () => {
  test("is the flag's before the environment's before the file's", () => {
    const everywhere = { flag: "f", environment: "e", config: "c" };
    expect(resolveToken(everywhere)).toEqual({
      token: "f",
      source: "flag",
      shadowed: ["environment", "config"],
    });
    expect(resolveToken({ ...everywhere, flag: undefined })).toEqual({
      token: "e",
      source: "environment",
      shadowed: ["config"],
    });
    expect(resolveToken({ ...nowhere, config: "c" })).toEqual({ token: "c", source: "config", shadowed: [] });
  });

  test("is none where no place holds one", () => {
    expect(resolveToken(nowhere)).toEqual({ token: undefined, source: "none", shadowed: [] });
  });

  test("is not taken from a place that holds nothing but spaces", () => {
    expect(resolveToken({ flag: "", environment: " \n", config: "c" })).toEqual({
      token: "c",
      source: "config",
      shadowed: [],
    });
  });

  test("loses the line end that a variable or a file brings along", () => {
    expect(resolveToken({ ...nowhere, environment: " e\r\n" }).token).toBe("e");
  });

  test("shadows only places that hold another token", () => {
    expect(resolveToken({ flag: "same", environment: "same\n", config: "other" }).shadowed).toEqual([
      "config",
    ]);
    expect(resolveToken({ flag: undefined, environment: "same", config: "same" }).shadowed).toEqual([]);
  });
});

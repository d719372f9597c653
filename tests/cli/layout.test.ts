import { expect, test } from "bun:test";
import { layOut, packed, readable } from "../../src/cli/layout.ts";

test("lines end between words, never in a path, and in no command that fits a line", () => {
  expect(layOut("see /a/very/long/path/that/fits/nowhere now", "- ", "  ", 20)).toBe(
    "- see\n  /a/very/long/path/that/fits/nowhere\n  now",
  );
  expect(layOut("end it with `pinner auth logout`, or not", "", "", 24)).toBe(
    "end it with\n`pinner auth logout`, or\nnot",
  );
  expect(layOut("`a command of many words`", "", "", 12)).toBe("`a command\nof many\nwords`");
});

test("parts stand beside each other where they fit", () => {
  expect(packed(["created today", "ends", "in use"], "  ", 22)).toBe("  created today, ends,\n  in use");
});

test("times and paths read as people write them, where they are the program's own", () => {
  const home = process.env["HOME"] ?? "";
  const year = new Date(Date.now() + 400 * 24 * 3600_000).toISOString();
  const rows: [text: string, shown: string][] = [
    [`${home}/a, (${home}/b)`, "~/a, (~/b)"],
    [`/x${home}/a ${home}s/a ${home}`, `/x${home}/a ${home}s/a ${home}`],
    [`it works until ${year}: good`, `it works until ${year.slice(0, 10)} (in 400 days): good`],
    [`the key ci-${year} at 2026-01-01T00`, `the key ci-${year} at 2026-01-01T00`],
  ];
  for (const [text, shown] of rows) expect(readable(text)).toBe(shown);
});

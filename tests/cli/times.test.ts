import { expect, test } from "bun:test";
import { agoOf, howLong, nearOf, whenOf } from "../../src/cli/times.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const at = (time: string) => new Date(time);

test("a time is told by how far away it is, with its day, or its minute where it is near", () => {
  const rows: [time: string, told: string][] = [
    ["2026-12-25T12:00:00Z", "in 30 days (2026-12-25)"],
    ["2026-11-27T12:00:00Z", "in 2 days (2026-11-27)"],
    ["2026-11-27T11:00:00Z", "in 47 hours (2026-11-27 11:00 UTC)"],
    ["2026-11-25T13:00:00Z", "in 1 hour (2026-11-25 13:00 UTC)"],
    ["2026-11-25T12:20:10Z", "in 20 minutes (2026-11-25 12:20 UTC)"],
    ["2026-11-25T11:59:00Z", "1 minute ago (2026-11-25 11:59 UTC)"],
    ["2026-11-22T12:00:00Z", "3 days ago (2026-11-22)"],
  ];
  for (const [time, told] of rows) expect(whenOf(at(time), now)).toBe(told);
});

test("so are the end of something that works, and a time within a sentence", () => {
  expect(howLong(at("2026-12-25T12:00:00Z"), now)).toBe("for 30 days (until 2026-12-25)");
  expect(howLong(at("2026-11-20T12:00:00Z"), now)).toBe("for 0 minutes (until 2026-11-20)");
  expect(nearOf(at("2026-12-25T12:00:00Z"), now)).toBe("2026-12-25 (in 30 days)");
});

test("what is no time is shown as it is", () => {
  expect(agoOf("yesterday\u0007")).toBe("yesterday\\u0007");
});

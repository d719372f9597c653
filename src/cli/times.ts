import { safeText } from "./safe-text.ts";

/** A moment to the minute. */
export const minuteOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** The day of a time as the service writes it. */
export const dayOf = (time: string): string => safeText(time.slice(0, 10));

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in the unit that people would use, such as `30 days`; under two days in hours. */
export function spanOf(ms: number): string {
  const [size, unit] =
    ms < HOUR_MS ? [MINUTE_MS, "minute"] : ms < 2 * DAY_MS ? [HOUR_MS, "hour"] : [DAY_MS, "day"];
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** When that is, as seen from now: `in 30 days (2026-12-25)`. */
export function whenOf(time: Date, now = Date.now()): string {
  const ms = time.getTime() - now;
  return `${distanceOf(ms)} (${momentOf(time, ms)})`;
}

const distanceOf = (ms: number): string => (ms < 0 ? `${spanOf(-ms)} ago` : `in ${spanOf(ms)}`);

/** The same behind `at` or `until`: `2026-12-25 (in 30 days)`. */
export function nearOf(time: Date, now = Date.now()): string {
  const ms = time.getTime() - now;
  return `${momentOf(time, ms)} (${distanceOf(ms)})`;
}

/** The same of a time as the service writes it, should it be one. */
export function agoOf(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? safeText(time) : whenOf(date);
}

/** How long something goes on: `for 30 days (until 2026-12-25)`. */
export function howLong(end: Date, now = Date.now()): string {
  const ms = end.getTime() - now;
  return `for ${spanOf(Math.max(0, ms))} (until ${momentOf(end, ms)})`;
}

/** The day alone, where that is far enough away. */
const momentOf = (time: Date, ms: number): string =>
  Math.abs(ms) < 2 * DAY_MS ? minuteOf(time) : dayOf(time.toISOString());

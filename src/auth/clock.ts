import { CLOCK_TOLERANCE_MS } from "./thresholds.ts";

/**
 * What is wrong with this machine's clock, by the service's.
 * @param offset milliseconds that the service's clock is ahead
 */
export function clockProblem(offset: number): string | undefined {
  if (Math.abs(offset) <= CLOCK_TOLERANCE_MS) return undefined;
  const minutes = Math.abs(offset) / 60_000;
  const [size, unit] = minutes < 120 ? [1, "minutes"] : minutes < 48 * 60 ? [60, "hours"] : [1440, "days"];
  return `this machine's clock is ${(minutes / size).toFixed(1)} ${unit} ${offset > 0 ? "behind" : "ahead of"} the service's`;
}

export const SET_THE_CLOCK = "Set the clock (for example with NTP): 2FA codes and expiry depend on it";

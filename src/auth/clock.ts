import type { RequestEvent } from "../sdk/types.ts";
import { CLOCK_TOLERANCE_MS } from "./thresholds.ts";

/** The service's clock, as its answers tell it. */
export interface ServiceClock {
  onRequest(event: RequestEvent): void;
  /** Milliseconds that it is ahead of this machine's; nothing before an answer has told. */
  readonly offset: number | undefined;
  /** Milliseconds by it; by this machine's before an answer has told. */
  now(): number;
}

export function serviceClock(): ServiceClock {
  let offset: number | undefined;
  return {
    onRequest({ serverTime }) {
      if (serverTime) offset = serverTime.getTime() - Date.now();
    },
    get offset() {
      return offset;
    },
    now: () => Date.now() + (offset ?? 0),
  };
}

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

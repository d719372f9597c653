import { safeText } from "./safe-text.ts";

/** A moment to the minute. */
export const minuteOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** The day of a time as the service writes it. */
export const dayOf = (time: string): string => safeText(time.slice(0, 10));

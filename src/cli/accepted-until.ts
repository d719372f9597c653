import type { Output } from "./output.ts";
import { minuteOf } from "./times.ts";

/** Says after a deletion until when other services take the key's token: they check its signature and its end alone. */
export function tellAcceptedUntil({ out }: { out: Output }, until: Date | undefined): void {
  if (until === undefined || out.json) return;
  out.info(
    `Note: Pinner's other services go on accepting a token of a deleted key until it ends: ${minuteOf(until)}`,
  );
}

/** The same as a member of a JSON document, which then needs no note. */
export const acceptedUntilOf = (until: Date | undefined): { acceptedUntil?: string } =>
  until === undefined ? {} : { acceptedUntil: until.toISOString() };

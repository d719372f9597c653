import { clearTimeout, setTimeout } from "./timers.ts";

/** What a promise comes to, or the reason of the abort if that is first. The work itself goes on. */
export function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** @returns after so many milliseconds, or at once when the signal is aborted: rejected with its reason */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return abortable(over, signal).finally(() => clearTimeout(timer));
}

/** Aborted with the first of the two. Vercel's edge runtime has no `AbortSignal.any`. */
export function eitherOf(one: AbortSignal, other: AbortSignal): AbortSignal {
  if ("any" in AbortSignal) return AbortSignal.any([one, other]);
  const either = new AbortController();
  for (const signal of [one, other]) {
    const abort = () => either.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true, signal: either.signal });
  }
  return either.signal;
}

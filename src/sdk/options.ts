import { InvalidOptionError } from "./errors.ts";
import type { CallOptions, PinnerOptions } from "./types.ts";
import { version } from "./version.ts";

/** How long one attempt of a call may take, and how many there may be. */
export interface Limits {
  /** Whole milliseconds for one request, its body included, or Infinity. */
  timeout: number;
  maxRetries: number;
}

/**
 * The limits that are given, else the usual ones.
 * @throws {InvalidOptionError}
 */
export function limitsOf(
  usual: Limits,
  { timeout = usual.timeout, maxRetries = usual.maxRetries }: CallOptions,
): Limits {
  if (typeof timeout !== "number" || !(timeout > 0))
    throw new InvalidOptionError("`timeout` takes milliseconds: a number above 0, or Infinity");
  if (maxRetries !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxRetries) && maxRetries >= 0))
    throw new InvalidOptionError("`maxRetries` takes a whole number from 0, or Infinity");
  return { timeout: Math.ceil(timeout), maxRetries };
}

/**
 * What every request of a client carries beside what its call needs.
 * @throws {InvalidOptionError} for what no header can be
 */
export function headersOf({ headers, userAgent = defaultUserAgent() }: PinnerOptions): Headers {
  try {
    const all = new Headers(headers);
    if (userAgent !== undefined) all.set("user-agent", userAgent);
    return all;
  } catch {
    // The runtime's own error repeats the value, which may be a secret.
    throw new InvalidOptionError("`headers` or `userAgent` holds what no header can");
  }
}

/** Browsers name themselves, and ask the service's leave for a header that they do not know. */
function defaultUserAgent(): string | undefined {
  const { navigator, process, EdgeRuntime } = globalThis as {
    navigator?: { userAgent?: string };
    process?: { versions?: { node?: string } };
    /** Vercel's, which has no user agent. */
    EdgeRuntime?: string;
  };
  const node = process?.versions?.node;
  const runtime = navigator?.userAgent ?? EdgeRuntime ?? (node && `Node.js/${node.split(".")[0]}`);
  if (runtime?.startsWith("Mozilla/")) return undefined;
  return `pinner/${version}${runtime ? ` (${runtime})` : ""}`;
}

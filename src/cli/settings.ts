import type { ConfigFile } from "../credentials/config-file.ts";
import { accountEndpoint } from "../sdk/endpoint.ts";
import { InvalidEndpointError } from "../sdk/errors.ts";
import { readSwitch } from "../sdk/switch.ts";
import type { Values } from "./arg.ts";
import { UsageError } from "./failure.ts";
import { readVariable } from "./variables.ts";

/** Where a setting may come from; the first that says something counts. */
type Place = [name: string, value: string | undefined];

interface Places {
  flag: (name: string) => string | undefined;
  file: ConfigFile;
}

/**
 * The endpoint, and the base endpoint that it comes from.
 * @throws {InvalidEndpointError} that says which place holds something else
 */
export function readEndpoint({ flag, file }: Places, secure: boolean | undefined) {
  const [place, base] = firstOf(
    ["--base-endpoint", flag("base-endpoint")],
    ["PINNER_BASE_ENDPOINT", readVariable("PINNER_BASE_ENDPOINT")],
    [`base_endpoint in ${file.path}`, file.content.baseEndpoint],
  );
  return { base, endpoint: checkEndpoint(place, base, secure) };
}

/** @throws {InvalidEndpointError} that says where it came from */
export function checkEndpoint(place: string, base: string | undefined, secure?: boolean): string {
  try {
    return accountEndpoint(base, secure);
  } catch (error) {
    if (error instanceof InvalidEndpointError) throw new InvalidEndpointError(`${place}: ${error.message}`);
    throw error;
  }
}

/**
 * How long a request may take, in milliseconds, and how often it is tried again, where anything says so.
 * @throws {UsageError} for what is no such number; what another place overrules is not looked at
 */
export function readLimits({ flag, file }: Places) {
  const [timeoutPlace, timeout] = firstOf(
    ["--timeout", flag("timeout")],
    ["PINNER_DEFAULT_TIMEOUT", readVariable("PINNER_DEFAULT_TIMEOUT")],
    [`default_timeout in ${file.path}`, written(file, "default_timeout")],
  );
  const [retriesPlace, retries] = firstOf(
    ["PINNER_MAX_RETRIES", readVariable("PINNER_MAX_RETRIES")],
    [`max_retries in ${file.path}`, written(file, "max_retries")],
  );
  return {
    timeout: timeout === undefined ? undefined : readTimeout(timeoutPlace, timeout),
    maxRetries: retries === undefined ? undefined : readRetries(retriesPlace, retries),
  };
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Seconds, or a duration as the other Pinner tools write it, such as `1m30s`; in milliseconds. */
export function readTimeout(place: string, text: string): number {
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? `${text}s` : text;
  const isDuration = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h))+$/.test(seconds);
  const parts = isDuration ? [...seconds.matchAll(/([\d.]+)([a-z]+)/g)] : [];
  const total = Math.round(
    parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[`${unit}`] ?? 0), 0),
  );
  if (total > 0 && total <= 86_400_000) return total;
  throw new UsageError(`${place} takes a number of seconds from 0.001 to 86400, or such as 30s or 2m`);
}

function readRetries(place: string, text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new UsageError(`${place} takes a whole number from 0 to 100`);
}

/** What another Pinner tool wrote, whatever it is; an empty value counts as not there. */
function written({ content }: ConfigFile, key: string): string | undefined {
  const value = content.values.get(key);
  if (value === undefined || value === null || value === "") return undefined;
  // Of a list of one number JavaScript would make that number.
  return typeof value === "object" ? "no scalar" : String(value).trim();
}

const firstOf = (...places: Place[]): Place =>
  places.find(([, value]) => value !== undefined) ?? ["", undefined];

/** @returns whether https is used, where a flag or the variable says so */
export function readSecure(args: Values): boolean | undefined {
  if (args["secure"] && args["no-secure"])
    throw new UsageError("--secure and --no-secure exclude each other");
  if (args["secure"]) return true;
  if (args["no-secure"]) return false;
  const variable = readVariable("PINNER_SECURE");
  if (variable === undefined) return undefined;
  const value = readSwitch(variable);
  if (value !== undefined) return value;
  throw new UsageError("PINNER_SECURE takes true or false");
}

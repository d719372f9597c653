import type { Values } from "./arg.ts";
import { UsageError } from "./failure.ts";
import { readVariable } from "./variables.ts";

/** Settings that every command takes. Each is read where a flag or a variable gives it. */

/** @returns milliseconds that a request may take */
export function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError("--timeout takes a number of seconds from 0.001 to 86400");
}

/** @returns whether https is used, where a flag or the variable says so */
export function readSecure(args: Values): boolean | undefined {
  if (args["secure"] && args["no-secure"])
    throw new UsageError("--secure and --no-secure exclude each other");
  if (args["secure"]) return true;
  if (args["no-secure"]) return false;
  const variable = readVariable("PINNER_SECURE");
  if (variable === undefined) return undefined;
  if (/^(?:true|1|yes|on)$/i.test(variable)) return true;
  if (/^(?:false|0|no|off)$/i.test(variable)) return false;
  throw new UsageError("PINNER_SECURE takes true or false");
}

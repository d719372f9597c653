import type { ErrorCode } from "../../cli/failure.ts";

type Name =
  | "config"
  | "permissions"
  | "token"
  | "key"
  | "endpoint"
  | "proxy"
  | "dns"
  | "connection"
  | "tls"
  | "clock"
  | "service"
  | "path"
  | "update";

/** One thing that was looked at. */
export interface Check {
  name: Name;
  /** A note is only worth knowing: nothing is wrong. */
  status: "ok" | "note" | "warning" | "failed" | "skipped";
  message: string;
  /** Solves what is wrong with it. */
  advice?: string;
  /** What is wrong with it: the program exits as for an error of this code. */
  code?: ErrorCode;
}

export const ok = (name: Name, message: string): Check => ({ name, status: "ok", message });
export const note = (name: Name, message: string): Check => ({ name, status: "note", message });
export const skipped = (name: Name, message: string): Check => ({ name, status: "skipped", message });
export const warning = (name: Name, message: string, advice: string): Check => ({
  name,
  status: "warning",
  message,
  advice,
  code: "unhealthy",
});
export const failed = (name: Name, code: ErrorCode, message: string, advice: string): Check => ({
  name,
  status: "failed",
  message,
  advice,
  code,
});

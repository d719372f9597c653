import type { ErrorCode } from "../../cli/failure.ts";

type Name =
  | "config"
  | "permissions"
  | "token"
  | "endpoint"
  | "proxy"
  | "dns"
  | "connection"
  | "tls"
  | "clock"
  | "service";

/** One thing that was looked at. */
export interface Check {
  name: Name;
  status: "ok" | "warning" | "failed" | "skipped";
  message: string;
  /** Solves what is wrong with it. */
  advice?: string;
  /** What is wrong with it: the program exits as for an error of this code. */
  code?: ErrorCode;
}

export const LOG_IN = "Run `pinner auth`";

export const ok = (name: Name, message: string): Check => ({ name, status: "ok", message });
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

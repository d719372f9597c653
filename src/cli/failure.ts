import type { Left } from "../auth/keys.ts";

/** What to do where there is no token that works. */
export const LOG_IN = "Run `pinner auth`";

/** Every error code, and the one exit code that it has. Both are promised to scripts: see docs/cli.md. */
export const exits = {
  internal: 1,
  not_found: 1,
  in_use: 1,
  conflict: 1,
  refused: 1,
  bad_response: 1,
  config_invalid: 1,
  config_unwritable: 1,
  file_unreadable: 1,
  command_failed: 1,
  /** What `doctor` found and no command fails of; it stands in no document. */
  unhealthy: 1,
  usage: 2,
  input_missing: 2,
  otp_required: 2,
  token_invalid: 2,
  ambiguous: 2,
  unreachable: 3,
  timeout: 3,
  rate_limited: 3,
  server_error: 3,
  auth_required: 4,
  credentials_refused: 4,
  otp_refused: 4,
  token_expired: 4,
  token_refused: 4,
  /** By Ctrl-C; another signal has an exit code of its own. */
  cancelled: 130,
} as const;

export type ErrorCode = keyof typeof exits;

/** The codes of wrong or missing input. */
type UsageCode = { [Code in ErrorCode]: (typeof exits)[Code] extends 2 ? Code : never }[ErrorCode];

/** A failure that the program itself finds. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** Wrong or missing input: one line that says what is wrong and what would be right. */
export class UsageError extends Failure {
  override readonly name = "UsageError";

  constructor(message: string, code: UsageCode = "usage") {
    super(code, message);
  }
}

/** The user, or the system, ended the program by a signal, or the user ended a prompt. */
export class Cancelled extends Failure {
  override readonly name = "Cancelled";

  constructor(message = "cancelled") {
    super("cancelled", message);
  }
}

/** The program is ended by force, and may leave keys: a new one, or those that it was to replace. */
export class LeftKeysError extends Error {
  override readonly name = "LeftKeysError";
  readonly left: Left;

  constructor(left: Left, cause: Cancelled) {
    super("keys may be left", { cause });
    this.left = left;
  }
}

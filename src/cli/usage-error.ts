/** Wrong or missing input: one line that says what is wrong and what would be right, exit 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: "usage" | "input_missing" | "otp_required" | "token_invalid";

  constructor(message: string, code: "usage" | "input_missing" | "otp_required" | "token_invalid" = "usage") {
    super(message);
    this.code = code;
  }
}

/** A failure that a command itself finds, with its code of docs/cli.md and its exit code. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly code: string;
  readonly exit: number;
  readonly hint: string | undefined;

  constructor(code: string, exit: number, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.exit = exit;
    this.hint = hint;
  }
}

/** The user, or the system, ended the program by a signal: Ctrl-C unless told otherwise. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
  readonly exit: number;

  constructor(message = "cancelled", exit = 130) {
    super(message);
    this.exit = exit;
  }
}

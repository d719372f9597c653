import type { Operation } from "./operations.ts";

/** The base of every error that this library throws. No message or property of one carries a secret. */
export abstract class PinnerError extends Error {
  abstract override readonly name: string;
}

/** The service answered with a status that says no. */
export class ApiError extends PinnerError {
  override readonly name = "ApiError";
  readonly operation: Operation;
  /** The HTTP status. */
  readonly status: number;
  /** The service's own code, such as `ErrInvalidLogin`, where it sent one. */
  readonly code: string | undefined;
  /** The service's text for people: one line, as it was sent. Make it safe before it reaches a terminal. */
  readonly detail: string | undefined;
  /** Whether the answer was plain text rather than JSON: some servers say "not there" with such a 500. */
  readonly plainText: boolean;
  /** Seconds that the service asked to wait, from `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** How many times the call had been sent when this answer came. */
  attempt = 1;

  constructor(
    request: { operation: Operation; method: string; path: string },
    answer: {
      status: number;
      code?: string | undefined;
      detail?: string | undefined;
      plainText?: boolean;
      retryAfter?: number | undefined;
    },
  ) {
    const said = answer.detail ?? answer.code;
    super(`${request.method} ${request.path} answered ${answer.status}${said ? `: ${said}` : ""}`);
    this.operation = request.operation;
    this.status = answer.status;
    this.code = answer.code;
    this.detail = answer.detail;
    this.plainText = answer.plainText ?? false;
    this.retryAfter = answer.retryAfter;
  }
}

/** No answer came: the name did not resolve, the connection was refused or broke, TLS failed. */
export class NetworkError extends PinnerError {
  override readonly name = "NetworkError";
  readonly operation: Operation;
  /** Where the request was going: scheme, host and port. */
  readonly endpoint: string;
  /** A short reason, such as `ECONNREFUSED`. */
  readonly reason: string;

  constructor(operation: Operation, endpoint: string, reason: string, options?: ErrorOptions) {
    super(`could not reach ${endpoint}: ${reason}`, options);
    this.operation = operation;
    this.endpoint = endpoint;
    this.reason = reason;
  }
}

/** The request, its body included, took longer than the timeout. */
export class RequestTimeoutError extends PinnerError {
  override readonly name = "RequestTimeoutError";
  readonly operation: Operation;
  readonly endpoint: string;
  /** Milliseconds that were allowed. */
  readonly timeout: number;

  constructor(operation: Operation, endpoint: string, timeout: number) {
    super(`${endpoint} did not answer within ${timeout / 1000} s`);
    this.operation = operation;
    this.endpoint = endpoint;
    this.timeout = timeout;
  }
}

/** The service answered, but not with what the API describes: a redirect, a wrong type, a page of HTML. */
export class BadResponseError extends PinnerError {
  override readonly name = "BadResponseError";
  readonly operation: Operation;
  readonly status: number;
  /** What was wrong with the answer. */
  readonly problem: string;
  /** The key that `createKey` created all the same: the answer names it, but cannot be used. */
  createdUuid: string | undefined;

  constructor(
    request: { operation: Operation; method: string; path: string },
    status: number,
    problem: string,
  ) {
    super(`${request.method} ${request.path} answered ${status}, but ${problem}`);
    this.operation = request.operation;
    this.status = status;
    this.problem = problem;
  }
}

/** The base endpoint is no host name, address or http(s) URL. */
export class InvalidEndpointError extends PinnerError {
  override readonly name = "InvalidEndpointError";
}

/** The endpoint is plain http on another machine, and `secure: false` was not given. */
export class InsecureEndpointError extends PinnerError {
  override readonly name = "InsecureEndpointError";
}

/** A call needs a token, and there is none, or it is of a kind that cannot be used. */
export class TokenError extends PinnerError {
  override readonly name = "TokenError";
  readonly problem: "missing" | "two_factor" | "malformed";

  constructor(problem: "missing" | "two_factor" | "malformed") {
    super(
      {
        missing: "this call needs an API key or a login token, and there is none",
        two_factor: "the token is a 2FA token, which only OTP validation accepts",
        malformed: "the token holds characters that no token has",
      }[problem],
    );
    this.problem = problem;
  }
}

export const isPinnerError = (error: unknown): error is PinnerError => error instanceof PinnerError;
export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;
export const isNetworkError = (error: unknown): error is NetworkError => error instanceof NetworkError;
export const isRequestTimeoutError = (error: unknown): error is RequestTimeoutError =>
  error instanceof RequestTimeoutError;
export const isBadResponseError = (error: unknown): error is BadResponseError =>
  error instanceof BadResponseError;
export const isInvalidEndpointError = (error: unknown): error is InvalidEndpointError =>
  error instanceof InvalidEndpointError;
export const isInsecureEndpointError = (error: unknown): error is InsecureEndpointError =>
  error instanceof InsecureEndpointError;
export const isTokenError = (error: unknown): error is TokenError => error instanceof TokenError;

/**
 * Whether an error says that a TOTP code was wrong or too old: 400 or 422, or the 500 with that text which some
 * servers answer. A 2FA token that has expired is a 401, and no reason to ask for another code.
 */
export function isOtpRefused(error: unknown): error is ApiError {
  if (!isApiError(error)) return false;
  if (error.operation !== "otpValidate" && error.operation !== "otpVerify") return false;
  if (error.status === 400 || error.status === 422) return true;
  return (
    error.status === 500 && /OTP code.*invalid|ErrInvalidOTPCode/i.test(error.detail ?? error.code ?? "")
  );
}

import type { Operation } from "./operations.ts";

/** The same in every copy of the library: a program may hold two, of which one throws and the other is asked. */
const MARK = Symbol.for("pinner.error");

/**
 * The base of every error that this library throws. No message or property of one carries a secret, nor does its
 * `cause`. What the service said may be in it: make that safe before it reaches a terminal.
 *
 * Tell errors apart with the guards, such as `isApiError`, rather than with `instanceof`: they also know the errors
 * of another copy of the library.
 * @example
 * ```ts
 * try {
 *   await pinner.createKey("ci");
 * } catch (error) {
 *   if (isApiError(error)) console.error(error.status, error.detail);
 *   else if (isNetworkError(error) && error.stage !== "exchange") console.error("nothing was sent");
 *   else throw error;
 * }
 * ```
 */
export abstract class PinnerError extends Error {
  /**
   * Marked as an error of this library, which its guards know it by.
   * @param message what went wrong
   * @param options `cause`: what it came from
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, MARK, { value: true });
  }
  /** The name of the class, also where the program was minified. */
  abstract override readonly name: string;
}

/** The service answered with a status that says no: anything but 2xx and 3xx. */
export class ApiError extends PinnerError {
  /** Always `ApiError`. */
  override readonly name = "ApiError";
  /** The call that was refused. */
  declare readonly operation: Operation;
  /** The HTTP status. */
  declare readonly status: number;
  /** The service's own code, such as `ErrInvalidLogin`, where it sent one. */
  declare readonly code: string | undefined;
  /** The service's text for people: one line of at most 300 characters, otherwise as it was sent. */
  declare readonly detail: string | undefined;
  /** The server's own cause, which older portals put behind that text: for its developers, rather than for people. */
  declare readonly innerCause: string | undefined;
  /** What is wrong with fields of the request, by the server's names of them, such as `NewPassword` or `new_password`. */
  declare readonly fields: Readonly<Record<string, string>> | undefined;
  /** Whether the answer was plain text rather than JSON: some servers say "not there" with such a 500. */
  declare readonly plainText: boolean;
  /** Seconds that the service asked to wait, from `Retry-After`. */
  declare readonly retryAfter: number | undefined;
  /** How many times the call had been sent when this answer came: 1 to 3. */
  attempt = 1;

  /**
   * With a message of the request, the status and the service's text.
   * @param request the call that was answered
   * @param answer what the answer said, its secrets removed; `retryAfter` in seconds
   */
  constructor(
    request: { operation: Operation; method: string; path: string },
    answer: {
      status: number;
      code?: string | undefined;
      detail?: string | undefined;
      innerCause?: string | undefined;
      fields?: Readonly<Record<string, string>> | undefined;
      plainText?: boolean;
      retryAfter?: number | undefined;
    },
  ) {
    const said = answer.detail ?? answer.code;
    const cause = answer.innerCause ? ` (${answer.innerCause})` : "";
    super(`${request.method} ${request.path} answered ${answer.status}${said ? `: ${said}${cause}` : ""}`);
    Object.assign(this, { operation: request.operation, plainText: false }, answer);
  }
}

/**
 * How far a request came that got no whole answer. Before `exchange`, nothing of it had been sent.
 *
 * - `dns`: no address is known for the name, of the service or of a proxy
 * - `connect`: no connection came about, to the service or to a proxy: refused, unreachable, or closed at once
 * - `tls`: the other side's certificate is not trusted, or it does not speak TLS. This is not tried again.
 * - `proxy`: the proxy refuses to pass requests on
 * - `exchange`: the connection broke after that. The service may have done what it was asked for.
 */
export type NetworkStage = "dns" | "connect" | "tls" | "proxy" | "exchange";

/** Where a request failed, and why. */
export interface NetworkFailure {
  /** How far it came. */
  stage: NetworkStage;
  /** The system's or OpenSSL's code, such as `ECONNREFUSED`; "the connection failed" where none is known. */
  reason: string;
}

/** No whole answer came: the name did not resolve, the connection was refused or broke, TLS failed. */
export class NetworkError extends PinnerError implements NetworkFailure {
  /** Always `NetworkError`. */
  override readonly name = "NetworkError";
  /** The call that failed. */
  declare readonly operation: Operation;
  /** Where the request was going: scheme, host and port. */
  declare readonly endpoint: string;
  /** How far it came: only at `exchange` may the service have got it. */
  declare readonly stage: NetworkStage;
  /** The system's or OpenSSL's code, such as `ECONNREFUSED`; "the connection failed" where none is known. */
  declare readonly reason: string;

  /**
   * With a message of the endpoint and the reason.
   * @param operation the call that failed
   * @param endpoint scheme, host and port
   * @param failure where it failed, and why
   * @param options `cause`: what `fetch` threw, without the request
   */
  constructor(
    operation: Operation,
    endpoint: string,
    { stage, reason }: NetworkFailure,
    options?: ErrorOptions,
  ) {
    super(`could not reach ${endpoint}: ${reason}`, options);
    Object.assign(this, { operation, endpoint, stage, reason });
  }
}

/** The request, its body included, took longer than the timeout. The service may have done what it was asked for. */
export class RequestTimeoutError extends PinnerError {
  /** Always `RequestTimeoutError`. */
  override readonly name = "RequestTimeoutError";
  /** The call that took too long. */
  declare readonly operation: Operation;
  /** Where the request was going: scheme, host and port. */
  declare readonly endpoint: string;
  /** Milliseconds that were allowed. */
  declare readonly timeout: number;

  /**
   * With a message of the endpoint and the time in seconds.
   * @param operation the call that took too long
   * @param endpoint scheme, host and port
   * @param timeout milliseconds that were allowed
   */
  constructor(operation: Operation, endpoint: string, timeout: number) {
    super(`${endpoint} did not answer within ${timeout / 1000} s`);
    Object.assign(this, { operation, endpoint, timeout });
  }
}

/**
 * The service answered, but not with what the API describes: a redirect, a wrong type, a page of HTML, or a body of
 * more than 4 MiB. It may have done what it was asked for.
 */
export class BadResponseError extends PinnerError {
  /** Always `BadResponseError`. */
  override readonly name = "BadResponseError";
  /** The call that was answered so. */
  declare readonly operation: Operation;
  /** The HTTP status; 0 where a browser hides it. */
  declare readonly status: number;
  /** What was wrong with the answer. */
  declare readonly problem: string;
  /** The UUID of the key that `createKey` created all the same: the answer names it, but cannot be used. */
  createdUuid: string | undefined;
  /** Whether `createKey` created a key that the service handed out as portals of 2024 did: it names no UUID. */
  outdated = false;

  /**
   * With a message of the request, the status and the problem.
   * @param request the call that was answered
   * @param status the HTTP status
   * @param problem what was wrong with the answer, to stand after "but"
   */
  constructor(
    request: { operation: Operation; method: string; path: string },
    status: number,
    problem: string,
  ) {
    super(`${request.method} ${request.path} answered ${status}, but ${problem}`);
    Object.assign(this, { operation: request.operation, status, problem });
  }
}

/** The base endpoint is no host name, address or http(s) URL. */
export class InvalidEndpointError extends PinnerError {
  /** Always `InvalidEndpointError`. */
  override readonly name = "InvalidEndpointError";
}

/** The endpoint is plain http on another machine, and `secure: false` was not given. */
export class InsecureEndpointError extends PinnerError {
  /** Always `InsecureEndpointError`. */
  override readonly name = "InsecureEndpointError";
}

/** An option, or a variable that stands for one, is nothing that it can be: a `timeout` of 0, say. Nothing was sent. */
export class InvalidOptionError extends PinnerError {
  /** Always `InvalidOptionError`. */
  override readonly name = "InvalidOptionError";
}

/** A call needs a token, and there is none, or it is of a kind that cannot be used. Nothing was sent. */
export class TokenError extends PinnerError {
  /** Always `TokenError`. */
  override readonly name = "TokenError";
  /** There is none, it is a 2FA token, or it holds characters that no header can carry. */
  readonly problem: "missing" | "two_factor" | "malformed";

  /**
   * With a message that says what to do.
   * @param problem what is wrong with the token
   */
  constructor(problem: "missing" | "two_factor" | "malformed") {
    super(
      {
        missing:
          "this call needs an API key or a login token: set PINNER_AUTH_TOKEN or pass `token`. The login that the command line has stored is not used here",
        two_factor: "the token is a 2FA token, which only OTP validation accepts",
        malformed: "the token holds characters that no token has",
      }[problem],
    );
    this.problem = problem;
  }
}

/** Whether this library threw it, or another copy of it. */
export const isPinnerError = (error: unknown): error is PinnerError =>
  typeof error === "object" && error !== null && Reflect.get(error, MARK) === true;

/** Whether it is an error of this library, or of another copy of it, with this name. */
export const isNamed = (error: unknown, name: string): boolean => isPinnerError(error) && error.name === name;

/** Whether the service said no. Knows errors of other copies of the library, as all these guards do. */
export const isApiError = (error: unknown): error is ApiError => isNamed(error, "ApiError");
/** Whether no whole answer came; `stage` tells how far the request had come. */
export const isNetworkError = (error: unknown): error is NetworkError => isNamed(error, "NetworkError");
/** Whether the answer took longer than the timeout. */
export const isRequestTimeoutError = (error: unknown): error is RequestTimeoutError =>
  isNamed(error, "RequestTimeoutError");
/** Whether the answer was not what the API describes. */
export const isBadResponseError = (error: unknown): error is BadResponseError =>
  isNamed(error, "BadResponseError");
/** Whether a base endpoint was no host name, address or http(s) URL. */
export const isInvalidEndpointError = (error: unknown): error is InvalidEndpointError =>
  isNamed(error, "InvalidEndpointError");
/** Whether credentials would have crossed the network in the clear. */
export const isInsecureEndpointError = (error: unknown): error is InsecureEndpointError =>
  isNamed(error, "InsecureEndpointError");
/** Whether an option was nothing that it can be. */
export const isInvalidOptionError = (error: unknown): error is InvalidOptionError =>
  isNamed(error, "InvalidOptionError");
/** Whether a call had no token that it could use. */
export const isTokenError = (error: unknown): error is TokenError => isNamed(error, "TokenError");

/** Whether no answer tells what became of the call: the service may have done what it was asked for. */
export const isUnanswered = (
  error: unknown,
): error is NetworkError | RequestTimeoutError | BadResponseError =>
  isRequestTimeoutError(error) ||
  isBadResponseError(error) ||
  (isNetworkError(error) && error.stage === "exchange");

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

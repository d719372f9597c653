/** What the methods of `Pinner` take and give. Written by hand, so that the declarations stand on their own. */
import type { Operation } from "./operations.ts";

/** The account that a session belongs to, as `GET /api/account` answers it. */
export interface Account {
  id: number;
  email: string;
  first_name: string;
  last_name: string;
  /** Whether the email address has been confirmed. */
  verified: boolean;
  /** Whether two-factor authentication (TOTP) is on. */
  otp: boolean;
  created_at?: string;
  avatar?: string;
}

/** An API key as the service lists it. Its token is only ever shown when it is created. */
export interface ApiKey {
  /** Unique, also when names are not. */
  uuid: string;
  name: string;
  /** As the service writes it: ISO 8601. */
  created_at: string;
}

/** A newly created API key. `token` cannot be read again later. */
export interface CreatedApiKey {
  uuid: string;
  name: string;
  token: string;
}

/** What login answers: a session, or the demand for a TOTP code. */
export type LoginResult =
  | { status: "authenticated"; token: string }
  | {
      status: "otp_required";
      /** The 2FA token: good for minutes, and only for `validateOtp`. */
      otpToken: string;
    };

/** One finished attempt of a request, for logs and diagnosis. Carries no header, body or query. */
export interface RequestEvent {
  operation: Operation;
  method: string;
  path: string;
  /** The HTTP status, where an answer came. */
  status?: number;
  /** Why no answer came, otherwise. */
  failure?: string;
  /** Milliseconds from sending to the answer's header. */
  duration: number;
  /** The server's own clock: its `Date` header. */
  serverTime?: Date;
}

/** What sends a request: the part of `fetch` that every runtime has. */
export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface PinnerOptions {
  /**
   * An API key, or a login token. Without it, the environment variable `PINNER_AUTH_TOKEN` is read where the
   * runtime has an environment.
   */
  token?: string | undefined;
  /** Where the service is: `pinner.xyz` unless told otherwise. See `accountEndpoint` for the forms it takes. */
  baseEndpoint?: string | undefined;
  /** The scheme of a `baseEndpoint` that names none: https unless `false`. `false` also allows plain http. */
  secure?: boolean | undefined;
  /** Sends the requests: the runtime's own `fetch` unless told otherwise. */
  fetch?: FetchFunction | undefined;
  /** Milliseconds that one request may take, its body included: 30,000 unless told otherwise. */
  timeout?: number | undefined;
  /** How often a call that does no harm twice is tried again: twice unless told otherwise, 0 for never. */
  maxRetries?: number | undefined;
  /** Called after each attempt of a request. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
}

export interface ListKeysOptions {
  /** Only keys whose name contains this text, in upper or lower case. */
  search?: string | undefined;
  /** Called after each page with how many keys have arrived and how many there are. */
  onProgress?: ((loaded: number, total: number) => void) | undefined;
}

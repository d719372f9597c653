/** What the methods of `Pinner` take and give. Written by hand, so that the declarations stand on their own. */
import type { Operation } from "./operations.ts";

/** The account that a session belongs to, as `GET /api/account` answers it. */
export interface Account {
  /** The service's own number of the account. */
  id: number;
  /** The address to log in with. */
  email: string;
  /** As it was given at registration. */
  first_name: string;
  /** As it was given at registration. */
  last_name: string;
  /** Whether the email address has been confirmed. */
  verified: boolean;
  /** Whether two-factor authentication (TOTP) is on. */
  otp: boolean;
  /** ISO 8601. Some portals do not tell it. */
  created_at?: string;
  /** The address of a picture, where the account has one. */
  avatar?: string;
}

/** An API key as the service lists it. Its token is only ever shown when it is created. */
export interface ApiKey {
  /** Unique, also when names are not. */
  uuid: string;
  /** What it was called when it was created. */
  name: string;
  /** As the service writes it: ISO 8601. */
  created_at: string;
  /** When it was last exchanged, in the same form, where the service tells. */
  last_used_at?: string;
}

/** A newly created API key. `token` cannot be read again later. */
export interface CreatedApiKey {
  /** Unique, also when names are not. */
  uuid: string;
  /** What it is called. */
  name: string;
  /** The key itself: good for 30 days, and as good as a password. */
  token: string;
}

/** What login answers: a session, or the demand for a TOTP code. */
export type LoginResult =
  | {
      /** Logged in. */
      status: "authenticated";
      /** A login token: good for 24 hours, or longer where `remember` was asked for. */
      token: string;
    }
  | {
      /** The account has 2FA on. */
      status: "otp_required";
      /** The 2FA token, which only `validateOtp` takes. */
      otpToken: string;
    };

/** One finished attempt of a request, for logs and diagnosis. Carries no header, body or query. */
export interface RequestEvent {
  /** The call that the request belongs to. */
  operation: Operation;
  /** The HTTP method. */
  method: string;
  /** The path of the request's URL. */
  path: string;
  /** The HTTP status, where an answer came. */
  status?: number;
  /** Why no answer came, otherwise: a `NetworkError`'s `reason`, `timeout` or `aborted`. */
  failure?: string;
  /** Milliseconds from sending to the answer's header, or to the failure. */
  duration: number;
  /** The server's own clock, to the second: its `Date` header. */
  serverTime?: Date;
}

/** What sends a request: the part of `fetch` that every runtime has. */
export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * An API key or a login token, or a function that gives one. It is asked whenever a session is needed: by the first
 * call, shortly before a session ends, and after the service has refused one. What it throws, the call rejects with.
 */
export type TokenSource = string | (() => string | Promise<string>);

/** How one call is made: the last argument of every call. All of it may be left out. */
export interface CallOptions {
  /**
   * Ends the call: it rejects with the signal's `reason`, is not tried again, and leaves no request running. What had
   * been sent may still be done by the service.
   */
  signal?: AbortSignal | undefined;
  /** Milliseconds that one attempt of a request may take, instead of the client's `timeout`; `Infinity` for no limit. */
  timeout?: number | undefined;
  /** How often a call that does no harm twice is tried again, instead of the client's `maxRetries`. */
  maxRetries?: number | undefined;
}

/** How a client works; all of it may be left out. */
export interface PinnerOptions {
  /**
   * An API key, or a login token, or a function that gives one. Without it, the environment variable
   * `PINNER_AUTH_TOKEN` is read where the runtime has an environment.
   */
  token?: TokenSource | undefined;
  /**
   * Where the service is. Without it, the environment variables `PINNER_BASE_ENDPOINT` and, unless `secure` is given,
   * `PINNER_SECURE` are read; else it is `pinner.xyz`. See `accountEndpoint` for the forms it takes.
   */
  baseEndpoint?: string | undefined;
  /** The scheme of a `baseEndpoint` that names none: https unless `false`. `false` also allows plain http. */
  secure?: boolean | undefined;
  /** Sent with every request. What the client itself has to send, such as `authorization`, wins. */
  headers?: RequestInit["headers"];
  /** The header `user-agent`: `pinner/VERSION (RUNTIME)` unless told otherwise. Browsers keep their own. */
  userAgent?: string | undefined;
  /** Sends the requests: the runtime's own `fetch` unless told otherwise. */
  fetch?: FetchFunction | undefined;
  /**
   * Milliseconds that one attempt of a request may take, its body included: 30,000 unless told otherwise, `Infinity`
   * for no limit.
   */
  timeout?: number | undefined;
  /** How often a call that does no harm twice is tried again: twice unless told otherwise, 0 for never. */
  maxRetries?: number | undefined;
  /** Called after each attempt of a request. It must not throw. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
}

/** Which keys to list, and who is told how far it is. */
export interface ListKeysOptions extends CallOptions {
  /** Only keys whose name contains this text, in upper or lower case. */
  search?: string | undefined;
  /** Called after each page of 100 with how many keys have arrived and how many there are, before any search. */
  onProgress?: ((loaded: number, total: number) => void) | undefined;
}

/** How a key is rotated. */
export interface RotateKeyOptions extends CallOptions {
  /**
   * Keeps the new key where programs will find it: a secret store, say. When it throws, the new key is deleted, the old
   * one stays, and `rotateKey` rejects with what it threw.
   */
  keep: (key: CreatedApiKey) => unknown;
}

/** What a rotation comes to. */
export interface Rotation {
  /** The new key. */
  key: CreatedApiKey;
  /** Why the old key may still be there, and work: its deletion failed. `undefined` when all went well. */
  cleanUpError: unknown;
}

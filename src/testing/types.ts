/** What `pinner/testing` takes and gives. Written by hand, so that the declarations stand on their own. */
import type { Operation } from "../sdk/operations.ts";

/** A whole Pinner account service in memory. Each has accounts, keys and a clock of its own. */
export interface Portal {
  /** Where the service is for a `Pinner` that was told nothing else: `https://account.pinner.xyz`. */
  readonly endpoint: string;
  /** Milliseconds since 1970 by the portal's clock: `Date.now()`, and what `advance` was told. */
  now(): number;
  /** Moves the portal's clock forward: sessions, keys and emails end by it. Times of the client stay as they are. */
  advance(milliseconds: number): void;
  /**
   * Answers a request as the service would, whatever host it is sent to: to be given to `new Pinner({ fetch })`, or
   * called by a server of yours, `(request) => portal.fetch(request)`. It rejects as a runtime's `fetch` does: with a `TypeError` where a fault drops the
   * connection, with the signal's reason where the request is aborted. Redirects are answers.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

  /**
   * Makes an account. The email is found in upper and lower case alike; one that is there already is replaced.
   * @returns the account, as it is at this moment
   */
  addAccount(account: NewAccount): PortalAccount;
  /**
   * @returns an account, as it is at this moment
   * @throws an `Error` when there is none with this email
   */
  account(email: string): PortalAccount;
  /**
   * The TOTP code of an account.
   * @param steps how many steps of 30 seconds away from now: the service takes one either way
   * @throws an `Error` when the account has no secret
   */
  otpCode(email: string, steps?: number): string;

  /** The API keys of an account, oldest first, and those that have ended too until they are deleted. */
  keys(email: string): PortalKey[];
  /** Makes an API key, as `Pinner.createKey` would. */
  createKey(email: string, name: string): Promise<PortalKey & { token: string }>;
  /** Makes the token of a session, as `Pinner.login` would: good for 24 hours. */
  createSession(email: string): Promise<string>;
  /** Forgets a session before its end: it is answered with 401 from now on. */
  endSession(token: string): void;
  /** Whether the token of a key or a session works at this moment. */
  isLive(token: string): Promise<boolean>;

  /**
   * Makes a call of the service go wrong.
   * @param operation which one, by its name in the client's errors and events; `any` for each, and for what is no call
   * @param fault how
   * @param times how often; always unless told otherwise
   */
  fault(operation: Operation | "any", fault: Fault, times?: number): void;
  /** From now on nothing goes wrong any more. */
  clearFaults(): void;

  /** Every email that the service has sent, oldest first. */
  readonly emails: readonly PortalEmail[];
  /** Every request that it got, oldest first. */
  readonly requests: readonly PortalRequest[];
}

/** An account to be made. */
export interface NewAccount {
  /** The address to log in with. */
  email: string;
  /** Not looked at: the service would take 8 characters to 72 bytes. */
  password: string;
  /** `Test` unless told otherwise. */
  firstName?: string | undefined;
  /** `Person` unless told otherwise. */
  lastName?: string | undefined;
  /** Whether the email address is confirmed; it is unless told otherwise. */
  verified?: boolean | undefined;
  /** Whether a login needs a TOTP code: see `otpCode`. It does not unless told so. */
  otp?: boolean | undefined;
}

/** An account as the portal knows it. */
export interface PortalAccount {
  /** The service's own number of it. */
  readonly id: number;
  /** The address to log in with. */
  readonly email: string;
  /** As it is now, after `updatePassword` or a reset. */
  readonly password: string;
  /** The first name. */
  readonly firstName: string;
  /** The last name. */
  readonly lastName: string;
  /** Whether the email address is confirmed. */
  readonly verified: boolean;
  /** Whether a login needs a TOTP code. */
  readonly otp: boolean;
  /** The TOTP secret in base32, where one has been made: SHA-1, 6 digits, 30 seconds. */
  readonly otpSecret: string | undefined;
  /** Whether its deletion has been asked for: it takes no login any more. */
  readonly pendingDeletion: boolean;
}

/** An API key as the portal knows it. */
export interface PortalKey {
  /** Unique, also when names are not. */
  readonly uuid: string;
  /** What it was called when it was created. */
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it was last exchanged for a session, ISO 8601. */
  readonly lastUsedAt: string | undefined;
}

/** An email that the service would have sent. */
export interface PortalEmail {
  /** The address that it goes to. */
  readonly to: string;
  /** What it is for. */
  readonly kind: "verify" | "password-reset";
  /** Six characters: what `verifyEmail` or `confirmPasswordReset` takes. */
  readonly token: string;
  /** The link in it. */
  readonly link: string;
}

/** A request that the portal got. */
export interface PortalRequest {
  /** Which call of the client it is; `undefined` for what is none. */
  readonly operation: Operation | undefined;
  /** The HTTP method. */
  readonly method: string;
  /** The path of its URL. */
  readonly path: string;
  /** The parameters of its URL. */
  readonly query: Readonly<Record<string, string>>;
  /** By names in lower case, the token in `authorization` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: JSON, or nothing. */
  readonly body: string;
  /** The status that it was answered with; `undefined` before that, and where the connection dropped. */
  readonly status: number | undefined;
}

/** How a call goes wrong. With `act` it does first what it was asked for, and then answers wrongly. */
export type Fault =
  /** It is answered as it should, after so many milliseconds. */
  | { kind: "delay"; ms: number }
  /** The connection drops before anything is done. */
  | { kind: "resetBefore" }
  /** It is done, and the connection drops: nobody learns of it. */
  | { kind: "resetAfter" }
  /** It is done, and the connection drops in the midst of the answer's body. */
  | { kind: "resetBody" }
  /** No answer ever comes. */
  | { kind: "hang" }
  /** The answer's body comes byte by byte, so many milliseconds apart. */
  | { kind: "trickle"; ms: number }
  /** Another status, such as 429 with `{ "retry-after": "1" }`. */
  | {
      kind: "status";
      status: number;
      act?: boolean | undefined;
      headers?: Record<string, string> | undefined;
      body?: string | undefined;
    }
  /** A redirect to elsewhere, 302 unless told otherwise. */
  | { kind: "redirect"; location: string; status?: number | undefined }
  /** 200 with JSON that breaks off. */
  | { kind: "garbage"; act?: boolean | undefined }
  /** 200 with a page, as from a proxy that wants a login. */
  | { kind: "html"; act?: boolean | undefined }
  /** 200 with a body that is far too large: 10 MiB unless told otherwise. */
  | { kind: "huge"; bytes?: number | undefined; act?: boolean | undefined }
  /** 200 with JSON of yours. */
  | { kind: "json"; value: unknown; act?: boolean | undefined };

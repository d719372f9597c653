import { abortable } from "./abort.ts";
import { TokenError } from "./errors.ts";
import { isHeaderSafe, readClaims } from "./token.ts";
import type { CallOptions, TokenSource } from "./types.ts";

/** A session is renewed this long before it ends, so that none ends on the way. */
const MARGIN_MS = 30_000;

type Exchange = (apiKey: string, options: CallOptions) => Promise<string>;

/** An exchange that is on its way: concurrent calls share it. */
interface Renewal {
  token: Promise<string>;
  /** Calls that wait for it: when the last of them is aborted, it is too. */
  waiting: number;
  abort: AbortController;
}

/** The session of one client: the login token that it was given, or what its API key was exchanged for. */
export class Session {
  readonly #given: TokenSource | undefined;
  readonly #exchange: Exchange;
  #current: { token: string; renewAt: number } | undefined;
  #renewal: Renewal | undefined;

  /** @param given an API key or a login token, or what gives one */
  constructor(given: TokenSource | undefined, exchange: Exchange) {
    this.#given = given;
    this.#exchange = exchange;
  }

  /**
   * @param options the limits of the exchange, if this call begins one
   * @throws {TokenError} when there is no token, or one that no account call can be made with
   */
  async token(options: CallOptions = {}): Promise<string> {
    const { signal } = options;
    signal?.throwIfAborted();
    if (this.#current !== undefined && Date.now() < this.#current.renewAt) return this.#current.token;
    const renewal = this.#renewal ?? this.#begin(options);
    renewal.waiting++;
    try {
      return await abortable(renewal.token, signal);
    } finally {
      renewal.waiting--;
      if (signal?.aborted && renewal.waiting === 0) {
        if (this.#renewal === renewal) this.#renewal = undefined;
        renewal.abort.abort(signal.reason);
      }
    }
  }

  /**
   * The service has ended the session, whatever its `exp` says: the next call makes another.
   * @param token only where the session is still this one
   * @returns whether another can be had: a login token that was given as it is, is all there is
   */
  forget(token = this.#current?.token): boolean {
    if (this.#current?.token === token) this.#current = undefined;
    return this.#given !== token;
  }

  #begin(options: CallOptions): Renewal {
    const abort = new AbortController();
    const token = this.#renew({ ...options, signal: abort.signal });
    const renewal: Renewal = { abort, waiting: 0, token };
    const end = () => {
      if (this.#renewal === renewal) this.#renewal = undefined;
    };
    token.then(end, end);
    this.#renewal = renewal;
    return renewal;
  }

  async #renew(options: CallOptions): Promise<string> {
    // Always a turn later, so that calls go out in the order in which they were made.
    const given = await (typeof this.#given === "function" ? this.#given() : this.#given);
    if (!given) throw new TokenError("missing");
    if (!isHeaderSafe(given)) throw new TokenError("malformed");
    const kind = readClaims(given)?.kind;
    if (kind === "two_factor") throw new TokenError("two_factor");
    const token = kind === "session" ? given : await this.#exchange(given, options);
    const end = readClaims(token)?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    options.signal?.throwIfAborted();
    this.#current = { token, renewAt: end - MARGIN_MS };
    return token;
  }
}

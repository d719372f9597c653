import { TokenError } from "./errors.ts";
import { isHeaderSafe, readClaims, type TokenKind } from "./token.ts";

/** A session is renewed this long before it ends, so that none ends on the way. */
const MARGIN_MS = 30_000;

/** The session of one client: the login token that it was given, or what its API key was exchanged for. */
export class Session {
  readonly #given: string | undefined;
  readonly #exchange: (apiKey: string) => Promise<string>;
  #kind: TokenKind | undefined;
  #current: { token: string; renewAt: number } | undefined;
  /** The exchange that is on its way: concurrent calls share it. */
  #pending: Promise<string> | undefined;

  /** @param given an API key or a login token */
  constructor(given: string | undefined, exchange: (apiKey: string) => Promise<string>) {
    this.#given = given;
    this.#exchange = exchange;
  }

  /** @throws {TokenError} when there is no token, or one that no account call can be made with */
  async token(): Promise<string> {
    const given = this.#given;
    if (given === undefined) throw new TokenError("missing");
    if (!isHeaderSafe(given)) throw new TokenError("malformed");
    this.#kind ??= readClaims(given)?.kind;
    if (this.#kind === "two_factor") throw new TokenError("two_factor");
    if (this.#kind === "session") return given;
    if (this.#current !== undefined && Date.now() < this.#current.renewAt) return this.#current.token;
    this.#pending ??= this.#renew(given).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /**
   * The service has ended the session, whatever its `exp` says: the next call makes another.
   * @param token only where the session is still this one
   */
  forget(token = this.#current?.token): void {
    if (this.#current?.token === token) this.#current = undefined;
  }

  async #renew(apiKey: string): Promise<string> {
    const token = await this.#exchange(apiKey);
    const end = readClaims(token)?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    this.#current = { token, renewAt: end - MARGIN_MS };
    return token;
  }
}

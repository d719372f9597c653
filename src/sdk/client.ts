import { accountEndpoint, refuseInsecure } from "./endpoint.ts";
import { type ApiError, isApiError, isBadResponseError, TokenError } from "./errors.ts";
import { findKey, listAllKeys } from "./key-list.ts";
import { type Answer, type Call, callOf } from "./operations.ts";
import { tokenFromRedirect } from "./redirect.ts";
import { expectSuccess, parse, send, type Transport } from "./request.ts";
import * as schemas from "./schemas.ts";
import { isHeaderSafe, isUuid, readClaims, type TokenKind } from "./token.ts";
import type { Account, ApiKey, CreatedApiKey, ListKeysOptions, LoginResult, PinnerOptions } from "./types.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;
/** A session is renewed this long before it ends, so that none ends on the way. */
const SESSION_MARGIN_MS = 30_000;

/**
 * A client of the Pinner account API (OpenAPI v0.2.7), over `fetch`; it runs on Node 20+, Bun and Deno.
 *
 * An API key is exchanged for a session once, when the first call needs it, and concurrent calls share that
 * exchange. Reads and other calls that do no harm twice are tried up to three times when the network falters or
 * the service answers 429, 502, 503 or 504; calls that create something are sent once.
 *
 * Every method rejects with a `PinnerError`: `ApiError` when the service says no, `NetworkError` and
 * `RequestTimeoutError` when it cannot be reached, `BadResponseError` when its answer is not what the API
 * describes, and `TokenError` when a call needs a token that is not there.
 */
export class Pinner {
  /** Scheme, host and port of the account API. */
  readonly endpoint: string;
  readonly #options: PinnerOptions;
  readonly #transport: Transport;
  readonly #token: string | undefined;
  #tokenKind: TokenKind | undefined;
  #session: { token: string; renewAt: number } | undefined;
  #exchange: Promise<string> | undefined;

  /**
   * @throws {InvalidEndpointError} when `baseEndpoint` is no host, address or http(s) URL
   * @throws {InsecureEndpointError} for plain http to another machine without `secure: false`
   */
  constructor(options: PinnerOptions = {}) {
    this.#options = options;
    this.endpoint = accountEndpoint(options.baseEndpoint, options.secure);
    refuseInsecure(this.endpoint, options.secure);
    this.#transport = {
      endpoint: this.endpoint,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      timeout: options.timeout ?? DEFAULT_TIMEOUT_MS,
      maxRetries: options.maxRetries ?? DEFAULT_RETRIES,
      onRequest: options.onRequest,
    };
    this.#token = options.token ?? environmentToken();
  }

  /** The same client with another token: what to do with the token that `login` or `createKey` gave. */
  withToken(token: string): Pinner {
    return new Pinner({ ...this.#options, token });
  }

  /**
   * Logs in with email and password.
   * @param input.remember asks for a session that lasts longer than 24 hours
   * @returns a session, or the 2FA token to give to `validateOtp` together with a TOTP code
   */
  async login(input: { email: string; password: string; remember?: boolean }): Promise<LoginResult> {
    const call = callOf("login", {
      body: { email: input.email, password: input.password, remember: input.remember ?? false },
    });
    const answer = await send(this.#transport, call);
    if (answer.status >= 300)
      return { status: "authenticated", token: tokenFromRedirect(call, answer, this.endpoint) };
    const { token, otp } = parse(call, answer, schemas.loginAnswer);
    return otp ? { status: "otp_required", otpToken: token } : { status: "authenticated", token };
  }

  /**
   * Ends a login that asked for a TOTP code.
   * @param otpToken the 2FA token of `login`
   * @param code six digits
   * @returns the session's token. A wrong code is an error that `isOtpRefused` recognises.
   */
  async validateOtp(otpToken: string, code: string): Promise<string> {
    if (!isHeaderSafe(otpToken)) throw new TokenError("malformed");
    const call = callOf("otpValidate", { token: otpToken, body: { otp: code } });
    const answer = await send(this.#transport, call);
    if (answer.status >= 300) return tokenFromRedirect(call, answer, this.endpoint);
    return parse(call, answer, schemas.tokenAnswer).token;
  }

  /**
   * The token of the session that account calls are made with: the login token itself, or what the API key was
   * exchanged for. An exchange that failed is not remembered; the next call tries again.
   */
  async session(): Promise<string> {
    const token = this.#token;
    if (token === undefined) throw new TokenError("missing");
    if (!isHeaderSafe(token)) throw new TokenError("malformed");
    this.#tokenKind ??= readClaims(token)?.kind;
    if (this.#tokenKind === "two_factor") throw new TokenError("two_factor");
    if (this.#tokenKind === "session") return token;
    if (this.#session !== undefined && Date.now() < this.#session.renewAt) return this.#session.token;
    this.#exchange ??= this.#exchangeKey(token).finally(() => {
      this.#exchange = undefined;
    });
    return this.#exchange;
  }

  /** Proves that the session works. */
  async ping(): Promise<void> {
    const call = callOf("ping");
    parse(call, await this.#sendWithSession(call), schemas.pingAnswer);
  }

  /** Ends the session on the service. */
  async logout(): Promise<void> {
    await this.#tell(callOf("logout"));
    this.#session = undefined;
  }

  /** Creates an account; the service then sends a verification token to its email address. */
  async register(input: {
    email: string;
    password: string;
    firstName: string;
    lastName: string;
  }): Promise<void> {
    const { email, password, firstName, lastName } = input;
    await this.#tellWithoutSession(
      callOf("register", { body: { first_name: firstName, last_name: lastName, email, password } }),
    );
  }

  /**
   * Confirms an email address.
   * @param input.token the six characters from the verification email
   */
  async verifyEmail(input: { email: string; token: string }): Promise<void> {
    const { email, token } = input;
    await this.#tellWithoutSession(callOf("verifyEmail", { body: { email, token } }));
  }

  /** Asks for a new verification email. The service answers alike whether the account exists or not. */
  async resendVerification(email: string): Promise<void> {
    await this.#tellWithoutSession(callOf("resendVerification", { body: { email } }));
  }

  /** The account that the token belongs to. */
  async account(): Promise<Account> {
    const call = callOf("account");
    return parse(call, await this.#sendWithSession(call), schemas.accountAnswer);
  }

  /** Every API key of the account, newest first, however many there are. */
  async listKeys(options: ListKeysOptions = {}): Promise<ApiKey[]> {
    const keys = await listAllKeys((call) => this.#sendWithSession(call), options);
    // The service's own search turns some values into other types and refuses others, so it is not used.
    const search = options.search?.toLowerCase();
    return search ? keys.filter((key) => key.name.toLowerCase().includes(search)) : keys;
  }

  /**
   * One API key. Of many, the newest are looked through first, and no more than it takes to find it.
   * @returns `undefined` when the account has no key with this UUID
   */
  async getKey(uuid: string): Promise<ApiKey | undefined> {
    if (!isUuid(uuid)) return undefined;
    return findKey((call) => this.#sendWithSession(call), uuid.toLowerCase());
  }

  /**
   * Creates an API key that is good for 30 days.
   * @param name at least one character; the service does not demand that names differ
   */
  async createKey(name: string): Promise<CreatedApiKey> {
    const call = callOf("createKey", { body: { name } });
    const answer = await this.#sendWithSession(call);
    try {
      return parse(call, answer, schemas.createdKeyAnswer);
    } catch (error) {
      if (isBadResponseError(error)) error.createdUuid = createdUuid(call, answer);
      throw error;
    }
  }

  /**
   * Deletes an API key.
   * @returns false when there was no such key
   */
  async deleteKey(uuid: string): Promise<boolean> {
    // No key is called so, and `..` in the path would make it another call.
    if (!isUuid(uuid)) return false;
    try {
      await this.#tell(callOf("deleteKey", { uuid }));
      return true;
    } catch (error) {
      if (!isApiError(error) || !(await this.#isGone(uuid, error))) throw error;
      // Missing at a second attempt: it was the first one that deleted it, and its answer that was lost.
      return error.attempt > 1;
    }
  }

  /** 404; or the 500 with a line of text that some servers answer, but a failing service may do so too. */
  async #isGone(uuid: string, { status, plainText }: ApiError): Promise<boolean> {
    if (status !== 500 || !plainText) return status === 404;
    return this.listKeys().then(
      (keys) => keys.every((key) => key.uuid !== uuid),
      () => false,
    );
  }

  /**
   * Generates a TOTP secret. **It replaces the account's secret at once**, also when 2FA is already on.
   * @returns the secret in base32: SHA-1, 6 digits, 30 seconds
   */
  async generateOtp(): Promise<string> {
    const call = callOf("otpGenerate");
    return parse(call, await this.#sendWithSession(call), schemas.otpSecretAnswer).otp;
  }

  /** Turns 2FA on with a first code. A wrong one is an error that `isOtpRefused` recognises. */
  async verifyOtp(code: string): Promise<void> {
    await this.#tell(callOf("otpVerify", { body: { otp: code } }));
  }

  /** Turns 2FA off. */
  async disableOtp(password: string): Promise<void> {
    await this.#tell(callOf("otpDisable", { body: { password } }));
  }

  async updatePassword(input: { currentPassword: string; newPassword: string }): Promise<void> {
    await this.#tell(
      callOf("updatePassword", {
        body: { current_password: input.currentPassword, new_password: input.newPassword },
      }),
    );
  }

  async updateEmail(input: { email: string; password: string }): Promise<void> {
    await this.#tell(callOf("updateEmail", { body: { email: input.email, password: input.password } }));
  }

  /** Asks for a password-reset email. The service answers alike whether the account exists or not. */
  async requestPasswordReset(email: string): Promise<void> {
    await this.#tellWithoutSession(callOf("requestPasswordReset", { body: { email } }));
  }

  /** Sets a new password with the token of a password-reset email. */
  async confirmPasswordReset(input: { email: string; token: string; password: string }): Promise<void> {
    const { email, token, password } = input;
    await this.#tellWithoutSession(callOf("confirmPasswordReset", { body: { email, token, password } }));
  }

  async #exchangeKey(apiKey: string): Promise<string> {
    const call = callOf("exchange", { token: apiKey });
    const { token } = parse(call, await send(this.#transport, call), schemas.tokenAnswer);
    const end = readClaims(token)?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    this.#session = { token, renewAt: end - SESSION_MARGIN_MS };
    return token;
  }

  async #sendWithSession(call: Call): Promise<Answer> {
    const token = await this.session();
    try {
      return await send(this.#transport, { ...call, token });
    } catch (error) {
      // The service no longer knows the session, whatever its `exp` says.
      if (isApiError(error) && error.status === 401 && this.#session?.token === token)
        this.#session = undefined;
      throw error;
    }
  }

  async #tell(call: Call): Promise<void> {
    expectSuccess(call, await this.#sendWithSession(call));
  }

  async #tellWithoutSession(call: Call): Promise<void> {
    expectSuccess(call, await send(this.#transport, call));
  }
}

function createdUuid(call: Call, answer: Answer): string | undefined {
  try {
    return parse(call, answer, schemas.createdUuidAnswer).uuid;
  } catch {
    return undefined;
  }
}

/** `PINNER_AUTH_TOKEN`, where the runtime has an environment and lets it be read. */
function environmentToken(): string | undefined {
  try {
    const runtime = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return runtime.process?.env?.["PINNER_AUTH_TOKEN"] || undefined;
  } catch {
    // Deno without permission to read it.
    return undefined;
  }
}

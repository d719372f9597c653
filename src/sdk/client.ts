import { Caller } from "./caller.ts";
import { type ApiError, InvalidOptionError, isApiError } from "./errors.ts";
import { createKey, deleteKey } from "./key-calls.ts";
import { KeyNotFoundError } from "./key-errors.ts";
import { eachKey, getKey, listAllKeys, onlyNamed } from "./key-list.ts";
import { login, validateOtp } from "./login.ts";
import type { KeyCalls } from "./new-key.ts";
import type { Answer, Call } from "./operations.ts";
import { rotateKey, withKey } from "./rotation.ts";
import { accountAnswer, otpSecretAnswer, pingAnswer } from "./schemas.ts";
import { isUuid } from "./token.ts";
import type {
  Account,
  ApiKey,
  CallOptions,
  CreatedApiKey,
  ListKeysOptions,
  LoginResult,
  PinnerOptions,
  RotateKeyOptions,
  Rotation,
  TokenSource,
} from "./types.ts";

/**
 * A client of the Pinner account API, over `fetch`; it runs on Node 20.13 and newer, Bun, Deno, Cloudflare's
 * workers and Vercel's edge functions, and in browsers, which hide the answer of a login. What it knows of the
 * protocol is from the service's published OpenAPI description (v0.2.7) and its server's source.
 *
 * An API key is exchanged for a session once, when the first call needs it, and concurrent calls share that
 * exchange. A session that the service has ended is renewed, once, by calls that do no harm twice. Reads and other calls
 * that do no harm twice are tried up to three times when the network falters or the service answers 408, 425, 429, 502,
 * 503 or 504, and once more after a timeout; calls that create something are sent once.
 *
 * Every call takes `CallOptions` last. An aborted one rejects with its signal's `reason`; else every method rejects
 * with a `PinnerError`: `ApiError` when the service says no, `NetworkError` and
 * `RequestTimeoutError` when it cannot be reached, `BadResponseError` when its answer is not what the API
 * describes, `TokenError` when a call needs a token that is not there, and `InvalidOptionError` for an option that cannot
 * be. After a `NetworkError` whose `stage` is `exchange`, a `RequestTimeoutError` or a `BadResponseError`, the service may
 * have done what it was asked for.
 * @example
 * ```ts
 * const pinner = new Pinner({ token: process.env.MY_KEY, timeout: 5_000 });
 * const { email } = await pinner.account();
 * const { token } = await pinner.createKey("ci", { signal: AbortSignal.timeout(10_000) });
 * ```
 */
export class Pinner {
  /** Scheme, host and port of the account API, without a slash at the end. */
  readonly endpoint: string;
  readonly #calls: Caller;

  /**
   * Sends nothing yet.
   * @throws {InvalidEndpointError} when `baseEndpoint`, or `PINNER_BASE_ENDPOINT`, is no host, address or http(s) URL
   * @throws {InsecureEndpointError} for plain http to another machine without `secure: false`
   * @throws {InvalidOptionError} for a `timeout` that is not above 0, a `maxRetries` that is no whole number from 0, or
   * what no header can hold
   */
  constructor(options: PinnerOptions = {}) {
    this.#calls = new Caller(options);
    this.endpoint = this.#calls.endpoint;
  }

  /**
   * The same client with another token: what to do with the token that `login` or `createKey` gave.
   * @param token an API key or a login token, or a function that gives one
   * @returns a client of its own, with a session of its own
   */
  withToken(token: TokenSource): Pinner {
    return new Pinner({ ...this.#calls.options, token });
  }

  /**
   * Logs in with email and password.
   * @param input.email the account's email address
   * @param input.password 8 characters to 72 bytes of UTF-8
   * @param input.remember asks for a session that lasts longer than 24 hours
   * @returns a session's token, or the 2FA token to give to `validateOtp` together with a TOTP code
   * @throws {ApiError} 401 for a wrong email or password, 403 for an account that may not log in
   * @throws {BadResponseError} in a browser, always: it hides the redirect that holds the token
   * @example
   * ```ts
   * const result = await pinner.login({ email, password });
   * const token =
   *   result.status === "otp_required" ? await pinner.validateOtp(result.otpToken, code) : result.token;
   * const key = await pinner.withToken(token).createKey("ci");
   * ```
   */
  async login(
    input: { email: string; password: string; remember?: boolean | undefined },
    options?: CallOptions,
  ): Promise<LoginResult> {
    const { email, password, remember = false } = input;
    return login(this.#calls, { email, password, remember }, options);
  }

  /**
   * Ends a login that asked for a TOTP code.
   * @param otpToken the 2FA token of `login`
   * @param code six digits
   * @returns the session's token
   * @throws {ApiError} a wrong code is one that `isOtpRefused` recognises; 401 when the 2FA token has expired
   * @throws {TokenError} when the 2FA token holds characters that no token has
   */
  async validateOtp(otpToken: string, code: string, options?: CallOptions): Promise<string> {
    return validateOtp(this.#calls, otpToken, code, options);
  }

  /**
   * The token of the session that account calls are made with: the login token itself, or what the API key was
   * exchanged for. A session is renewed half a minute before it ends. An exchange that failed is not remembered; the
   * next call tries again.
   * @throws {TokenError} when there is no token, or one that no account call can be made with
   * @throws {ApiError} 401 for a key that is unknown, deleted or expired; 403 when its account is to be deleted
   */
  async session(options?: CallOptions): Promise<string> {
    return this.#calls.session.token(options);
  }

  /**
   * Proves that the session works.
   * @throws {ApiError} 401 when it does not
   */
  async ping(options?: CallOptions): Promise<void> {
    await this.#calls.ask("ping", pingAnswer, {}, options);
  }

  /** Tells the service that the session ends, and forgets it here. The token that the client was given stays. */
  async logout(options?: CallOptions): Promise<void> {
    await this.#calls.tell("logout", {}, options);
    this.#calls.session.forget();
  }

  /**
   * Creates an account; the service then sends a verification token to its email address.
   * @param input.email becomes the address to log in with
   * @param input.password 8 characters to 72 bytes of UTF-8
   * @param input.firstName at least one character
   * @param input.lastName at least one character
   * @throws {ApiError} 409 when the address is taken, 400 or 422 for an invalid field
   */
  async register(
    input: { email: string; password: string; firstName: string; lastName: string },
    options?: CallOptions,
  ): Promise<void> {
    const { email, password, firstName, lastName } = input;
    await this.#calls.tell(
      "register",
      { body: { first_name: firstName, last_name: lastName, email, password } },
      options,
    );
  }

  /**
   * Confirms an email address.
   * @param input.email the address that the email came to
   * @param input.token the six characters from the verification email, good for an hour
   * @throws {ApiError} 409 when it is confirmed already; 400 or 401, or 500 with a line of text, for a token that is
   * wrong or old
   */
  async verifyEmail(input: { email: string; token: string }, options?: CallOptions): Promise<void> {
    const { email, token } = input;
    await this.#calls.tell("verifyEmail", { body: { email, token } }, options);
  }

  /** Asks for a new verification email. The service answers alike whether the account exists or not. */
  async resendVerification(email: string, options?: CallOptions): Promise<void> {
    await this.#calls.tell("resendVerification", { body: { email } }, options);
  }

  /**
   * The account that the token belongs to.
   * @throws {ApiError} 401 when the session is not accepted
   */
  async account(options?: CallOptions): Promise<Account> {
    return this.#calls.ask("account", accountAnswer, {}, options);
  }

  /**
   * Every API key of the account, newest first: pages of 100, of which six are fetched side by side.
   * @throws {BadResponseError} when the service speaks of more than 100,000 keys
   */
  async listKeys(options: ListKeysOptions = {}): Promise<ApiKey[]> {
    const keys = await listAllKeys(this.#send(options), options);
    // The service's own search turns some values into other types and refuses others, so it is not used.
    const search = options.search?.toLowerCase();
    return search ? keys.filter((key) => key.name.toLowerCase().includes(search)) : keys;
  }

  /**
   * One API key. Of many, the newest are looked through first, and no more than it takes to find it.
   * @param uuid in upper or lower case; what is no UUID is not asked for
   * @returns `undefined` when the account has no key with this UUID
   * @throws {BadResponseError} when the service speaks of more than 100,000 keys
   */
  async getKey(uuid: string, options?: CallOptions): Promise<ApiKey | undefined> {
    if (!isUuid(uuid)) return undefined;
    return getKey(this.#send(options), uuid.toLowerCase());
  }

  /**
   * The API keys of the account, newest first, page by page: the next 100 are asked for when the loop comes to them.
   * Each is given once, and keys may be deleted within the loop: none is missed by that.
   * @throws {BadResponseError} when the service speaks of more than 100,000 keys
   * @example
   * ```ts
   * for await (const key of pinner.keys()) if (key.name.startsWith("job-")) await pinner.deleteKey(key.uuid);
   * ```
   */
  keys(options?: CallOptions): AsyncGenerator<ApiKey, void, undefined> {
    return eachKey(this.#send(options), options?.signal);
  }

  /**
   * The API key of exactly this name.
   * @returns `undefined` when there is none
   * @throws {AmbiguousKeyError} when there are several: its message lists their UUIDs
   */
  async findKey(name: string, options?: CallOptions): Promise<ApiKey | undefined> {
    return onlyNamed(await this.listKeys({ ...options, search: name }), name);
  }

  /**
   * Replaces an API key by a new one of the same name: the new one is created, proved to work, and given to
   * `keep`; then the old one is deleted. Wherever that ends, a key that is kept works. If it is the key that this client was
   * given, go on with `withToken(key.token)`.
   *
   * An abort before `keep` is called deletes the new key again; after that it is ignored.
   * @param uuid of the old key, in upper or lower case
   * @returns the new key, and why the old one could not be deleted, if so
   * @throws {KeyNotFoundError} when the account has no such key
   * @throws {InvalidOptionError} when `keep` is no function
   * @throws {LostKeyError} when nobody knows whether the new key was created
   * @throws {StrayKeyError} when the new key could be neither kept nor deleted again
   * @example
   * ```ts
   * await pinner.rotateKey(uuid, { keep: ({ token }) => vault.write("pinner", token) });
   * ```
   */
  async rotateKey(uuid: string, options: RotateKeyOptions): Promise<Rotation> {
    const { keep, ...how } = options ?? {};
    if (typeof keep !== "function") throw new InvalidOptionError("`keep` takes a function");
    const known = await this.listKeys(how);
    const old = known.find((key) => key.uuid === uuid.toLowerCase());
    if (!old) throw new KeyNotFoundError();
    const prove = ({ token }: CreatedApiKey) => this.withToken(token).session(how);
    const deliver = async (key: CreatedApiKey) => void (await keep(key));
    return rotateKey(this.#keyCalls(how), old, prove, deliver, { signal: how.signal }, { known });
  }

  /**
   * Creates an API key for one piece of work, and deletes it when that ends, however it ends.
   * @param name as for `createKey`
   * @param use what is done with the key; an abort before it begins deletes the key again, after that it is for `use` to heed
   * @returns what `use` returns
   * @throws what `use` throws
   * @throws {LostKeyError} when nobody knows whether the key was created
   * @throws {StrayKeyError} when it could not be deleted: its `cause` is what `use` threw, else why
   * @example
   * ```ts
   * await pinner.withKey("nightly", async ({ token }) => upload(token));
   * ```
   */
  async withKey<Result>(
    name: string,
    use: (key: CreatedApiKey) => Result | Promise<Result>,
    options: CallOptions = {},
  ): Promise<Result> {
    const { signal } = options;
    // So that an abort while the key in use is exchanged is no abort of a creation, whose end nobody would know.
    await this.session(options);
    return (await withKey(this.#keyCalls(options), name, async (key) => use(key), { signal })).result;
  }

  /**
   * Creates an API key that is good for 30 days. It is sent once, whatever happens.
   * @param name at least one character; the service does not demand that names differ
   * @returns the key, with the token that is shown this once
   * @throws {ApiError} 400 or 422 for an empty name
   * @throws {BadResponseError} its `createdUuid` names the key that was created, where the answer still does; `outdated`
   * says that the portal is too old to be used
   */
  async createKey(name: string, options?: CallOptions): Promise<CreatedApiKey> {
    return createKey(this.#calls, name, options);
  }

  /**
   * Deletes an API key.
   * @param uuid in upper or lower case; for what is no UUID, nothing is sent
   * @returns false when there was no such key
   */
  async deleteKey(uuid: string, options?: CallOptions): Promise<boolean> {
    return deleteKey(this.#calls, uuid, options);
  }

  /**
   * Generates a TOTP secret. **It replaces the account's secret at once**, also when 2FA is already on.
   * @returns the secret in base32: SHA-1, 6 digits, 30 seconds
   */
  async generateOtp(options?: CallOptions): Promise<string> {
    return (await this.#calls.ask("otpGenerate", otpSecretAnswer, {}, options)).otp;
  }

  /**
   * Turns 2FA on.
   * @param code six digits, of the secret that `generateOtp` gave
   * @throws {ApiError} a wrong code is one that `isOtpRefused` recognises
   */
  async verifyOtp(code: string, options?: CallOptions): Promise<void> {
    await this.#calls.tell("otpVerify", { body: { otp: code } }, options);
  }

  /**
   * Turns 2FA off.
   * @param password the account's
   * @throws {ApiError} 401 for a wrong password
   */
  async disableOtp(password: string, options?: CallOptions): Promise<void> {
    await this.#calls.tell("otpDisable", { body: { password } }, options);
  }

  /**
   * Changes the password. Keys and sessions go on working.
   * @param input.currentPassword the one to be replaced
   * @param input.newPassword 8 characters to 72 bytes of UTF-8
   * @throws {ApiError} 401 for a wrong present password, 422 for a new one that is too short
   */
  async updatePassword(
    input: { currentPassword: string; newPassword: string },
    options?: CallOptions,
  ): Promise<void> {
    await this.#calls.tell(
      "updatePassword",
      {
        body: { current_password: input.currentPassword, new_password: input.newPassword },
      },
      options,
    );
  }

  /**
   * Changes the account's email address, at once.
   * @param input.email the new address
   * @param input.password the account's
   * @throws {ApiError} 401 for a wrong password, 409 for an address that is taken
   */
  async updateEmail(input: { email: string; password: string }, options?: CallOptions): Promise<void> {
    await this.#calls.tell(
      "updateEmail",
      { body: { email: input.email, password: input.password } },
      options,
    );
  }

  /**
   * Changes the account's names. A blank one stays as it is.
   * @throws {ApiError} 404 or 405 from a portal that is older than this call
   */
  async updateProfile(
    input: { firstName?: string | undefined; lastName?: string | undefined },
    options?: CallOptions,
  ): Promise<void> {
    const { firstName, lastName } = input;
    await this.#calls.tell(
      "updateProfile",
      {
        // JSON leaves out what is not given.
        body: { first_name: firstName, last_name: lastName },
      },
      options,
    );
  }

  /**
   * Asks for the account to be deleted: it takes no login and exchanges no key from now on, and ends in 48 hours.
   * Sessions go on working until their end.
   * @throws {ApiError} 409 when that has been asked for already
   */
  async deleteAccount(options?: CallOptions): Promise<void> {
    try {
      await this.#calls.tell("deleteAccount", {}, options);
    } catch (error) {
      if (!isApiError(error) || !isUnknownRoute(error)) throw error;
      await this.#calls.tell("deleteAccountOlder", {}, options);
    }
  }

  /** Asks for a password-reset email. The service answers alike whether the account exists or not. */
  async requestPasswordReset(email: string, options?: CallOptions): Promise<void> {
    await this.#calls.tell("requestPasswordReset", { body: { email } }, options);
  }

  /**
   * Sets a new password with the token of a password-reset email. Keys and sessions go on working.
   * @param input.email the address that the email came to
   * @param input.token the token in that email
   * @param input.password the new one: 8 characters to 72 bytes of UTF-8
   * @throws {ApiError} 400, 401 or 404 for a token that is wrong, used or old; 422 for a password that is too short
   */
  async confirmPasswordReset(
    input: { email: string; token: string; password: string },
    options?: CallOptions,
  ): Promise<void> {
    const { email, token, password } = input;
    await this.#calls.tell("confirmPasswordReset", { body: { email, token, password } }, options);
  }

  #send(options: CallOptions | undefined): (call: Call) => Promise<Answer> {
    return (call) => this.#calls.send(call, options);
  }

  /** The calls that look after keys, with these limits; their signal does not abort them, so that no key is left. */
  #keyCalls({ signal: _, ...limits }: CallOptions): KeyCalls {
    return {
      createKey: (name, end) => this.createKey(name, { ...limits, ...end }),
      deleteKey: (uuid) => this.deleteKey(uuid, limits),
      listKeys: () => this.listKeys(limits),
    };
  }
}

const isUnknownRoute = ({ status }: ApiError): boolean => status === 404 || status === 405;

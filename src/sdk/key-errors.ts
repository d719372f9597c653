import { isNamed, PinnerError } from "./errors.ts";
import type { ApiKey } from "./types.ts";

/** The answer to a creation was lost: a key of this name may exist that nobody holds. Its `cause` says why. */
export class LostKeyError extends PinnerError {
  /** Always `LostKeyError`. */
  override readonly name = "LostKeyError";
  /** What the key was to be called. */
  readonly keyName: string;
  /** Keys of this name that may be the lost one, or another machine's; the newest first. */
  readonly candidates: readonly ApiKey[];

  /**
   * With a message that names no key.
   * @param keyName what the key was to be called
   * @param candidates keys of this name that may be the lost one, the newest first
   * @param cause what the creation failed with
   */
  constructor(keyName: string, candidates: readonly ApiKey[], cause: unknown) {
    super("the answer to the creation of an API key was lost", { cause });
    this.keyName = keyName;
    this.candidates = candidates;
  }
}

/** A new key could not be deleted, though nobody keeps it. It works until its end. */
export class StrayKeyError extends PinnerError {
  /** Always `StrayKeyError`. */
  override readonly name = "StrayKeyError";
  /** Of the key that is left. */
  readonly uuid: string;

  /**
   * With a message that names the UUID.
   * @param uuid of the key that is left
   * @param cause why it was to be deleted, else why it could not be
   */
  constructor(uuid: string, cause: unknown) {
    super(`the new API key ${uuid} could not be deleted again`, { cause });
    this.uuid = uuid;
  }
}

/** The account has no key of this name or UUID. */
export class KeyNotFoundError extends PinnerError {
  /** Always `KeyNotFoundError`. */
  override readonly name = "KeyNotFoundError";

  /** With a message that names no key. */
  constructor() {
    super("there is no API key of this name or UUID");
  }
}

/** Several keys have this name: none of them is guessed. */
export class AmbiguousKeyError extends PinnerError {
  /** Always `AmbiguousKeyError`. */
  override readonly name = "AmbiguousKeyError";
  /** All of that name, the newest first. */
  readonly keys: readonly ApiKey[];

  /**
   * With a message that lists their UUIDs.
   * @param keys two at least, the newest first
   */
  constructor(keys: readonly ApiKey[]) {
    super(`${keys.length} API keys have this name: ${keys.map(({ uuid }) => uuid).join(", ")}`);
    this.keys = keys;
  }
}

/** Whether a key may have been created that nobody holds. */
export const isLostKeyError = (error: unknown): error is LostKeyError => isNamed(error, "LostKeyError");
/** Whether a new key is left that nobody keeps. */
export const isStrayKeyError = (error: unknown): error is StrayKeyError => isNamed(error, "StrayKeyError");
/** Whether there was no key of a name or UUID. */
export const isKeyNotFoundError = (error: unknown): error is KeyNotFoundError =>
  isNamed(error, "KeyNotFoundError");
/** Whether several keys had the name. */
export const isAmbiguousKeyError = (error: unknown): error is AmbiguousKeyError =>
  isNamed(error, "AmbiguousKeyError");

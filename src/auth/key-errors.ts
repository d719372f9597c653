import type { ApiKey } from "../sdk/types.ts";

/** The answer to a create was lost: a key of this name may exist that nobody holds. */
export class LostKeyError extends Error {
  override readonly name = "LostKeyError";
  readonly keyName: string;
  /** Keys of this name that may be the lost one, or another machine's; the newest first. */
  readonly candidates: ApiKey[];

  constructor(keyName: string, candidates: ApiKey[], cause: unknown) {
    super("the answer to the creation of an API key was lost", { cause });
    this.keyName = keyName;
    this.candidates = candidates;
  }
}

/** A new key could be neither stored or printed nor deleted again. */
export class StrayKeyError extends Error {
  override readonly name = "StrayKeyError";
  readonly uuid: string;

  constructor(uuid: string, cause: unknown) {
    super("a new API key could be neither delivered nor deleted", { cause });
    this.uuid = uuid;
  }
}

/** The command was ended by force, and may have left keys: a new one, or those that it was to replace. */
export class LeftKeysError extends Error {
  override readonly name = "LeftKeysError";
  readonly which: "new" | "replaced";
  readonly uuids: string[];

  constructor(which: "new" | "replaced", uuids: string[], cause: unknown) {
    super("keys may be left", { cause });
    this.which = which;
    this.uuids = uuids;
  }
}

/** Another process stored another token while this one was at work. */
export class StoredTokenChangedError extends Error {
  override readonly name = "StoredTokenChangedError";

  constructor() {
    super("another process has changed the stored token meanwhile");
  }
}

/** No key, or more than one, is what the user named. */
export class KeyNotFoundError extends Error {
  override readonly name = "KeyNotFoundError";
}

export class AmbiguousKeyError extends Error {
  override readonly name = "AmbiguousKeyError";
  readonly keys: ApiKey[];

  constructor(keys: ApiKey[]) {
    super(`${keys.length} keys have this name`);
    this.keys = keys;
  }
}

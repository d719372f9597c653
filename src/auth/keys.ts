import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { isUuid, readClaims } from "../sdk/token.ts";
import type { ApiKey, CreatedApiKey } from "../sdk/types.ts";

/** The answer to a create was lost: a key of this name may exist that nobody holds. */
export class LostKeyError extends Error {
  override readonly name = "LostKeyError";
  readonly keyName: string;

  constructor(keyName: string, cause: unknown) {
    super("the answer to the creation of an API key was lost", { cause });
    this.keyName = keyName;
  }
}

/** A new key could not be kept, and not be deleted again either. */
export class StrayKeyError extends Error {
  override readonly name = "StrayKeyError";
  readonly uuid: string;

  constructor(uuid: string, cause: unknown) {
    super("a new API key could be neither kept nor deleted", { cause });
    this.uuid = uuid;
  }
}

/** Another process stored another token while this one was at work. */
export class StoredTokenChangedError extends Error {
  override readonly name = "StoredTokenChangedError";
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

/**
 * Creates a key and keeps it. When it cannot be kept, it is deleted again, so that none is left that nobody holds.
 * @param keep stores or shows the key
 * @param signal when it is aborted before the key is kept, the key is deleted again and the abort's reason thrown
 * @throws {LostKeyError} when nobody knows whether the key was created
 * @throws {StrayKeyError} when the key could be neither kept nor deleted
 */
export async function createKept<Result>(
  session: Pinner,
  name: string,
  keep: (key: CreatedApiKey) => Promise<Result>,
  signal?: AbortSignal,
): Promise<{ key: CreatedApiKey; result: Result }> {
  const key = await create(session, name);
  try {
    signal?.throwIfAborted();
    return { key, result: await keep(key) };
  } catch (cause) {
    await session.deleteKey(key.uuid).catch(() => {
      throw new StrayKeyError(key.uuid, cause);
    });
    throw cause;
  }
}

async function create(session: Pinner, name: string): Promise<CreatedApiKey> {
  try {
    return await session.createKey(name);
  } catch (error) {
    // A status of 4xx says that nothing was created; a gateway's 5xx, a broken answer or silence do not.
    if (isApiError(error) && error.status < 500) throw error;
    throw new LostKeyError(name, error);
  }
}

const CONCURRENT_DELETIONS = 6;

/** Deletes keys side by side. @returns the UUIDs of those that are gone, and why another is not */
export async function deleteKeys(
  session: Pinner,
  keys: ApiKey[],
): Promise<{ deleted: string[]; failure: unknown }> {
  const deleted: string[] = [];
  const waiting = [...keys];
  let failure: unknown;
  async function deleteNext(): Promise<void> {
    for (let key = waiting.shift(); key; key = waiting.shift()) {
      try {
        await session.deleteKey(key.uuid);
        deleted.push(key.uuid);
      } catch (error) {
        failure = error;
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_DELETIONS }, deleteNext));
  return { deleted, failure };
}

/**
 * The one key that a UUID or an exact name stands for.
 * @throws {KeyNotFoundError}
 * @throws {AmbiguousKeyError} when several keys have that name: none of them is guessed
 */
export function findKey(keys: ApiKey[], nameOrUuid: string): ApiKey {
  if (isUuid(nameOrUuid)) {
    const uuid = nameOrUuid.toLowerCase();
    const byUuid = keys.find((key) => key.uuid === uuid);
    if (byUuid) return byUuid;
  }
  const [key, ...others] = keys.filter(({ name }) => name === nameOrUuid);
  if (!key) throw new KeyNotFoundError("there is no API key of this name or UUID");
  if (others.length > 0) throw new AmbiguousKeyError([key, ...others]);
  return key;
}

/** The UUID of the API key that a token stands for. */
export const keyUuidOf = (token: string | undefined): string | undefined =>
  token ? readClaims(token)?.keyUuid : undefined;

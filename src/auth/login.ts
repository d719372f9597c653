import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { readClaims } from "../sdk/token.ts";
import type { ApiKey, CreatedApiKey } from "../sdk/types.ts";

/** How a login gets its session: asks for a code only when the service does. */
export async function logIn(
  pinner: Pinner,
  credentials: { email: string; password: string },
  validateOtp: (otpToken: string) => Promise<string>,
): Promise<string> {
  const result = await pinner.login(credentials);
  return result.status === "authenticated" ? result.token : validateOtp(result.otpToken);
}

export interface KeyRequest {
  name: string;
  /** The user chose the name, so every older key of that name is theirs to replace. */
  named: boolean;
  /**
   * Keeps the new key; when that fails, the key is deleted again.
   * @param plan what will be removed once the key is kept, given the token that it replaces
   * @returns the token that it replaced
   */
  keep: (
    key: CreatedApiKey,
    plan: (replacedToken?: string) => Promise<Removal>,
  ) => Promise<string | undefined>;
  /** Tokens whose keys must stay: they are still in use elsewhere. */
  inUse: readonly (string | undefined)[];
  /** When it is aborted before the key is kept, the new key is deleted again and the abort's reason thrown. */
  signal?: AbortSignal | undefined;
}

/** What a new key makes superfluous. */
export interface Removal {
  /** Keys to delete. */
  older: ApiKey[];
  /** Other keys of the same name, which are left alone. */
  others: number;
  /** This machine's previous key, where it has another name and so is left alone. */
  previous: ApiKey | undefined;
  /** Why nobody knows: the keys could not be listed. */
  error: unknown;
}

export interface KeyResult extends Omit<Removal, "older" | "error"> {
  key: CreatedApiKey;
  /** UUIDs of the older keys that were deleted. */
  replaced: string[];
  /** What went wrong with the clean-up: the new key is kept all the same. */
  cleanUpError: unknown;
}

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

/**
 * Creates an API key, keeps it, and then deletes the older keys that it replaces, in that order: whenever the
 * process dies, a working key is stored. The list of older keys is fetched while the new one is created.
 * @throws {LostKeyError} when nobody knows whether the key was created
 * @throws {StrayKeyError} when the key could not be kept and could not be deleted
 */
export async function createAndKeepKey(session: Pinner, request: KeyRequest): Promise<KeyResult> {
  const listing = session.listKeys().then(
    (keys) => ({ keys, error: undefined }),
    (error: unknown) => ({ keys: [], error }),
  );
  const key = await createKey(session, request.name);
  const plan = async (replacedToken?: string): Promise<Removal> => {
    const { keys, error } = await listing;
    return { ...planRemoval(keys, key, request, replacedToken), error };
  };
  let replacedToken: string | undefined;
  try {
    request.signal?.throwIfAborted();
    replacedToken = await request.keep(key, plan);
  } catch (cause) {
    await session.deleteKey(key.uuid).catch(() => {
      throw new StrayKeyError(key.uuid, cause);
    });
    throw cause;
  }
  const { older, error, ...rest } = await plan(replacedToken);
  const outcomes = await Promise.allSettled(older.map(({ uuid }) => session.deleteKey(uuid)));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  return {
    ...rest,
    key,
    replaced: older.filter((_, index) => outcomes[index]?.status === "fulfilled").map(({ uuid }) => uuid),
    cleanUpError: error ?? failure?.reason,
  };
}

function planRemoval(
  keys: ApiKey[],
  key: CreatedApiKey,
  { named, inUse }: KeyRequest,
  replacedToken: string | undefined,
): Omit<Removal, "error"> {
  const own = uuidOf(replacedToken);
  const kept = new Set([key.uuid, ...inUse.map(uuidOf)]);
  const sameName = keys.filter(({ name, uuid }) => name === key.name && !kept.has(uuid));
  const older = named ? sameName : sameName.filter(({ uuid }) => uuid === own);
  return {
    older,
    others: sameName.length - older.length,
    previous: keys.find(({ uuid, name }) => uuid === own && name !== key.name && !kept.has(uuid)),
  };
}

async function createKey(session: Pinner, name: string): Promise<CreatedApiKey> {
  try {
    return await session.createKey(name);
  } catch (error) {
    // A status of 4xx says that nothing was created; a gateway's 5xx, a broken answer or silence do not.
    if (isApiError(error) && error.status < 500) throw error;
    throw new LostKeyError(name, error);
  }
}

const uuidOf = (token: string | undefined): string | undefined =>
  token ? readClaims(token)?.keyUuid : undefined;

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
  /** Keeps the new token. @returns the token that it replaced. When it fails, the new key is deleted again. */
  keep: (token: string) => Promise<string | undefined>;
  /** Tokens whose keys must stay: they are still in use elsewhere. */
  inUse: readonly (string | undefined)[];
  /** Called with the undoing of a key that is not kept yet, and with nothing once it is. */
  onPending?: (undo: (() => Promise<void>) | undefined) => void;
}

export interface KeyResult {
  key: CreatedApiKey;
  /** UUIDs of the older keys that were deleted. */
  replaced: string[];
  /** Other keys of the same name, which were left alone. */
  others: number;
  /** This machine's previous key, where it has another name and so was left alone. */
  previous: ApiKey | undefined;
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
    (error: unknown) => ({ keys: undefined, error }),
  );
  const key = await createKey(session, request);
  let replacedToken: string | undefined;
  try {
    replacedToken = await request.keep(key.token);
  } catch (cause) {
    await session.deleteKey(key.uuid).catch(() => {
      throw new StrayKeyError(key.uuid, cause);
    });
    throw cause;
  } finally {
    request.onPending?.(undefined);
  }
  const { keys, error } = await listing;
  if (!keys) return { key, replaced: [], others: 0, previous: undefined, cleanUpError: error };
  return { key, ...(await deleteOlder(session, keys, { ...request, key, replacedToken })) };
}

async function createKey(session: Pinner, { name, onPending }: KeyRequest): Promise<CreatedApiKey> {
  let created: Promise<CreatedApiKey> | undefined;
  // Whoever cancels now waits for the answer, and deletes the key that it tells of.
  onPending?.(async () => {
    const key = await created?.catch(() => undefined);
    if (key) await session.deleteKey(key.uuid);
  });
  created = session.createKey(name);
  try {
    return await created;
  } catch (error) {
    onPending?.(undefined);
    // A status of 4xx says that nothing was created; a gateway's 5xx, a broken answer or silence do not.
    if (isApiError(error) && error.status < 500) throw error;
    throw new LostKeyError(name, error);
  }
}

async function deleteOlder(
  session: Pinner,
  keys: ApiKey[],
  {
    key,
    named,
    inUse,
    replacedToken,
  }: KeyRequest & { key: CreatedApiKey; replacedToken: string | undefined },
): Promise<Omit<KeyResult, "key">> {
  const own = uuidOf(replacedToken);
  const kept = new Set([key.uuid, ...inUse.map(uuidOf)]);
  const sameName = keys.filter(({ name, uuid }) => name === key.name && !kept.has(uuid));
  const older = named ? sameName : sameName.filter(({ uuid }) => uuid === own);
  const previous = keys.find(({ uuid, name }) => uuid === own && name !== key.name);

  const outcomes = await Promise.allSettled(older.map(({ uuid }) => session.deleteKey(uuid)));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  return {
    replaced: older.filter((_, index) => outcomes[index]?.status === "fulfilled").map(({ uuid }) => uuid),
    others: sameName.length - older.length,
    previous,
    cleanUpError: failure?.reason,
  };
}

const uuidOf = (token: string | undefined): string | undefined =>
  token ? readClaims(token)?.keyUuid : undefined;

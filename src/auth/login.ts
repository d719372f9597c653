import type { Pinner } from "../sdk/client.ts";
import { createAndDeliver, type Ending, type KeyCalls } from "../sdk/new-key.ts";
import type { ApiKey, CreatedApiKey } from "../sdk/types.ts";
import { endOf, lastToCome } from "./key-end.ts";
import { deleteKeys, keyUuidOf, type Left, staked } from "./keys.ts";

/** How far this machine's clock may be ahead of the service's. */
const MAX_CLOCK_ERROR_MS = 10 * 60_000;

/** How a login gets its session: asks for a code only when the service does. */
export async function logIn(
  pinner: Pinner,
  credentials: { email: string; password: string },
  validateOtp: (otpToken: string) => Promise<string>,
): Promise<string> {
  const result = await pinner.login(credentials);
  return result.status === "authenticated" ? result.token : validateOtp(result.otpToken);
}

export interface KeyRequest extends Ending {
  name: string;
  /** Is told what would be left if all ended now; `undefined` when all is done. */
  stake?: (left: Left | undefined) => void;
  /** The user chose the name, so every older key of that name is theirs to replace. */
  named: boolean;
  /**
   * Stores or prints the new key; when that fails, the key is deleted again.
   * @returns the token that it replaced
   */
  deliver: (key: CreatedApiKey) => Promise<string | undefined>;
  /** Told while the older keys are deleted. */
  onDeleted?: (deleted: number, total: number) => void;
  /** Tokens whose keys must stay, because they are still in use elsewhere. Nothing is deleted when it throws. */
  inUse: () => Promise<(string | undefined)[]>;
}

/** What a new key makes superfluous. */
interface Removal {
  /** Keys to delete. */
  older: ApiKey[];
  /** Other keys of the same name, which are left alone. */
  others: number;
  /** This machine's previous key, where it is left alone; without a name where the account has no such key. */
  previous: { uuid: string; name?: string } | undefined;
  /** Why nobody knows: the keys could not be listed. */
  error: unknown;
}

export interface KeyResult extends Omit<Removal, "older" | "error"> {
  key: CreatedApiKey;
  /** UUIDs of the older keys that were deleted. */
  replaced: string[];
  /** UUIDs of those that could not be. */
  remaining: string[];
  /** Until when other services accept a token of a deleted key. */
  acceptedUntil: Date | undefined;
  /** What went wrong with the clean-up: the new key is delivered all the same. */
  cleanUpError: unknown;
}

/**
 * Creates an API key, delivers it, and then deletes the older keys that it replaces, in that order: whenever the
 * process dies, a working key is stored. The list of older keys is fetched while the new one is created.
 * @throws {LostKeyError} when nobody knows whether the key was created
 * @throws {StrayKeyError} when the key could be neither delivered nor deleted
 */
export async function createAndDeliverKey(session: Pinner, request: KeyRequest): Promise<KeyResult> {
  const list = (): Promise<{ keys: ApiKey[]; error: unknown }> =>
    session.listKeys().then(
      (keys) => ({ keys, error: undefined }),
      (error: unknown) => ({ keys: [], error }),
    );
  const started = Date.now();
  const listing = list();
  let listed: ApiKey[] = [];
  // What was listed beside the creation may hold the new key.
  const isKnown = ({ uuid, created_at }: ApiKey) =>
    listed.some((key) => key.uuid === uuid) && !(Date.parse(created_at) > started - MAX_CLOCK_ERROR_MS);
  const plan = async (created: CreatedApiKey, replacedToken?: string): Promise<Removal> => {
    const { keys, error } = await listing;
    const own = keyUuidOf(replacedToken);
    const isMissing = (wanted: string | undefined) =>
      wanted !== undefined && !keys.some(({ uuid }) => uuid === wanted);
    const hasRivals = request.named && keys.some(({ name }) => name === created.name);
    // What another process stored meanwhile is younger than the list. So may the new key be; or another machine has
    // deleted it: only a list that has it can tell which keys are older.
    const isLater = error === undefined && (isMissing(own) || (hasRivals && isMissing(created.uuid)));
    const later = isLater ? await list() : { keys: [], error };
    const missed = [own, created.uuid].filter(isMissing);
    const all = [...keys, ...later.keys.filter(({ uuid }) => missed.includes(uuid))];
    try {
      const spared = [created.uuid, ...(await request.inUse()).map(keyUuidOf)];
      return { ...planRemoval(all, created, request.named, spared, own), error: later.error };
    } catch (cause) {
      return { older: [], others: 0, previous: own ? { uuid: own } : undefined, error: cause };
    }
  };
  const calls: KeyCalls = {
    ...staked(session, (left) => request.stake?.(left)),
    async listKeys() {
      listed = (await listing).keys;
      return session.listKeys();
    },
  };
  const { key, result: replacedToken } = await createAndDeliver(
    calls,
    request.name,
    request.deliver,
    request,
    isKnown,
  );
  const stake = (uuids: string[]) =>
    request.stake?.(uuids.length > 0 ? { kind: "replaced", uuids } : undefined);
  const own = keyUuidOf(replacedToken);
  stake(own === undefined ? [] : [own]);
  const { older, error, ...rest } = await plan(key, replacedToken);
  stake(older.map(({ uuid }) => uuid));
  const { deleted, failure } = await deleteKeys(session, older, {
    onDeleted: (count) => request.onDeleted?.(count, older.length),
  });
  stake([]);
  const remaining = older.map(({ uuid }) => uuid).filter((uuid) => !deleted.includes(uuid));
  const ends = older.filter(({ uuid }) => deleted.includes(uuid)).map((one) => endOf(one, replacedToken));
  return {
    ...rest,
    key,
    replaced: deleted,
    remaining,
    acceptedUntil: lastToCome(ends),
    cleanUpError: error ?? failure,
  };
}

/**
 * @param spared UUIDs of keys that stay
 * @param own the UUID of the key that this machine had stored
 */
function planRemoval(
  keys: ApiKey[],
  key: CreatedApiKey,
  named: boolean,
  spared: (string | undefined)[],
  own: string | undefined,
): Omit<Removal, "error"> {
  const others = keys.filter(({ uuid }) => !spared.includes(uuid));
  const sameName = others.filter(({ name }) => name === key.name);
  // Machines that replace each other's key at once must not all lose theirs, so what is younger stays. Where the
  // service's clock does not tell which is, both stay: a key too many is the lesser evil.
  const created = keys.find(({ uuid }) => uuid === key.uuid)?.created_at ?? "";
  const isOlder = ({ created_at }: ApiKey) => Date.parse(created_at) < Date.parse(created);
  const older = sameName.filter((one) => one.uuid === own || (named && isOlder(one)));
  const isLeft = own !== undefined && own !== key.uuid && !older.some(({ uuid }) => uuid === own);
  const name = keys.find(({ uuid }) => uuid === own)?.name;
  return {
    older,
    others: sameName.length - older.length,
    previous: isLeft ? { uuid: own, ...(name === undefined ? {} : { name }) } : undefined,
  };
}

import type { Pinner } from "../sdk/client.ts";
import { isApiError } from "../sdk/errors.ts";
import { KeyNotFoundError } from "../sdk/key-errors.ts";
import { onlyNamed } from "../sdk/key-list.ts";
import type { KeyCalls } from "../sdk/new-key.ts";
import { isUuid, readClaims } from "../sdk/token.ts";
import type { ApiKey } from "../sdk/types.ts";

/** What a key is called where nobody says. Other Pinner tools use it, too. */
export const DEFAULT_KEY_NAME = "cli-generated";

const CONCURRENT_DELETIONS = 6;

/** Deletes keys side by side. @returns the UUIDs of those that are gone, and why another is not */
export async function deleteKeys(
  session: Pinner,
  keys: ApiKey[],
  { signal, onDeleted }: { signal?: AbortSignal; onDeleted?: (deleted: number) => void } = {},
): Promise<{ deleted: string[]; failure: unknown }> {
  const deleted: string[] = [];
  const waiting = [...keys];
  let failure: unknown;
  signal?.addEventListener("abort", () => {
    if (waiting.length > 0) failure = signal.reason;
    waiting.length = 0;
  });
  async function deleteNext(): Promise<void> {
    for (let key = waiting.shift(); key; key = waiting.shift()) {
      try {
        await session.deleteKey(key.uuid);
        deleted.push(key.uuid);
        onDeleted?.(deleted.length);
      } catch (error) {
        failure = error;
        // A service that gives no answer would not give one for the rest either, and each is waited for; one that is
        // busy has been waited for as long as it asked.
        if (!isApiError(error) || error.status === 429) waiting.length = 0;
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_DELETIONS }, deleteNext));
  return { deleted, failure };
}

/** What nobody may be left holding: a key of this name, if there is one, or keys that there are. */
export type Left = { kind: "lost"; name: string } | { kind: "new" | "replaced"; uuids: string[] };

/** The same calls, which say what would be left if all ended now: until the work is over that they are made for. */
export function staked(calls: KeyCalls, stake: (left: Left) => void): KeyCalls {
  let created: string | undefined;
  return {
    async createKey(name, options) {
      stake({ kind: "lost", name });
      const key = await calls.createKey(name, options);
      created = key.uuid;
      stake({ kind: "new", uuids: [created] });
      return key;
    },
    deleteKey(uuid) {
      if (created !== undefined && uuid !== created) stake({ kind: "replaced", uuids: [uuid] });
      return calls.deleteKey(uuid);
    },
    listKeys: () => calls.listKeys(),
  };
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
  const key = onlyNamed(keys, nameOrUuid);
  if (!key) throw new KeyNotFoundError();
  return key;
}

/** The UUID of the API key that a token stands for. */
export const keyUuidOf = (token: string | undefined): string | undefined =>
  token ? readClaims(token)?.keyUuid : undefined;

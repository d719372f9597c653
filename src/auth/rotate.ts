import { changeConfig } from "../credentials/config-change.ts";
import type { Pinner } from "../sdk/client.ts";
import type { ApiKey, CreatedApiKey } from "../sdk/types.ts";
import { LeftKeysError, StoredTokenChangedError } from "./key-errors.ts";
import { createAndDeliver, type Ending, keyUuidOf } from "./keys.ts";

export interface Rotation {
  key: CreatedApiKey;
  /** Why the old key may still be there. */
  cleanUpError: unknown;
}

/**
 * Replaces a key by a new one of the same name: create, prove that it works, deliver, delete the old one.
 * Whenever the process dies, a key that was stored or printed still works.
 * @param prove rejects when the new key does not work
 * @param deliver stores or prints the new key
 * @param options.known the keys that are there now
 * @param options.keepOld leaves the old key
 */
export async function rotateKey(
  session: Pinner,
  old: ApiKey,
  prove: (key: CreatedApiKey) => Promise<unknown>,
  deliver: (key: CreatedApiKey) => Promise<void>,
  ending: Ending,
  { known, keepOld = false }: { known: ApiKey[]; keepOld?: boolean },
): Promise<Rotation> {
  const { key } = await createAndDeliver(
    session,
    old.name,
    async (created) => {
      await prove(created);
      ending.signal?.throwIfAborted();
      await deliver(created);
    },
    ending,
    known,
  );
  if (keepOld) return { key, cleanUpError: undefined };
  ending.stake?.((cause) => new LeftKeysError("replaced", [old.uuid], cause));
  const cleanUpError = await session.deleteKey(old.uuid).then(
    () => undefined,
    (error: unknown) => error,
  );
  ending.stake?.(undefined);
  return { key, cleanUpError };
}

/** Stores a token in place of the one of a given key, and only of that one. */
export function replaceToken(path: string, uuid: string, token: string): Promise<void> {
  return changeConfig(path, (document) => {
    if (keyUuidOf(document.authToken) !== uuid) throw new StoredTokenChangedError();
    document.set("auth_token", token);
  });
}

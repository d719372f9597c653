import { StrayKeyError } from "./key-errors.ts";
import { createAndDeliver, type Ending, type KeyCalls } from "./new-key.ts";
import type { ApiKey, CreatedApiKey, Rotation } from "./types.ts";

/**
 * Replaces a key by a new one of the same name: create, prove that it works, deliver, delete the old one.
 * Whenever the process dies, a key that was stored or printed still works.
 * @param prove rejects when the new key does not work
 * @param deliver stores or prints the new key
 * @param options.known the keys that are there now
 * @param options.keepsOld asked after the delivery whether the old key is left
 */
export async function rotateKey(
  session: KeyCalls,
  old: ApiKey,
  prove: (key: CreatedApiKey) => Promise<unknown>,
  deliver: (key: CreatedApiKey) => Promise<void>,
  ending: Ending,
  { known, keepsOld = () => false }: { known: ApiKey[]; keepsOld?: () => boolean },
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
    ({ uuid }) => known.some((key) => key.uuid === uuid),
  );
  if (keepsOld()) return { key, cleanUpError: undefined };
  const cleanUpError = await session.deleteKey(old.uuid).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { key, cleanUpError };
}

/**
 * Creates a key, has it used, and deletes it, however that ends.
 * @param undeleted what to do about a key that was used, but could not be deleted
 */
export async function withKey<Result>(
  session: KeyCalls,
  name: string,
  use: (key: CreatedApiKey) => Promise<Result>,
  ending: Ending,
  undeleted: (uuid: string, cause: unknown) => void = (uuid, cause) => {
    throw new StrayKeyError(uuid, cause);
  },
): Promise<{ key: CreatedApiKey; result: Result }> {
  const used = await createAndDeliver(session, name, use, ending);
  await session.deleteKey(used.key.uuid).catch((error: unknown) => undeleted(used.key.uuid, error));
  return used;
}

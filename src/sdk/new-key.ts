import { isApiError, isBadResponseError, isUnanswered } from "./errors.ts";
import { LostKeyError, StrayKeyError } from "./key-errors.ts";
import { clearTimeout, setTimeout } from "./timers.ts";
import type { ApiKey, CreatedApiKey } from "./types.ts";

/** The calls that this takes, such as `Pinner` has them. */
export interface KeyCalls {
  createKey(name: string, options?: { signal: AbortSignal }): Promise<CreatedApiKey>;
  deleteKey(uuid: string): Promise<boolean>;
  listKeys(): Promise<ApiKey[]>;
}

/** How a creation can be ended. */
export interface Ending {
  /** When it is aborted before the delivery, the key is deleted again and the abort's reason thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * Creates a key and delivers it. When that fails, the key is deleted again, so that none is left that nobody holds.
 * @param deliver stores or prints the key
 * @param isKnown whether a key was there before, so that the lost one is not looked for among those
 * @throws {LostKeyError} when nobody knows whether the key was created
 * @throws {StrayKeyError} when the key could be neither delivered nor deleted
 */
export async function createAndDeliver<Result>(
  session: KeyCalls,
  name: string,
  deliver: (key: CreatedApiKey) => Promise<Result>,
  { signal }: Ending,
  isKnown: (key: ApiKey) => boolean = () => false,
): Promise<{ key: CreatedApiKey; result: Result }> {
  signal?.throwIfAborted();
  const key = await create(session, name, isKnown, signal);
  try {
    signal?.throwIfAborted();
    return { key, result: await deliver(key) };
  } catch (cause) {
    await deleteAgain(session, key.uuid, cause);
    throw cause;
  }
}

async function create(
  session: KeyCalls,
  name: string,
  isKnown: (key: ApiKey) => boolean,
  signal: AbortSignal | undefined,
): Promise<CreatedApiKey> {
  try {
    if (!signal) return await session.createKey(name);
    return await inTime((end) => session.createKey(name, { signal: end }), signal);
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw new LostKeyError(name, [], error);
    if (!mayHaveCreated(error)) {
      signal?.throwIfAborted();
      throw error;
    }
    const { createdUuid, outdated } = isBadResponseError(error) ? error : {};
    if (createdUuid !== undefined) {
      await deleteAgain(session, createdUuid, error);
      throw error;
    }
    // Where a lost key may be. It is only told, never deleted on this evidence: another machine may have created a key
    // of the same name in the same moment, while ours was never created, and the list does not tell them apart.
    const keys = await session.listKeys().catch(() => []);
    const found = keys.filter((key) => key.name === name && !isKnown(key));
    const [only, ...others] = found;
    // Here it is certain that one was created: where there is but one, that is it.
    if (!outdated || !only || others.length > 0) throw new LostKeyError(name, found, error);
    await deleteAgain(session, only.uuid, error);
    throw error;
  }
}

/** How long the answer may take once a signal has come: Docker kills what has not ended after ten seconds. */
const PATIENCE_MS = 5000;

/** @throws the signal's reason, when the answer has not come that long after it: no request is then left running */
async function inTime<Value>(ask: (end: AbortSignal) => Promise<Value>, signal: AbortSignal): Promise<Value> {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    timer = setTimeout(() => end.abort(signal.reason), PATIENCE_MS);
  };
  signal.addEventListener("abort", wait, { once: true });
  try {
    return await ask(end.signal);
  } finally {
    // A timer that is left would keep the program from ending.
    clearTimeout(timer);
    signal.removeEventListener("abort", wait);
  }
}

/**
 * A status of 4xx says that nothing was created, and so does a failure before anything was sent; a gateway's 5xx, a
 * broken answer or silence do not.
 */
function mayHaveCreated(error: unknown): boolean {
  // What went wrong before, such as the exchange of the key in use, created nothing.
  if (isApiError(error)) return error.operation === "createKey" && error.status >= 500;
  return isUnanswered(error) && error.operation === "createKey";
}

async function deleteAgain(session: KeyCalls, uuid: string, cause: unknown): Promise<void> {
  await session.deleteKey(uuid).catch(() => {
    throw new StrayKeyError(uuid, cause);
  });
}

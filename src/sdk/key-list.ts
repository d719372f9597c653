import { BadResponseError } from "./errors.ts";
import { type Answer, type Call, callOf } from "./operations.ts";
import { parse } from "./request.ts";
import { keysAnswer } from "./schemas.ts";
import type { ApiKey, ListKeysOptions } from "./types.ts";

/** The service refuses larger pages with 400, and gives ten keys to whoever asks for no page. */
const PAGE_SIZE = 100;
const CONCURRENT_PAGES = 6;
/** Far more than any account has: a service that promises ever more pages is not waited for. */
const MAX_KEYS = 100_000;

/**
 * All keys, newest first: the first page tells how many there are, the others are fetched side by side.
 * @param options.onProgress called after each page with the keys that have arrived and the total
 * @param options.until no more pages are asked for once it is true of a key
 */
export async function listAllKeys(
  send: (call: Call) => Promise<Answer>,
  { onProgress, until }: Pick<ListKeysOptions, "onProgress"> & { until?: (key: ApiKey) => boolean },
): Promise<ApiKey[]> {
  const pages: ApiKey[][] = [];
  const seen = new Set<string>();
  let total = Number.POSITIVE_INFINITY;
  let loaded = 0;
  let ended = false;

  async function fetchPage(index: number): Promise<void> {
    const [_start, _end] = [index * PAGE_SIZE, (index + 1) * PAGE_SIZE];
    const call = callOf("listKeys", { query: { _start, _end, _sort: "created_at", _order: "desc" } });
    const page = parse(call, await send(call), keysAnswer);
    if (page.total > MAX_KEYS)
      throw new BadResponseError(call, 200, `it speaks of more than ${MAX_KEYS} keys`);
    // A key created meanwhile moves the others on by one, and one of them is then met on two pages.
    const fresh = page.data.filter(({ uuid }) => !seen.has(uuid) && seen.add(uuid));
    pages[index] = fresh;
    // Keys may have been deleted since the first page, or the total be wrong: a page that brings nothing new is
    // the end, whatever was promised before.
    total = Math.min(total, fresh.length === 0 ? index * PAGE_SIZE : page.total);
    loaded += page.data.length;
    if (until && fresh.some(until)) ended = true;
    onProgress?.(loaded, Math.max(loaded, total));
  }

  await fetchPage(0);
  let next = 1;
  async function fetchRest(): Promise<void> {
    while (!ended && next * PAGE_SIZE < total) {
      await fetchPage(next++).catch((error) => {
        ended = true;
        throw error;
      });
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_PAGES }, fetchRest));
  return pages.flat();
}

/** The key with a UUID, as soon as its page has come: the newest are asked for first, and no more than needed. */
export const findKey = (send: (call: Call) => Promise<Answer>, uuid: string): Promise<ApiKey | undefined> =>
  new Promise((resolve, reject) => {
    const until = (key: ApiKey) => {
      if (key.uuid === uuid) resolve(key);
      return key.uuid === uuid;
    };
    listAllKeys(send, { until }).then(() => resolve(undefined), reject);
  });

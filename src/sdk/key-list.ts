import { parse } from "./answers.ts";
import { BadResponseError } from "./errors.ts";
import { AmbiguousKeyError } from "./key-errors.ts";
import { type Answer, type Call, callOf } from "./operations.ts";
import { keysAnswer } from "./schemas.ts";
import type { ApiKey, ListKeysOptions } from "./types.ts";

/** The service refuses larger pages with 400, and gives ten keys to whoever asks for no page. */
const PAGE_SIZE = 100;
const CONCURRENT_PAGES = 6;
/** Far more than any account has: a service that promises ever more pages is not waited for. */
const MAX_KEYS = 100_000;
const MAX_PAGES = MAX_KEYS / PAGE_SIZE;

/** A list during which keys come and go is read again, this often. */
const ROUNDS = 3;
/** Keys that a page has in common with the next when a list is read again: as many may go meanwhile, and none is missed. */
const OVERLAP = 10;

type Send = (call: Call) => Promise<Answer>;

interface Watched extends Pick<ListKeysOptions, "onProgress"> {
  /** No more pages are asked for once it is true of a key. */
  until?: (key: ApiKey) => boolean;
}

/**
 * All keys, newest first. A key that moves to another page while others come and go could be missed: the list is then
 * read again, and if nothing ever stands still, holds what was met in any round.
 * @param watched.onProgress called after each page with the keys that have arrived and the total
 */
export async function listAllKeys(send: Send, watched: Watched): Promise<ApiKey[]> {
  const met = new Map<string, ApiKey>();
  for (let round = 1; ; round++) {
    const { keys, moved } = await readPages(send, watched, round === 1 ? 0 : OVERLAP);
    if (!moved) return keys;
    const earlier = [...met.values()].filter(({ uuid }) => keys.every((key) => key.uuid !== uuid));
    if (round === ROUNDS) return [...keys, ...earlier];
    for (const key of keys) met.set(key.uuid, key);
  }
}

/**
 * The first page tells how many keys there are, the others are fetched side by side.
 * @param overlap keys that a page has in common with the next
 * @returns `moved` when a page shows that keys came or went meanwhile: another total, or, where pages have none in
 * common, a key of an earlier page
 */
async function readPages(
  send: Send,
  { onProgress, until }: Watched,
  overlap: number,
): Promise<{ keys: ApiKey[]; moved: boolean }> {
  const step = PAGE_SIZE - overlap;
  const pages: ApiKey[][] = [];
  const seen = new Set<string>();
  let promised: number | undefined;
  let first: ApiKey[] | undefined;
  let total = Number.POSITIVE_INFINITY;
  let loaded = 0;
  let ended = false;
  let moved = false;

  async function fetchPage(index: number): Promise<void> {
    const page = await askPage(send, index * step);
    promised ??= page.total;
    const fresh = page.data.filter(({ uuid }) => !seen.has(uuid) && seen.add(uuid));
    // A service that gives the same page whatever is asked for would do so again.
    first ??= page.data;
    const isFirst = page.data.every(({ uuid }, at) => uuid === first?.[at]?.uuid);
    const repeats = overlap === 0 && !isFirst && fresh.length < page.data.length;
    if (page.total !== promised || repeats) moved = true;
    pages[index] = fresh;
    // The total may be wrong: a page that brings nothing new is the end, whatever was promised before.
    total = Math.min(total, fresh.length === 0 ? index * step : page.total);
    loaded += fresh.length;
    if (until && fresh.some(until)) ended = true;
    onProgress?.(loaded, Math.max(loaded, total));
  }

  await fetchPage(0);
  let next = 1;
  async function fetchRest(): Promise<void> {
    while (!ended && next * step < total) {
      await fetchPage(next++).catch((error) => {
        ended = true;
        throw error;
      });
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_PAGES }, fetchRest));
  return { keys: pages.flat(), moved: moved && !ended };
}

/** @param start how many keys are before the first that is asked for */
async function askPage(send: Send, start: number): Promise<{ data: ApiKey[]; total: number }> {
  const [_start, _end] = [`${start}`, `${start + PAGE_SIZE}`];
  const call = callOf("listKeys", { query: { _start, _end, _sort: "created_at", _order: "desc" } });
  const page = parse(call, await send(call), keysAnswer);
  if (page.total > MAX_KEYS) throw new BadResponseError(call, 200, `it speaks of more than ${MAX_KEYS} keys`);
  return page;
}

/**
 * All keys, page after page, each once; of those that were given, only the UUIDs are remembered. Where keys have been
 * deleted meanwhile, others have moved to earlier pages: those are read again.
 */
export async function* eachKey(
  send: Send,
  signal: AbortSignal | undefined,
): AsyncGenerator<ApiKey, void, undefined> {
  const seen = new Set<string>();
  let furthest = -1;
  let before = 0;
  let back = MAX_PAGES;
  for (let index = 0; ; ) {
    const { data, total } = await askPage(send, index * PAGE_SIZE);
    const fresh = data.filter(({ uuid }) => !seen.has(uuid) && seen.add(uuid));
    for (const key of fresh) {
      yield key;
      signal?.throwIfAborted();
    }
    const gone = Math.ceil((before - total) / PAGE_SIZE);
    // A page that brings nothing new is the end, whatever was promised, unless it was read before, or newer keys have moved
    // those of an earlier page here.
    const isNothing = fresh.length === 0 && index > furthest && total <= before;
    before = total;
    furthest = Math.max(furthest, index);
    if (gone > 0 && index > 0 && back-- > 0) index = Math.max(0, index - gone);
    else if (isNothing || ++index * PAGE_SIZE >= total) return;
  }
}

/**
 * The one key of exactly this name.
 * @throws {AmbiguousKeyError} when several have it
 */
export function onlyNamed(keys: readonly ApiKey[], name: string): ApiKey | undefined {
  const found = keys.filter((key) => key.name === name);
  if (found.length > 1) throw new AmbiguousKeyError(found);
  return found[0];
}

/** The key with a UUID, as soon as its page has come: the newest are asked for first, and no more than needed. */
export const getKey = (send: Send, uuid: string): Promise<ApiKey | undefined> =>
  new Promise((resolve, reject) => {
    const until = (key: ApiKey) => {
      if (key.uuid === uuid) resolve(key);
      return key.uuid === uuid;
    };
    listAllKeys(send, { until }).then(() => resolve(undefined), reject);
  });

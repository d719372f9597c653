import { parse } from "./answers.ts";
import type { Caller } from "./caller.ts";
import { type ApiError, BadResponseError, isApiError, isBadResponseError } from "./errors.ts";
import { listAllKeys } from "./key-list.ts";
import { type Answer, type Call, callOf } from "./operations.ts";
import { createdKeyAnswer, createdUuidAnswer, opaqueKeyAnswer, type Schema } from "./schemas.ts";
import { isUuid } from "./token.ts";
import type { CallOptions, CreatedApiKey } from "./types.ts";

/** Creates a key. An answer that cannot be used says in its error what is left of it. */
export async function createKey(
  caller: Caller,
  name: string,
  options: CallOptions | undefined,
): Promise<CreatedApiKey> {
  const call = callOf("createKey", { body: { name } });
  const answer = await caller.send(call, options);
  try {
    return parse(call, answer, createdKeyAnswer);
  } catch (error) {
    if (!isBadResponseError(error)) throw error;
    if (partOf(call, answer, opaqueKeyAnswer)?.key) throw outdated(call, answer);
    error.createdUuid = partOf(call, answer, createdUuidAnswer)?.uuid;
    throw error;
  }
}

function partOf<Part>(call: Call, answer: Answer, schema: Schema<Part>): Part | undefined {
  try {
    return parse(call, answer, schema);
  } catch {
    return undefined;
  }
}

function outdated(call: Call, { status }: Answer): BadResponseError {
  const problem = "it gave out an opaque key, as portals of 2024 did: the portal is too old";
  return Object.assign(new BadResponseError(call, status, problem), { outdated: true });
}

/** Deletes a key. @returns false when there was none */
export async function deleteKey(
  caller: Caller,
  text: string,
  options: CallOptions | undefined,
): Promise<boolean> {
  // No key is called so, and `..` in the path would make it another call.
  if (!isUuid(text)) return false;
  const uuid = text.toLowerCase();
  try {
    await caller.tell("deleteKey", { uuid }, options);
    return true;
  } catch (error) {
    if (!isApiError(error) || !(await isGone(caller, uuid, error, options))) throw error;
    // Missing at a second attempt: it was the first one that deleted it, and its answer that was lost.
    return error.attempt > 1;
  }
}

/** 404; or the 500 with a line of text that some servers answer, but a failing service may do so too. */
async function isGone(
  caller: Caller,
  uuid: string,
  { status, plainText }: ApiError,
  options: CallOptions | undefined,
): Promise<boolean> {
  if (status !== 500 || !plainText) return status === 404;
  try {
    const keys = await listAllKeys((call) => caller.send(call, options), {});
    return keys.every((key) => key.uuid !== uuid);
  } catch {
    options?.signal?.throwIfAborted();
    return false;
  }
}

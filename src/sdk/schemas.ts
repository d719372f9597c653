/**
 * The answers of the account API (OpenAPI v0.2.7): fields that are not listed are ignored, listed ones checked. Each is
 * made when an answer has come, so that a program which never asks for one holds none of this.
 */
import * as v from "valibot";
import { isHeaderSafe, isUuid } from "./token.ts";

/** What describes an answer. */
export type Schema<Output> = () => v.GenericSchema<unknown, Output>;

/** A token goes back in a header, so it must be able to. */
const token = () => v.pipe(v.string(), v.check(isHeaderSafe));
/** A key's UUID goes into a path, so nothing else will do. */
const uuid = () =>
  v.pipe(
    v.string(),
    v.check(isUuid),
    v.transform((text) => text.toLowerCase()),
  );

export const loginAnswer = () => v.object({ token: token(), otp: v.nullish(v.boolean()) });
export const tokenAnswer = () => v.object({ token: token() });
export const pingAnswer = () =>
  v.object({
    ping: v.pipe(
      v.string(),
      v.check((text) => text === "pong"),
    ),
  });
export const createdKeyAnswer = () => v.object({ token: token(), uuid: uuid(), name: v.string() });
/** What is left of it in an answer that cannot be used: enough to delete the key again. */
export const createdUuidAnswer = () => v.object({ uuid: uuid() });
/** What portals of 2024 answered to the creation of a key. */
export const opaqueKeyAnswer = () => v.object({ key: v.string() });
export const otpSecretAnswer = () =>
  v.object({
    otp: v.pipe(
      v.string(),
      v.check((text) => /^[A-Z2-7]+=*$/i.test(text)),
    ),
  });
export const accountAnswer = () =>
  v.pipe(
    v.object({
      id: v.number(),
      email: v.string(),
      first_name: v.string(),
      last_name: v.string(),
      verified: v.boolean(),
      otp: v.boolean(),
      created_at: v.nullish(v.string()),
      avatar: v.nullish(v.string()),
    }),
    v.transform(({ created_at, avatar, ...account }) => ({
      ...account,
      ...(created_at ? { created_at } : {}),
      ...(avatar ? { avatar } : {}),
    })),
  );
export const keysAnswer = () =>
  v.object({
    data: v.array(
      v.pipe(
        v.object({
          uuid: uuid(),
          name: v.string(),
          created_at: v.string(),
          last_used_at: v.nullish(v.string()),
        }),
        v.transform(({ last_used_at, ...key }) => ({ ...key, ...(last_used_at ? { last_used_at } : {}) })),
      ),
    ),
    total: v.pipe(
      v.number(),
      v.check((count) => Number.isInteger(count) && count >= 0),
    ),
  });

/**
 * The answers of the account API (OpenAPI v0.2.7): fields that are not listed are ignored, listed ones checked. Each is
 * made when an answer has come, so that a program which never asks for one holds none of this.
 */
import * as v from "valibot";
import { isHeaderSafe, isUuid } from "./token.ts";

/** What describes an answer. */
export type Schema<Output> = () => v.GenericSchema<unknown, Output>;

/** One kind of schema for every field: each of valibot's own would be carried by every program. */
const field = <Value>(type: "string" | "number" | "boolean", fits = (_: Value): boolean => true) =>
  v.custom<Value>((value) => typeof value === type && fits(value as Value));

const text = (fits?: (value: string) => boolean) => field<string>("string", fits);
const flag = () => field<boolean>("boolean");
/** A token goes back in a header, so it must be able to. */
const token = () => text(isHeaderSafe);
/** A key's UUID goes into a path, so nothing else will do. */
const uuid = () => text(isUuid);

/**
 * For `JSON.parse`: what portals write in several ways, in one. `null` is what is not there, as "" is where there is no
 * picture or last use; UUIDs are in lower case.
 */
export function inOneWay(name: string, value: unknown): unknown {
  if (name === "uuid" && typeof value === "string") return value.toLowerCase();
  return value === "" && /^(?:avatar|last_used_at)$/.test(name) ? undefined : (value ?? undefined);
}

export const loginAnswer = () => v.object({ token: token(), otp: v.exactOptional(flag()) });
export const tokenAnswer = () => v.object({ token: token() });
export const pingAnswer = () => v.object({ ping: text((value) => value === "pong") });
export const createdKeyAnswer = () => v.object({ token: token(), uuid: uuid(), name: text() });
/** What is left of it in an answer that cannot be used: enough to delete the key again. */
export const createdUuidAnswer = () => v.object({ uuid: uuid() });
/** What portals of 2024 answered to the creation of a key. */
export const opaqueKeyAnswer = () => v.object({ key: text() });
export const otpSecretAnswer = () => v.object({ otp: text((value) => /^[A-Z2-7]+=*$/i.test(value)) });
export const accountAnswer = () =>
  v.object({
    id: field<number>("number"),
    email: text(),
    first_name: text(),
    last_name: text(),
    verified: flag(),
    otp: flag(),
    created_at: v.exactOptional(text()),
    avatar: v.exactOptional(text()),
  });
export const keysAnswer = () =>
  v.object({
    data: v.array(
      v.object({
        uuid: uuid(),
        name: text(),
        created_at: text(),
        last_used_at: v.exactOptional(text()),
      }),
    ),
    total: field<number>("number", (count) => Number.isInteger(count) && count >= 0),
  });

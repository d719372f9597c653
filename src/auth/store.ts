import { changeConfig, proveWritable } from "../credentials/config-change.ts";
import { keyUuidOf } from "./keys.ts";

/** Another process stored another token while this one was at work. */
export class StoredTokenChangedError extends Error {
  override readonly name = "StoredTokenChangedError";

  constructor() {
    super("another process has changed the stored token meanwhile");
  }
}

/** Of a token's form. */
const PLACEHOLDER = "eyJ.e30.e30";

/**
 * Stores a token as the one in force.
 * @param mayReplace tells a token that the user gave up from one that another process has stored since
 * @returns the token it replaced, if there was one
 * @throws {StoredTokenChangedError} when it may not; nothing is stored then
 */
export function storeToken(
  path: string,
  token: string,
  mayReplace: (stored: string) => boolean = () => true,
): Promise<string | undefined> {
  return changeConfig(path, (document) => {
    const replaced = document.authToken;
    if (replaced !== undefined && !mayReplace(replaced)) throw new StoredTokenChangedError();
    document.set("auth_token", token);
    return replaced;
  });
}

/** Stores a token in place of the one of a given key, and only of that one. */
export function replaceToken(path: string, uuid: string, token: string): Promise<void> {
  return changeConfig(path, (document) => {
    if (keyUuidOf(document.authToken) !== uuid) throw new StoredTokenChangedError();
    document.set("auth_token", token);
  });
}

/**
 * Removes the stored token, unless another process has put another in its place.
 * @param isMeant tells the token that was looked at from any other
 * @returns the other token, which is left
 */
export function removeToken(path: string, isMeant: (token: string) => boolean): Promise<string | undefined> {
  return changeConfig(path, (document) => {
    const { authToken } = document;
    if (authToken !== undefined && !isMeant(authToken)) return authToken;
    document.unset("auth_token");
    return undefined;
  });
}

/**
 * Proves that a token can be stored in the file, or removed from it, before the service is told to create or delete.
 * @throws {ConfigError} when it cannot
 */
export const proveStorable = (path: string): Promise<void> =>
  proveWritable(path, (document) => document.set("auth_token", PLACEHOLDER));
export const proveRemovable = (path: string): Promise<void> =>
  proveWritable(path, (document) => document.unset("auth_token"));

import { changeConfig } from "../credentials/config-change.ts";
import { StoredTokenChangedError } from "./key-errors.ts";
import { keyUuidOf } from "./keys.ts";

/** Stores a token in place of the one of a given key, and only of that one. */
export function replaceToken(path: string, uuid: string, token: string): Promise<void> {
  return changeConfig(path, (document) => {
    if (keyUuidOf(document.authToken) !== uuid) throw new StoredTokenChangedError();
    document.set("auth_token", token);
  });
}

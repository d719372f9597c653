import { changeConfig } from "../credentials/config-change.ts";

/** Stores a token as the one in force. @returns the token it replaced, if there was one */
export function storeToken(path: string, token: string): Promise<string | undefined> {
  return changeConfig(path, (document) => {
    const replaced = document.authToken;
    document.set("auth_token", token);
    return replaced;
  });
}

/** Removes the stored token. @returns the token that was stored, if there was one */
export function removeToken(path: string): Promise<string | undefined> {
  return changeConfig(path, (document) => {
    const removed = document.authToken;
    document.unset("auth_token");
    return removed;
  });
}

import { UsageError } from "../../cli/failure.ts";
import { maskToken } from "../../cli/safe-text.ts";
import { checkEndpoint } from "../../cli/settings.ts";
import type { ConfigContent } from "../../credentials/config-content.ts";
import { readSwitch } from "../../sdk/switch.ts";

export const settings = ["auth_token", "base_endpoint", "secure"] as const;
export type Setting = (typeof settings)[number];

/** @throws {UsageError} when it is not one of ours: other keys of the file belong to other tools */
export function readSetting(name: string | undefined): Setting {
  const setting = settings.find((known) => known === name);
  if (setting) return setting;
  throw new UsageError(
    `the key must be one of ${settings.join(", ")}`,
    name === undefined ? "input_missing" : "usage",
  );
}

/** What the file holds for a setting; secrets masked, unless told otherwise. */
export function settingValue(
  content: ConfigContent,
  setting: Setting,
  unmask: boolean,
): string | boolean | undefined {
  const { authToken, baseEndpoint, secure } = content;
  if (setting === "base_endpoint") return unmask ? baseEndpoint : baseEndpoint && maskUserInfo(baseEndpoint);
  if (setting === "secure") return secure;
  return authToken === undefined || unmask ? authToken : maskToken(authToken);
}

/** User and password of a URL: never sent, but people write them. All before the last @: a password may hold anything. */
export const maskUserInfo = (endpoint: string): string =>
  endpoint.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, "$1…@");

/** @throws {UsageError} for a value that the setting cannot have */
export function parseValue(setting: Setting, text: string): string | boolean {
  if (setting === "secure") {
    const value = readSwitch(text);
    if (value !== undefined) return value;
    throw new UsageError("secure takes true or false");
  }
  checkEndpoint("base_endpoint", text);
  return text.trim();
}

/** A token is stored and removed where it is checked, and where its key is cared for. */
export const tokenElsewhere = (command: string): UsageError =>
  new UsageError(`auth_token is not set or removed here: use \`${command}\``);

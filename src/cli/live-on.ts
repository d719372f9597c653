/** What a new password does not do. */
export const KEYS_LIVE_ON =
  "API keys and sessions go on working: see `pinner account api-keys list`, and end a key with `pinner account api-keys delete`";

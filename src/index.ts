/**
 * Logs in to Pinner.xyz and looks after an account's API keys: the same client that the commands of `pinner` use.
 *
 * @example
 * ```ts
 * const pinner = new Pinner({ token: "an API key" });
 * const keys = await pinner.listKeys({ search: "ci" });
 * await pinner.deleteKey("4b3b7b8e-0d0f-4b0a-9d0e-3f6f0c0d2f11").catch((error) => {
 *   if (!isApiError(error) || error.status !== 401) throw error;
 * });
 * ```
 *
 * @module
 */
export { Pinner } from "./sdk/client.ts";
export { accountEndpoint } from "./sdk/endpoint.ts";
export {
  ApiError,
  BadResponseError,
  InsecureEndpointError,
  InvalidEndpointError,
  InvalidOptionError,
  isApiError,
  isBadResponseError,
  isInsecureEndpointError,
  isInvalidEndpointError,
  isInvalidOptionError,
  isNetworkError,
  isOtpRefused,
  isPinnerError,
  isRequestTimeoutError,
  isTokenError,
  NetworkError,
  type NetworkFailure,
  type NetworkStage,
  PinnerError,
  RequestTimeoutError,
  TokenError,
} from "./sdk/errors.ts";
export {
  AmbiguousKeyError,
  isAmbiguousKeyError,
  isKeyNotFoundError,
  isLostKeyError,
  isStrayKeyError,
  KeyNotFoundError,
  LostKeyError,
  StrayKeyError,
} from "./sdk/key-errors.ts";
export type { Operation } from "./sdk/operations.ts";
export { isExpired, readClaims, type TokenClaims, type TokenKind } from "./sdk/token.ts";
export type {
  Account,
  ApiKey,
  CallOptions,
  CreatedApiKey,
  FetchFunction,
  ListKeysOptions,
  LoginResult,
  PinnerOptions,
  RequestEvent,
  RotateKeyOptions,
  Rotation,
  TokenSource,
} from "./sdk/types.ts";

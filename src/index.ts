/** The library: the same client that the commands use. */
export { Pinner } from "./sdk/client.ts";
export { accountEndpoint } from "./sdk/endpoint.ts";
export {
  ApiError,
  BadResponseError,
  InsecureEndpointError,
  InvalidEndpointError,
  isApiError,
  isBadResponseError,
  isInsecureEndpointError,
  isInvalidEndpointError,
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
export type { Operation } from "./sdk/operations.ts";
export { isExpired, readClaims, type TokenClaims, type TokenKind } from "./sdk/token.ts";
export type {
  Account,
  ApiKey,
  CreatedApiKey,
  FetchFunction,
  ListKeysOptions,
  LoginResult,
  PinnerOptions,
  RequestEvent,
} from "./sdk/types.ts";

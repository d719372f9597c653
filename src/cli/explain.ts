import { StoredTokenChangedError } from "../auth/store.ts";
import { ConfigError } from "../credentials/config-error.ts";
import { InvalidAuthoritiesError } from "../network/authorities.ts";
import { InvalidProxyError } from "../network/proxy-error.ts";
import {
  isApiError,
  isBadResponseError,
  isInsecureEndpointError,
  isInvalidEndpointError,
  isNetworkError,
  isRequestTimeoutError,
  isTokenError,
  type NetworkError,
} from "../sdk/errors.ts";
import { AmbiguousKeyError, KeyNotFoundError, LostKeyError, StrayKeyError } from "../sdk/key-errors.ts";
import { explainAnswer, type HeldToken, LATER, PROXY, SOME_TOKEN, UNSAFE_PORT } from "./explain-answer.ts";
import { explainTls } from "./explain-tls.ts";
import { type ErrorCode, Failure, LeftKeysError, LOG_IN } from "./failure.ts";
import { mayBeDone } from "./may-be-done.ts";
import { OutputError } from "./output.ts";

export interface Explanation {
  code: ErrorCode;
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** The HTTP status, where there was one. */
  status?: number | undefined;
}

/**
 * The one place that says what an error means: its code, what happened, what to do.
 * @param held the token that was sent, where it is known which
 */
export function explain(error: unknown, held: HeldToken = SOME_TOKEN): Explanation {
  const explanation = explainFailure(error, held);
  const effect = mayBeDone(error);
  if (effect === undefined) return explanation;
  const { hint } = explanation;
  return { ...explanation, hint: hint === undefined ? effect : `${hint}. ${effect}` };
}

function explainFailure(error: unknown, held: HeldToken): Explanation {
  if (error instanceof Failure) {
    const { code, message, hint, cause } = error;
    return { code, message, hint, status: cause === undefined ? undefined : explain(cause).status };
  }
  if (isApiError(error)) return { ...explainAnswer(error, held), status: error.status };
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  if (isNetworkError(error)) return { code: "unreachable", message, hint: networkHint(error) };
  if (isRequestTimeoutError(error))
    return { code: "timeout", message, hint: "Try again later, or allow more with --timeout" };
  if (isBadResponseError(error)) {
    if (error.outdated)
      return { code: "bad_response", message, hint: "Use a newer portal, or the command line of its time" };
    const hint = "Is --base-endpoint or PINNER_BASE_ENDPOINT the address of a Pinner service?";
    return { code: "bad_response", message, hint, status: error.status };
  }
  if (isInvalidEndpointError(error))
    return { code: "usage", message, hint: "Give a host such as pinner.xyz" };
  if (isInsecureEndpointError(error))
    return { code: "usage", message, hint: "Use https, or --no-secure if that is what you want" };
  if (error instanceof InvalidProxyError) return { code: "usage", message };
  if (error instanceof InvalidAuthoritiesError)
    return { code: "usage", message, hint: "Name a file of certificates in PEM, or unset the variable" };
  if (isTokenError(error)) {
    if (error.problem === "missing") return { code: "auth_required", message: "not logged in", hint: LOG_IN };
    const from = held.place === undefined ? "" : `${held.place}: `;
    return { code: "token_refused", message: `${from}${message}`, hint: held.renewal };
  }
  if (error instanceof ConfigError)
    return {
      code: ["unwritable", "nowhere"].includes(error.problem) ? "config_unwritable" : "config_invalid",
      message,
    };
  if (error instanceof OutputError) return { code: "internal", message };
  if (error instanceof LostKeyError) return explainLostKey(error);
  if (error instanceof LeftKeysError) return explainLeftKeys(error);
  if (error instanceof StrayKeyError) {
    const hint = `The new API key ${error.uuid} could not be deleted either: delete it with \`pinner account api-keys delete\``;
    const { code, message: why } = explain(error.cause);
    return { code, message: why, hint };
  }
  if (error instanceof KeyNotFoundError)
    return { code: "not_found", message, hint: "See `pinner account api-keys list`" };
  if (error instanceof AmbiguousKeyError) {
    const keys = error.keys.map(({ uuid, created_at }) => `${uuid} (created ${created_at})`).join(", ");
    return {
      code: "ambiguous",
      message: `${error.keys.length} keys have this name`,
      hint: `Give the UUID of one: ${keys}`,
    };
  }
  if (error instanceof StoredTokenChangedError)
    return { code: "conflict", message, hint: "Nothing was replaced: start again" };
  return { code: "internal", message: `internal error: ${name}: ${message.split("\n", 1)[0]}` };
}

function networkHint({ stage, reason, endpoint }: NetworkError): string {
  if (stage === "tls") return explainTls(reason, new URL(endpoint)).hint;
  if (stage === "proxy") return PROXY;
  return reason === "ERR_UNSAFE_PORT" ? UNSAFE_PORT : LATER;
}

function explainLostKey({ message, keyName, candidates, cause }: LostKeyError): Explanation {
  const found = candidates.slice(0, 3).map(({ uuid, created_at }) => `${uuid} (created ${created_at})`);
  const where =
    found.length === 0
      ? "look with `pinner account api-keys list`"
      : `it may be ${found.join(" or ")}, if no other machine made that`;
  const hint = `A key named "${keyName}" may exist that nobody holds: ${where}`;
  const why = explain(cause);
  return { ...why, message: `${message} (${why.message})`, hint };
}

function explainLeftKeys({ left, cause }: LeftKeysError): Explanation {
  if (left.kind === "lost") return explainLostKey(new LostKeyError(left.name, [], cause));
  const { kind, uuids } = left;
  const what =
    kind === "new"
      ? `The new API key ${uuids} may be left, and stored nowhere: unless \`pinner auth status\` shows it`
      : `What it replaces may still work (${uuids.join(", ")}): if \`pinner account api-keys list\` shows it`;
  return { ...explain(cause), hint: `${what}, delete it with \`pinner account api-keys delete\`` };
}

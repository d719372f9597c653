import { createFetch, type FetchError, type FetchResponse } from "ofetch";
import { abortable, eitherOf, pause } from "./abort.ts";
import { readBody } from "./body.ts";
import { readError } from "./error-body.ts";
import { ApiError, BadResponseError, NetworkError, PinnerError, RequestTimeoutError } from "./errors.ts";
import { isDecodingFailure, networkFailure } from "./network-failure.ts";
import type { Answer, Call } from "./operations.ts";
import type { Limits } from "./options.ts";
import { setTimeout } from "./timers.ts";
import type { FetchFunction, RequestEvent } from "./types.ts";

export interface Transport extends Limits {
  /** Scheme, host and port of the account API. */
  endpoint: string;
  fetch: FetchFunction;
  /** Those of every request, whatever it is. */
  headers: Headers;
  onRequest?: ((event: RequestEvent) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A login, or the validation of a code, answers with one. */
const HIDDEN_REDIRECT =
  "it is a redirect, which browsers hide from programs: log in from a server, or use an API key or another login's token";
/** The most that timers of every runtime take, 24 days; what is more is no limit. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const FIRST_BACKOFF_MS = 300;
/** A service that asks for a longer wait than this is reported rather than waited for. */
const MAX_WAIT_MS = 10_000;
/** 408 and 425 too say themselves that the request may be sent again (RFC 9110, 15.5.9; RFC 8470, 5.2). */
const RETRIED_STATUSES = [408, 425, 429, 502, 503, 504];

/**
 * Sends one call and gives its answer; redirects are answers and are never followed.
 * @throws {ApiError} for a status of 4xx or 5xx
 * @throws {NetworkError} when no whole answer came
 * @throws {RequestTimeoutError} when it took too long
 * @throws {BadResponseError} for a body that is too large
 * @throws the signal's reason, once that is aborted
 */
export async function send(transport: Transport, call: Call): Promise<Answer> {
  const { signal } = transport;
  let timeouts = 0;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await sendOnce(transport, call);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ApiError) error.attempt = attempt;
      if (error instanceof RequestTimeoutError) timeouts++;
      // Whoever waited twice for nothing need not wait a third time.
      const again = call.idempotent && attempt <= transport.maxRetries && timeouts < 2;
      const wait = again ? waitBeforeRetry(error, attempt) : undefined;
      if (wait === undefined) throw error;
      await pause(wait, signal);
    }
  }
}

async function sendOnce(transport: Transport, call: Call): Promise<Answer> {
  const { endpoint, timeout, signal } = transport;
  const { operation, method, path } = call;
  const started = performance.now();
  const tell = (outcome: Partial<RequestEvent>) =>
    transport.onRequest?.({ operation, method, path, duration: performance.now() - started, ...outcome });
  // One deadline for header and body: a server that trickles is as dead as one that is silent.
  const deadline = timeout > MAX_TIMEOUT_MS ? undefined : AbortSignal.timeout(timeout);
  const end = signal && deadline ? eitherOf(signal, deadline) : (signal ?? deadline);
  const bad = (status: number, problem: string) => new BadResponseError(call, status, problem);
  let response: FetchResponse<unknown> | undefined;
  try {
    // Not every `fetch` that a program brings along heeds the signal.
    response = await abortable(request(transport, call, end), end);
    // In a program's test, say: what stands in for an answer there is often but a part of one.
    if (!response.headers) throw bad(0, "`fetch` gave no Response");
    const { status, headers } = response;
    const serverTime = Date.parse(headers.get("date") ?? "");
    tell({ status, ...(serverTime ? { serverTime: new Date(serverTime) } : {}) });
    if (response.type === "opaqueredirect") throw bad(0, HIDDEN_REDIRECT);
    const { text, tooLarge } = await readBody(response.body, end);
    await connectionIsFree();
    if (status >= 400 || status < 200) throw readError(call, response, text);
    if (tooLarge) throw bad(status, "the body is far larger than any answer of the API");
    return { status, headers, text };
  } catch (error) {
    if (error instanceof PinnerError) throw error;
    if (signal?.aborted) {
      tell({ failure: "aborted" });
      throw signal.reason;
    }
    if (deadline?.aborted) {
      tell({ failure: "timeout" });
      throw new RequestTimeoutError(operation, endpoint, timeout);
    }
    if (isDecodingFailure(error)) {
      // The status alone says what happened, whatever came with it.
      if (response && response.status >= 400) throw readError(call, response, "");
      throw bad(response?.status ?? 200, "its body is not what its Content-Encoding says");
    }
    const failure = networkFailure(error, response !== undefined);
    tell({ failure: failure.reason });
    throw new NetworkError(operation, endpoint, failure, { cause: error });
  }
}

/**
 * By ofetch, on which the product has settled: it writes the body as JSON. Retries, redirects
 * and the reading of answers depend on the operation, and are done here.
 * @throws what `fetch` threw
 */
function request(
  transport: Transport,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<FetchResponse<unknown>> {
  const { path, query, method, body, token } = call;
  const headers = new Headers(transport.headers);
  headers.set("accept", "application/json");
  // A proxy's or server's mistake with the encoding of a body can then not happen.
  headers.set("accept-encoding", "identity");
  if (body) headers.set("content-type", "application/json");
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const fetch = once(call, transport.fetch) as typeof globalThis.fetch;
  return createFetch({ fetch })
    .raw(`${transport.endpoint}${path}${query ? `?${new URLSearchParams(query)}` : ""}`, {
      method,
      headers,
      ...(body ? { body } : {}),
      redirect: "manual",
      ignoreResponseError: true,
      retry: 0,
      responseType: "stream",
      ...(signal ? { signal } : {}),
    })
    .catch(({ cause }: FetchError) => {
      // ofetch keeps the request, and with it the headers and the body, on its error, and the address in its message.
      throw cause;
    });
}

/**
 * Deno sends a request again, whatever it does, when a connection that was kept open breaks before the answer; but not
 * one whose body it cannot read a second time, as that of a `Blob`.
 */
const once = ({ idempotent }: Call, send: FetchFunction): FetchFunction =>
  idempotent || !runsOn("Deno")
    ? send
    : (input, init) => send(input, { ...init, body: new Blob([(init?.body as string) ?? ""]) });

/**
 * Node and Deno take a connection back one turn after its answer has been read: a request that is sent before would
 * open another, and wait for its handshakes. Bun does so at once.
 */
const connectionIsFree = (): Promise<void> | undefined =>
  runsOn("Bun") ? undefined : new Promise((resolve) => setTimeout(resolve, 0));

/** A runtime is known by its user agent, as WinterTC has it. */
const runsOn = (name: string): boolean => globalThis.navigator?.userAgent?.startsWith(`${name}/`) === true;

/** Milliseconds to wait before the next attempt; `undefined` when another would not help: TLS will refuse again. */
function waitBeforeRetry(error: unknown, attempt: number): number | undefined {
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), MAX_WAIT_MS);
  if (error instanceof RequestTimeoutError) return backoff;
  if (error instanceof NetworkError) return error.stage === "tls" ? undefined : backoff;
  if (!(error instanceof ApiError) || !RETRIED_STATUSES.includes(error.status)) return undefined;
  const asked = error.retryAfter === undefined ? backoff : error.retryAfter * 1000;
  return asked <= MAX_WAIT_MS ? asked : undefined;
}

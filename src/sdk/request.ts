import { createFetch, type FetchError, type FetchResponse } from "ofetch";
import { type BaseIssue, type BaseSchema, safeParse, unknown } from "valibot";
import { eitherOf, pause } from "./abort.ts";
import { readError } from "./error-body.ts";
import { ApiError, BadResponseError, NetworkError, RequestTimeoutError } from "./errors.ts";
import { isDecodingFailure, networkFailure } from "./network-failure.ts";
import type { Answer, Call } from "./operations.ts";
import type { Limits } from "./options.ts";
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

/** What describes an answer. */
export type Schema<Output> = BaseSchema<unknown, Output, BaseIssue<unknown>>;

/** A login, or the validation of a code, answers with one. */
const HIDDEN_REDIRECT =
  "it is a redirect, which browsers hide from programs: log in from a server, or use an API key or another login's token";
/** A hundred keys take about 20 KB; whatever is larger than this is not an answer of the API. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
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

/**
 * Checks the JSON of an answer against a schema.
 * @throws {BadResponseError} when it is not JSON, or a listed field is missing or of the wrong type.
 */
export function parse<Output>(call: Call, answer: Answer, schema: Schema<Output>): Output {
  if (answer.status >= 300)
    throw new BadResponseError(call, answer.status, "it is a redirect, which is never followed");
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw new BadResponseError(call, answer.status, "the body is not JSON");
  }
  const result = safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = issue.path?.map((item) => String(item.key)).join(".");
  // valibot's own message would repeat the value that was received.
  throw new BadResponseError(
    call,
    answer.status,
    `\`${field || "the body"}\` is missing or not what the API describes`,
  );
}

/**
 * Checks that a call which has nothing to tell went well.
 * @throws {BadResponseError} for a redirect, or a body that is a page of HTML, or JSON that broke off
 */
export function expectSuccess(call: Call, answer: Answer): void {
  if (answer.status >= 300)
    throw new BadResponseError(call, answer.status, "it is a redirect, which is never followed");
  // A proxy's login or error page with status 200 is no confirmation.
  if (/^\s*</.test(answer.text)) throw new BadResponseError(call, answer.status, "the body is an HTML page");
  if (/^\s*[{[]/.test(answer.text)) parse(call, answer, unknown());
}

async function sendOnce(transport: Transport, call: Call): Promise<Answer> {
  const { endpoint, timeout, onRequest, signal } = transport;
  const event = { operation: call.operation, method: call.method, path: call.path };
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  // One deadline for header and body: a server that trickles is as dead as one that is silent.
  const deadline = timeout === undefined ? undefined : AbortSignal.timeout(timeout);
  const end = signal && deadline ? eitherOf(signal, deadline) : (signal ?? deadline);
  const query = call.query
    ? `?${new URLSearchParams(Object.entries(call.query).map(([k, v]) => [k, `${v}`]))}`
    : "";
  let response: FetchResponse<unknown> | undefined;
  try {
    // ofetch, on which the product has settled, writes the body as JSON and says so in its header. Retries, redirects
    // and the reading of answers depend on the operation, and are done here.
    response = await createFetch({
      fetch: once(call, transport.fetch) as typeof globalThis.fetch,
    }).raw(`${endpoint}${call.path}${query}`, {
      method: call.method,
      headers: headersFor(transport, call),
      ...(call.body ? { body: call.body } : {}),
      redirect: "manual",
      ignoreResponseError: true,
      retry: 0,
      responseType: "stream",
      ...(end ? { signal: end } : {}),
    });
    const date = new Date(response.headers.get("date") ?? Number.NaN);
    onRequest?.({
      ...event,
      status: response.status,
      duration: elapsed(),
      ...(Number.isNaN(date.getTime()) ? {} : { serverTime: date }),
    });
    if (response.type === "opaqueredirect") throw new BadResponseError(call, 0, HIDDEN_REDIRECT);
    const text = await readBody(response, call, end);
    await connectionIsFree();
    if (response.status >= 400 || response.status < 200) throw readError(call, response, text);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (error instanceof ApiError || error instanceof BadResponseError) throw error;
    if (signal?.aborted) {
      onRequest?.({ ...event, failure: "aborted", duration: elapsed() });
      throw signal.reason;
    }
    if (timeout !== undefined && deadline?.aborted) {
      onRequest?.({ ...event, failure: "timeout", duration: elapsed() });
      throw new RequestTimeoutError(call.operation, endpoint, timeout);
    }
    if (isDecodingFailure(error)) {
      // The status alone says what happened, whatever came with it.
      if (response && response.status >= 400) throw readError(call, response, "");
      throw new BadResponseError(
        call,
        response?.status ?? 200,
        "its body is not what its Content-Encoding says",
      );
    }
    const failure = networkFailure(error, response !== undefined);
    onRequest?.({ ...event, failure: failure.reason, duration: elapsed() });
    throw new NetworkError(call.operation, endpoint, failure, { cause: withoutRequest(error) });
  }
}

/**
 * Deno sends a request again, whatever it does, when a connection that was kept open breaks before the answer; but not
 * one whose body it cannot read a second time, as that of a `Blob`.
 */
const once = ({ idempotent }: Call, send: FetchFunction): FetchFunction =>
  idempotent || !isDeno
    ? send
    : (input, init) => send(input, { ...init, body: new Blob([(init?.body as string) ?? ""]) });

function headersFor(transport: Transport, call: Call): Headers {
  const headers = new Headers(transport.headers);
  headers.set("accept", "application/json");
  // A proxy's or server's mistake with the encoding of a body can then not happen.
  headers.set("accept-encoding", "identity");
  if (call.token !== undefined) headers.set("authorization", `Bearer ${call.token}`);
  return headers;
}

async function readBody(
  response: FetchResponse<unknown>,
  call: Call,
  end: AbortSignal | undefined,
): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  // Not every runtime passes an abort on to a body that is already being read.
  const abort = () => void reader.cancel().catch(() => {});
  end?.addEventListener("abort", abort);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (end?.aborted) throw end.reason;
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > MAX_BODY_BYTES) {
        abort();
        // The status alone says what happened, however much comes with it.
        if (response.status >= 400) return text;
        throw new BadResponseError(
          call,
          response.status,
          "the body is far larger than any answer of the API",
        );
      }
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    end?.removeEventListener("abort", abort);
  }
}

/**
 * Node and Deno take a connection back one turn after its answer has been read: a request that is sent before would
 * open another, and wait for its handshakes. Bun does so at once.
 */
const connectionIsFree = (): Promise<void> | undefined =>
  isBun ? undefined : new Promise((resolve) => nextTurn(resolve, 0));
/** A runtime is known by its user agent, as WinterTC has it. */
const runsOn = (name: string): boolean => globalThis.navigator?.userAgent?.startsWith(`${name}/`) === true;
const isBun = runsOn("Bun");
const isDeno = runsOn("Deno");
/** The runtime's own, also where a program's test puts a timer of its own in its place. */
const nextTurn = globalThis.setTimeout;

/** Milliseconds to wait before the next attempt; `undefined` when another would not help: TLS will refuse again. */
function waitBeforeRetry(error: unknown, attempt: number): number | undefined {
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), MAX_WAIT_MS);
  if (error instanceof RequestTimeoutError) return backoff;
  if (error instanceof NetworkError) return error.stage === "tls" ? undefined : backoff;
  if (!(error instanceof ApiError) || !RETRIED_STATUSES.includes(error.status)) return undefined;
  const asked = error.retryAfter === undefined ? backoff : error.retryAfter * 1000;
  return asked <= MAX_WAIT_MS ? asked : undefined;
}

/** ofetch keeps the request, and with it the headers and the body, on its error: only the cause goes on. */
const withoutRequest = (error: unknown): unknown => (error as FetchError).cause ?? undefined;

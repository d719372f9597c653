import { expectSuccess, parse } from "./answers.ts";
import { refuseInsecure } from "./endpoint.ts";
import { environment, serviceOf } from "./environment.ts";
import { isApiError } from "./errors.ts";
import { type Answer, type Call, callOf, type Operation, type Sent } from "./operations.ts";
import { headersOf, type Limits, limitsOf } from "./options.ts";
import { send, type Transport } from "./request.ts";
import { type Schema, tokenAnswer } from "./schemas.ts";
import { Session } from "./session.ts";
import type { CallOptions, PinnerOptions } from "./types.ts";

const USUAL: Limits = { timeout: 30_000, maxRetries: 2 };

/** Makes the calls of one client: with its options, and with its session where an operation needs one. */
export class Caller {
  readonly session: Session;
  readonly #transport: Transport;

  /**
   * @throws {InvalidEndpointError}
   * @throws {InsecureEndpointError}
   * @throws {InvalidOptionError}
   */
  constructor(options: PinnerOptions) {
    const { endpoint, secure } = serviceOf(options);
    refuseInsecure(endpoint, secure);
    this.#transport = {
      endpoint,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      ...limitsOf(USUAL, options),
      headers: headersOf(options),
      onRequest: options.onRequest,
    };
    this.session = new Session(options.token ?? environment("PINNER_AUTH_TOKEN"), async (token, how) => {
      return (await this.ask("exchange", tokenAnswer, { token }, how)).token;
    });
  }

  /**
   * What a client with another token is made of: all as it was settled, so that nothing goes elsewhere where the options or
   * the environment have changed since.
   */
  get options(): PinnerOptions {
    const userAgent = this.#transport.headers.get("user-agent") ?? undefined;
    // The endpoint has been accepted as it is.
    return { ...this.#transport, userAgent, baseEndpoint: this.endpoint, secure: false };
  }

  /** Scheme, host and port of the account API. */
  get endpoint(): string {
    return this.#transport.endpoint;
  }

  /** A call whose answer is read. */
  async ask<Output>(
    operation: Operation,
    schema: Schema<Output>,
    sent: Sent,
    options: CallOptions | undefined,
  ): Promise<Output> {
    const call = callOf(operation, sent);
    return parse(call, await this.send(call, options), schema);
  }

  /** A call whose answer holds nothing but that it went well. */
  async tell(operation: Operation, sent: Sent, options: CallOptions | undefined): Promise<void> {
    const call = callOf(operation, sent);
    expectSuccess(call, await this.send(call, options));
  }

  /**
   * Sends a call. A session that the service refuses is renewed once, where the call does no harm twice and there is
   * something to renew it with.
   */
  async send(call: Call, options: CallOptions = {}): Promise<Answer> {
    const transport = {
      ...this.#transport,
      ...limitsOf(this.#transport, options),
      signal: options.signal,
    };
    if (!call.session) return send(transport, call);
    for (let renewed = false; ; renewed = true) {
      const token = await this.session.token(options);
      try {
        return await send(transport, { ...call, token });
      } catch (error) {
        if (!isApiError(error) || error.status !== 401) throw error;
        const renewable = this.session.forget(token);
        if (renewed || !renewable || !call.idempotent) throw error;
      }
    }
  }
}

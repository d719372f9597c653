/**
 * What the library must do wherever there is `fetch`. Nothing is used here that a browser or a worker has not: the
 * library is handed in as it was built, and what came of each case is given back as JSON.
 */
import type * as Library from "../../src/index.ts";
import type { Fault } from "../../src/testing/types.ts";
import { check, equal, rejection } from "./assert.ts";

/** What the stage tells whoever asks for `/place`. */
export interface Place {
  email: string;
  otpEmail: string;
  password: string;
  /** The code of the second account that is good now. */
  otpCode: string;
  apiKey: string;
  keyUuid: string;
  /** An endpoint at which nobody listens. */
  closed: string;
}

/** What came of one case: `ok`, or what went wrong. */
export type Outcomes = Record<string, string>;

interface Stage {
  lib: typeof Library;
  place: Place;
  /** A client of the portal; with the API key unless told otherwise. */
  client(options?: Library.PinnerOptions): Library.Pinner;
  /** Headers by which the stage makes the next calls of a kind go wrong. */
  fault(step: Library.Operation, fault: Fault, times?: number): Record<string, string>;
  /** Which hides the answer to a login. */
  isBrowser: boolean;
}

const cases: Record<string, (stage: Stage) => Promise<void>> = {
  async "calls that are made at once share one exchange of the key"({ client, place }) {
    const sent: string[] = [];
    const pinner = client({ onRequest: ({ operation }) => sent.push(operation) });
    const [account] = await Promise.all([pinner.account(), pinner.ping(), pinner.listKeys()]);
    equal(account.email, place.email);
    equal(sent.sort(), ["account", "exchange", "listKeys", "listKeys", "ping"]);
  },

  async "a key is created, found by name and UUID, and deleted once"({ client, lib }) {
    const pinner = client();
    const name = "größe ☃ 😀";
    const created = await pinner.createKey(name);
    equal(lib.readClaims(created.token)?.keyUuid, created.uuid);
    equal((await pinner.findKey(name))?.uuid, created.uuid);
    equal((await pinner.getKey(created.uuid.toUpperCase()))?.name, name);
    equal(
      (await pinner.listKeys({ search: "GRÖßE ☃" })).map(({ uuid }) => uuid),
      [created.uuid],
    );
    equal(await pinner.deleteKey(created.uuid), true);
    equal(await pinner.deleteKey(created.uuid), false);
    equal(await pinner.findKey(name), undefined);
  },

  async "many keys come all together, and page by page"({ client }) {
    const pinner = client();
    const all = await pinner.listKeys();
    check(all.length > 100, `${all.length} keys`);
    const one: string[] = [];
    for await (const { uuid } of pinner.keys()) one.push(uuid);
    equal(
      one,
      all.map(({ uuid }) => uuid),
    );
  },

  async "two keys of one name are not told apart by it"({ client, lib }) {
    const pinner = client();
    const twins = [await pinner.createKey("twin"), await pinner.createKey("twin")];
    const error = await rejection(pinner.findKey("twin"));
    check(lib.isAmbiguousKeyError(error), `${error}`);
    for (const { uuid } of twins) {
      check(error.message.includes(uuid), error.message);
      await pinner.deleteKey(uuid);
    }
  },

  async "a rotation keeps the new key, and deletes the old one"({ client }) {
    const pinner = client();
    const old = await pinner.createKey("rotated");
    let kept = "";
    const { key, cleanUpError } = await pinner.rotateKey(old.uuid, {
      async keep({ token }) {
        await client({ token }).ping();
        kept = token;
      },
    });
    equal([key.token, cleanUpError], [kept, undefined]);
    equal((await pinner.findKey("rotated"))?.uuid, key.uuid);
    await pinner.deleteKey(key.uuid);
  },

  async "a new key that cannot be kept leaves the old one"({ client }) {
    const pinner = client();
    const old = await pinner.createKey("kept");
    const full = new Error("the store is full");
    const keep = () => Promise.reject(full);
    check((await rejection(pinner.rotateKey(old.uuid, { keep }))) === full, "another error");
    equal((await pinner.findKey("kept"))?.uuid, old.uuid);
    await pinner.deleteKey(old.uuid);
  },

  async "a key for one piece of work ends with it"({ client }) {
    const pinner = client();
    const email = await pinner.withKey("job", async ({ token }) => (await client({ token }).account()).email);
    equal(email, (await pinner.account()).email);
    const failed = new Error("the work failed");
    check((await rejection(pinner.withKey("job", () => Promise.reject(failed)))) === failed, "another error");
    equal(await pinner.findKey("job"), undefined);
  },

  async "a login gives a session, or says that a browser hides it"({ client, lib, place, isBrowser }) {
    const { email, password } = place;
    const login = client().login({ email, password });
    if (isBrowser) return saysThatItIsHidden(lib, await rejection(login));
    const result = await login;
    if (result.status !== "authenticated") throw new Error(result.status);
    equal((await client({ token: result.token }).account()).email, email);
  },

  async "a login with 2FA takes a code, and refuses a wrong one"({ client, lib, place, isBrowser }) {
    const pinner = client();
    const login = await pinner.login({ email: place.otpEmail, password: place.password });
    if (login.status !== "otp_required") throw new Error(login.status);
    const wrong = await rejection(pinner.validateOtp(login.otpToken, wrongOf(place.otpCode)));
    check(lib.isOtpRefused(wrong), `${wrong}`);
    const validation = pinner.validateOtp(login.otpToken, place.otpCode);
    if (isBrowser) return saysThatItIsHidden(lib, await rejection(validation));
    equal((await client({ token: await validation }).account()).email, place.otpEmail);
  },

  async "a wrong password is told as such, and repeated nowhere"({ client, lib, place }) {
    const password = "tr0ub4dor&3";
    const error = await rejection(client().login({ email: place.email, password }));
    check(lib.isApiError(error) && lib.isPinnerError(error), `${error}`);
    equal([error.status, error.operation, error.attempt], [401, "login", 1]);
    check(!`${error.message}${error.stack}`.includes(password), "the password is in the error");
  },

  async "an account is registered, and confirmed with the right token alone"({ client, lib, place }) {
    const email = "grace@example.com";
    await client().register({ email, password: place.password, firstName: "Grace", lastName: "Hopper" });
    const error = await rejection(client().verifyEmail({ email, token: "wrong1" }));
    check(lib.isApiError(error) && error.status === 401, `${error}`);
  },

  async "where nobody listens, that is a network error"({ client, lib, place }) {
    const error = await rejection(client({ baseEndpoint: place.closed, maxRetries: 0 }).ping());
    check(lib.isNetworkError(error), `${error}`);
    equal([error.operation, error.endpoint], ["exchange", place.closed]);
  },

  async "an answer that is late, or comes too slowly, is a timeout"({ client, lib, fault }) {
    for (const late of [{ kind: "hang" }, { kind: "trickle", ms: 100 }] as const) {
      const headers = fault("exchange", late);
      const error = await rejection(client({ headers, timeout: 250, maxRetries: 0 }).session());
      check(lib.isRequestTimeoutError(error), `${error}`);
      equal(error.timeout, 250);
    }
  },

  async "an abort ends a call with its own reason, and is not tried again"({ client, fault }) {
    const sent: string[] = [];
    const pinner = client({
      headers: fault("ping", { kind: "hang" }),
      onRequest: ({ operation, failure }) => sent.push(`${operation} ${failure}`),
    });
    await pinner.session();
    const reason = new Error("enough");
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 50);
    check((await rejection(pinner.ping({ signal: abort.signal }))) === reason, "another reason");
    equal(sent, ["exchange undefined", "ping aborted"]);
    check((await rejection(pinner.ping({ signal: abort.signal }))) === reason, "sent though aborted");
    equal(sent.length, 2);
  },

  async "a service that is busy is asked again, but not to create something"({ client, lib, fault }) {
    const busy = { kind: "status", status: 503 } as const;
    await client({ headers: fault("account", busy) }).account();
    const error = await rejection(client({ headers: fault("createKey", busy) }).createKey("busy"));
    check(lib.isApiError(error), `${error}`);
    equal([error.status, error.attempt], [503, 1]);
    equal(await client().findKey("busy"), undefined);
  },

  async "a session that the service has ended is renewed once"({ client, lib, fault, place }) {
    const ended = { kind: "status", status: 401 } as const;
    const sent: string[] = [];
    const onRequest = ({ operation }: Library.RequestEvent) => void sent.push(operation);
    const { email } = await client({ headers: fault("account", ended), onRequest }).account();
    equal(email, place.email);
    equal(sent, ["exchange", "account", "exchange", "account"]);
    const error = await rejection(client({ headers: fault("account", ended, 2) }).account());
    check(lib.isApiError(error) && error.status === 401, `${error}`);
  },

  async "a redirect is never followed"({ client, lib, fault, place }) {
    const location = `${place.closed}/api/account`;
    const headers = fault("account", { kind: "redirect", location, status: 307 });
    const error = await rejection(client({ headers }).account());
    check(lib.isBadResponseError(error) && error.message.includes("it is a redirect"), `${error}`);
  },

  async "what is no answer of the API is a bad one"({ client, lib, fault }) {
    for (const odd of [{ kind: "garbage" }, { kind: "html" }, { kind: "json", value: [] }] as const) {
      const error = await rejection(client({ headers: fault("account", odd) }).account());
      check(lib.isBadResponseError(error), `${error}`);
      equal(error.status, 200);
    }
  },

  async "an answer that breaks off is a network error"({ client, lib, fault }) {
    const headers = fault("account", { kind: "resetBody" });
    const error = await rejection(client({ headers, maxRetries: 0 }).account());
    check(lib.isNetworkError(error), `${error}`);
    equal(error.stage, "exchange");
  },

  async "what creates something is sent once, also when the answer is lost"({
    client,
    lib,
    fault,
    isBrowser,
  }) {
    const pinner = client({ headers: fault("createKey", { kind: "resetAfter" }) });
    // So that there is a connection which is used again: the runtime may take its end for bad luck.
    await pinner.ping();
    const outcome = await pinner.createKey("lost").catch((error: unknown) => error);
    const keys = await client().listKeys({ search: "lost" });
    for (const { uuid } of keys) await client().deleteKey(uuid);
    // A browser sends again whatever it is, and a page cannot keep it from that.
    equal(keys.length, isBrowser ? 2 : 1);
    check(lib.isNetworkError(outcome) !== isBrowser, `${outcome}`);
  },

  async "what cannot be sent is refused before"({ client, lib }) {
    const { Pinner } = lib;
    for (const [guard, make] of [
      [lib.isInvalidOptionError, () => client({ timeout: 0 })],
      [lib.isInvalidOptionError, () => client({ userAgent: "two\nlines" })],
      [lib.isInvalidEndpointError, () => client({ baseEndpoint: "https:/x" })],
      [lib.isInsecureEndpointError, () => client({ baseEndpoint: "http://example.com" })],
      [lib.isTokenError, () => new Pinner({ baseEndpoint: "example.com" }).account()],
      [lib.isTokenError, () => client({ token: "two words" }).account()],
    ] as const) {
      const error = await rejection((async () => make())());
      check(guard(error) && lib.isPinnerError(error), `${error}`);
    }
  },

  async "a token's claims are read, and an endpoint is worked out"({ lib, place }) {
    const claims = lib.readClaims(place.apiKey);
    if (!claims) throw new Error("no claims");
    equal([claims.kind, claims.keyUuid], ["api_key", place.keyUuid]);
    equal([lib.isExpired(claims), lib.isExpired(claims, Date.now() + 31 * 86_400_000)], [false, true]);
    equal(lib.readClaims("no.token"), undefined);
    equal(lib.accountEndpoint("https://example.com:8443/path?x"), "https://account.example.com:8443");
  },
};

function saysThatItIsHidden(lib: typeof Library, error: unknown): void {
  check(lib.isBadResponseError(error), `${error}`);
  check(error.message.includes("which browsers hide from programs"), error.message);
  equal(error.status, 0);
}

/** A code that is wrong, whichever is right now. */
const wrongOf = (code: string): string => `${code.startsWith("0") ? "1" : "0"}${code.slice(1)}`;

/** The names of the cases, in the order in which they run. */
export const names = Object.keys(cases);

/** Runs all cases, one after the other. @param endpoint where the stage is */
export async function runCases(lib: typeof Library, endpoint: string): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  for (const [name, run] of Object.entries(cases)) {
    const answer = await fetch(`${endpoint}/place`);
    const place: Place = await answer.json();
    let faults = 0;
    const stage: Stage = {
      lib,
      place,
      client: (options) => new lib.Pinner({ baseEndpoint: endpoint, token: place.apiKey, ...options }),
      fault: (step, fault, times = 1) => ({
        "x-fault": JSON.stringify({ id: `${names.indexOf(name)}.${faults++}`, step, fault, times }),
      }),
      isBrowser: "document" in globalThis,
    };
    outcomes[name] = await run(stage).then(
      () => "ok",
      (error: Error) => `${error.stack ?? error}`,
    );
  }
  return outcomes;
}

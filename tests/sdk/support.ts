import { inspect } from "node:util";
import { type Operation, Pinner, type PinnerOptions } from "../../src/index.ts";
import { createPortal, type Portal, type Quirks, type Step } from "../../src/testing/portal.ts";
import { type ServedPortal, servePortal } from "../../src/testing/serve.ts";
import { checkAnswers } from "../../tooling/openapi.ts";

export const EMAIL = "ada@example.com";
export const PASSWORD = "correct horse battery staple";
export const NEW_EMAIL = "grace@example.com";
export const NEW_PASSWORD = "a wholly different password";

/** A portal on a real port with one account in it, and clients of it. */
export interface Stage extends AsyncDisposable {
  portal: Portal;
  server: ServedPortal;
  /** A client that holds an API key. */
  withKey: Pinner;
  /** A client that holds a login token, so that nothing is exchanged. */
  withSession: Pinner;
  /** A client with this token, or a useless one where the call needs none. */
  client(options?: PinnerOptions): Pinner;
  apiKey: string;
  keyUuid: string;
  loginToken: string;
}

export async function openStage(quirks: Partial<Quirks> = {}, options: PinnerOptions = {}): Promise<Stage> {
  const portal = createPortal({ quirks });
  const account = portal.addAccount({ email: EMAIL, password: PASSWORD, otp: true });
  account.otpEnabled = false;
  const described = checkAnswers(portal);
  const server = await servePortal(portal);
  const { token: apiKey, uuid: keyUuid } = await portal.createKey(EMAIL, "laptop");
  const loginToken = await portal.issue("login", EMAIL);
  const client = (more: PinnerOptions = {}) =>
    new Pinner({ baseEndpoint: server.url, timeout: 5000, token: "none", ...options, ...more });
  return {
    portal,
    server,
    client,
    withKey: client({ token: apiKey }),
    withSession: client({ token: loginToken }),
    apiKey,
    keyUuid,
    loginToken,
    async [Symbol.asyncDispose]() {
      await server.close();
      await described();
    },
  };
}

/** What today's portal answers. */
export type Callable = Exclude<Operation, "deleteAccountOlder">;

/** Every call of the client, with arguments that today's portal accepts. */
export const everyCall: Record<Callable, (stage: Stage) => Promise<unknown>> = {
  login: ({ client }) => client().login({ email: EMAIL, password: PASSWORD }),
  otpValidate: async ({ client, portal }) =>
    client().validateOtp(await portal.issue("2fa", EMAIL), portal.otpCode(EMAIL)),
  exchange: ({ withKey }) => withKey.session(),
  ping: ({ withSession }) => withSession.ping(),
  logout: ({ withSession }) => withSession.logout(),
  register: ({ client }) =>
    client().register({ email: NEW_EMAIL, password: PASSWORD, firstName: "Grace", lastName: "Hopper" }),
  verifyEmail: ({ client, portal }) => {
    const account = portal.addAccount({ email: NEW_EMAIL, password: PASSWORD, verified: false });
    account.verification = { token: "abc123", expiresAt: portal.now() + 1000 };
    return client().verifyEmail({ email: NEW_EMAIL, token: "abc123" });
  },
  resendVerification: ({ client }) => client().resendVerification(EMAIL),
  account: ({ withSession }) => withSession.account(),
  updateProfile: ({ withSession }) => withSession.updateProfile({ firstName: "Grace" }),
  deleteAccount: ({ withSession }) => withSession.deleteAccount(),
  listKeys: ({ withSession }) => withSession.listKeys(),
  createKey: ({ withSession }) => withSession.createKey("ci"),
  deleteKey: ({ withSession, keyUuid }) => withSession.deleteKey(keyUuid),
  otpGenerate: ({ withSession }) => withSession.generateOtp(),
  otpVerify: ({ withSession, portal }) => withSession.verifyOtp(portal.otpCode(EMAIL)),
  otpDisable: ({ withSession }) => withSession.disableOtp(PASSWORD),
  updatePassword: ({ withSession }) =>
    withSession.updatePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  updateEmail: ({ withSession }) => withSession.updateEmail({ email: NEW_EMAIL, password: PASSWORD }),
  requestPasswordReset: ({ client }) => client().requestPasswordReset(EMAIL),
  confirmPasswordReset: ({ client, portal }) => {
    portal.get(EMAIL).resetToken = "reset1";
    return client().confirmPasswordReset({ email: EMAIL, token: "reset1", password: NEW_PASSWORD });
  },
};

export const operations = Object.keys(everyCall) as Callable[];

/** Those that do no harm twice. */
export const safe: Callable[] = [
  "exchange",
  "ping",
  "logout",
  "account",
  "updateProfile",
  "listKeys",
  "deleteKey",
];

/** How often a step was asked for. */
export const count = (portal: Portal, step: Step): number =>
  portal.steps().filter((asked) => asked === step).length;

/** The error of a promise that must fail with this class of error. */
export async function failure<Kind extends Error>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => Kind,
): Promise<Kind> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) throw new Error(`resolved to ${inspect(outcome.value)}, not ${kind.name}`);
  if (!(outcome.error instanceof kind)) throw outcome.error;
  return outcome.error;
}

/** All that a program or a person could be shown of an error: texts, stacks, hidden properties, causes. */
export function everythingIn(error: unknown): string {
  const texts = [
    String(error),
    Bun.inspect(error, { depth: 20 }),
    inspect(error, { depth: 20, showHidden: true }),
  ];
  for (let at = error; at instanceof Error; at = at.cause) {
    // Getters too, such as those that lead from an error of `fetch` to its request.
    const own = Object.getOwnPropertyNames(at).map((name) => Reflect.get(at as object, name) as unknown);
    texts.push(JSON.stringify(at), ...own.map((value) => inspect(value, { depth: 20, showHidden: true })));
  }
  return texts.join("\n");
}

/** A JWT with these claims and a signature that nobody made. */
export function jwt(claims: unknown, header: unknown = { alg: "EdDSA", typ: "JWT" }): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;
}

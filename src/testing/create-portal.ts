import { ENDPOINT, fetchOf } from "./fetch.ts";
import { createPortal as createService, type LoggedRequest } from "./portal.ts";
import type { Account, Key } from "./state.ts";
import type { Portal, PortalAccount, PortalKey, PortalRequest } from "./types.ts";

/**
 * Makes an account service in memory: no account is in it yet, and nothing goes wrong.
 * @example
 * ```ts
 * const portal = createPortal();
 * portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
 * const { token } = await portal.createKey("ada@example.com", "ci");
 * const pinner = new Pinner({ token, fetch: portal.fetch });
 *
 * portal.fault("listKeys", { kind: "status", status: 503 }, 1);
 * await pinner.listKeys(); // is tried again
 * ```
 */
export function createPortal(): Portal {
  let ahead = 0;
  const service = createService({ clock: () => Date.now() + ahead });
  return {
    endpoint: ENDPOINT,
    now: () => service.now(),
    advance(milliseconds) {
      ahead += milliseconds;
    },
    fetch: fetchOf(service),
    addAccount: (account) => accountOf(service.addAccount(account)),
    account: (email) => accountOf(service.get(email)),
    otpCode: (email, steps) => service.otpCode(email, steps),
    keys: (email) => service.get(email).keys.map(keyOf),
    async createKey(email, name) {
      const { token, ...key } = await service.createKey(email, name);
      return { ...keyOf(key), token };
    },
    createSession: (email) => service.issue("login", email),
    endSession: (token) => service.endSession(token),
    isLive: (token) => service.isLive(token),
    fault: (operation, fault, times) => service.fault(operation, fault, times),
    clearFaults: () => service.clearFaults(),
    get emails() {
      return [...service.emails];
    },
    get requests() {
      return service.requests.map(requestOf);
    },
  };
}

const accountOf = ({ otpEnabled, ...account }: Account): PortalAccount => ({
  id: account.id,
  email: account.email,
  password: account.password,
  firstName: account.firstName,
  lastName: account.lastName,
  verified: account.verified,
  otp: otpEnabled,
  otpSecret: account.otpSecret,
  pendingDeletion: account.pendingDeletion,
});

const keyOf = ({ uuid, name, createdAt, lastUsedAt }: Key): PortalKey => ({
  uuid,
  name,
  createdAt,
  lastUsedAt,
});

const requestOf = ({ step, method, path, query, headers, body, status }: LoggedRequest): PortalRequest => ({
  operation: step,
  method,
  path,
  query,
  headers,
  body,
  status,
});

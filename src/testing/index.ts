/**
 * A Pinner account service in memory, for the tests of programs that use `pinner`: accounts, keys, two-factor codes,
 * emails, a clock, and faults on demand. It answers as the service does, in the same process and without a network.
 *
 * Requests take real time, whatever your test makes of its timers once this and `pinner` are loaded: give them short
 * timeouts and faults short delays, and move the portal's clock with `advance`. Where timers are fake before, as with Jest's
 * `enableGlobally`, leave `setTimeout` alone (`doNotFake`). In Jest's jsdom, which has neither `fetch` nor WebCrypto, begin the
 * file with `@jest-environment node` in a comment.
 *
 * @example
 * ```ts
 * import { Pinner } from "pinner";
 * import { createPortal } from "pinner/testing";
 *
 * const portal = createPortal();
 * portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
 * const { token } = await portal.createKey("ada@example.com", "ci");
 * const pinner = new Pinner({ token, fetch: portal.fetch });
 * console.log((await pinner.account()).email);
 * ```
 *
 * @module
 */
export type { Operation } from "../sdk/operations.ts";
export { createPortal } from "./create-portal.ts";
export { handlers } from "./handlers.ts";
export type {
  Fault,
  NewAccount,
  Portal,
  PortalAccount,
  PortalEmail,
  PortalKey,
  PortalRequest,
} from "./types.ts";

/**
 * A Pinner account service in memory, for the tests of programs that use `pinner`: accounts, keys, two-factor codes,
 * emails, a clock, and faults on demand. It answers as the service does, in the same process and without a network.
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

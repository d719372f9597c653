import type { Fault, Step } from "../../src/testing/portal.ts";
import type { Scenario, Target } from "./scenarios.ts";

/** What goes wrong at a step, every time that it is asked for. */
export interface Kind {
  name: string;
  /** `elsewhere`: a server that a redirect leads to. Nothing: connections are refused from then on. */
  fault?: (elsewhere: string) => Fault;
  /** Every later step goes wrong as well. */
  outage?: true;
  /** Takes until the client gives up. */
  slow?: true;
}

const WRONG_TYPES = {
  token: 42,
  otp: 1,
  uuid: 7,
  name: null,
  data: { 0: "key" },
  total: "many",
  id: "1",
  email: [],
  verified: 1,
};
const status = (code: number, more: { act?: boolean; headers?: Record<string, string> } = {}): Kind => ({
  name: `${code}${more.act ? " after acting" : ""}${more.headers ? " with Retry-After" : ""}`,
  fault: () => ({ kind: "status", status: code, ...more }),
});
const bad = (name: string, fault: Fault): Kind => ({ name, fault: () => fault });

export const kinds: Kind[] = [
  { name: "refused" },
  bad("reset before acting", { kind: "resetBefore" }),
  bad("reset after acting", { kind: "resetAfter" }),
  bad("reset in mid-body", { kind: "resetBody" }),
  { name: "hang", fault: () => ({ kind: "hang" }), slow: true },
  { name: "trickle", fault: () => ({ kind: "trickle", ms: 1500 }), slow: true },
  ...[400, 401, 403, 404, 409, 422, 429, 500, 502].map((code) => status(code)),
  // Longer than the client waits, and not at all.
  status(429, { headers: { "retry-after": "60" } }),
  status(503, { headers: { "retry-after": "0" } }),
  ...[500, 503].map((code) => status(code, { act: true, headers: { "retry-after": "0" } })),
  { name: "redirect", fault: (location) => ({ kind: "redirect", location }) },
  bad("garbage", { kind: "garbage", act: true }),
  bad("HTML", { kind: "html", act: true }),
  bad("10 MB", { kind: "huge", act: true }),
  bad("fields missing", { kind: "json", value: {}, act: true }),
  bad("wrong types", { kind: "json", value: WRONG_TYPES, act: true }),
  { name: "outage: hang", fault: () => ({ kind: "hang" }), outage: true, slow: true },
  { name: "outage: reset after acting", fault: () => ({ kind: "resetAfter" }), outage: true },
];

/** Hours that the service's clock is ahead; at -26 every session seems to have ended long ago. */
export const clockHours = [-26, -6, 6];

/** Calls whose success has no body: they have no fields to miss. */
const mute: readonly Step[] = [
  "deleteKey",
  "register",
  "verifyEmail",
  "resendVerification",
  "otpVerify",
  "otpDisable",
  "requestPasswordReset",
  "confirmPasswordReset",
  "updateEmail",
  "updatePassword",
  "updateProfile",
  "deleteAccount",
];

/** The exit code that docs/cli.md demands. Written after its text alone. */
export function expectedExit(scenario: Scenario, { step, group }: Target, { name, outage }: Kind): number {
  const tolerated = (one: Step) => scenario.tolerated.includes(one);
  // Every step from there on is met: the first that matters decides.
  if (outage || name === "refused") {
    const rest = scenario.groups.slice(group).flat();
    if (rest[0] === scenario.tells) return 1;
    return rest.every(tolerated) ? 0 : 3;
  }
  if (tolerated(step)) return 0;
  // A key that vanishes between its look-up and its deletion counts as deleted.
  if (step === "deleteKey" && name === "404") return 0;
  if (step === scenario.tells) return /^(?:fields missing|wrong types)$/.test(name) ? 0 : 1;
  const code = /^\d{3}\b/.exec(name)?.[0];
  const { reports } = scenario;
  if (code !== undefined) return reports ? reports.refused(Number(code)) : exitForStatus(step, Number(code));
  if (/^(?:reset|hang|trickle)/.test(name)) return 3;
  if (reports) return reports.nonsense;
  if (/^(?:fields missing|wrong types)$/.test(name) && mute.includes(step)) return 0;
  return 1;
}

function exitForStatus(step: Step, status: number): number {
  if (status === 429 || status >= 500) return 3;
  // A refused email token.
  if (step === "verifyEmail" || step === "confirmPasswordReset") return 1;
  if (status === 401) return 4;
  const refused = [400, 403, 422].includes(status);
  if (refused && ["login", "otpValidate", "exchange"].includes(step)) return 4;
  // A wrong password: there is nothing else in it to refuse.
  if (refused && step === "otpDisable") return 4;
  // A wrong code.
  if (step === "otpVerify" && (status === 400 || status === 422)) return 4;
  return 1;
}

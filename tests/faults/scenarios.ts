import type { Step } from "../../src/testing/portal.ts";
import { EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** A command, and what it asks the service for. */
export interface Scenario {
  name: string;
  args: (world: World) => string[];
  env?: (world: World) => Record<string, string>;
  /** The steps in their order; those in one group are asked for side by side. */
  groups: Step[][];
  /** Steps whose failure is only warned of: the command has done what it is for, or goes on without. */
  tolerated: readonly Step[];
  /** The account that it is about. */
  email: string;
  /** Name of the key that it creates. */
  creates?: string;
  prepare?: (world: World) => Promise<void>;
}

const NEW_EMAIL = "carol@example.com";
const apiKeys = (...args: string[]) => ["account", "api-keys", ...args];
const login = (email: string) => ({ PINNER_EMAIL: email, PINNER_PASSWORD: PASSWORD });
const onAlice = { email: EMAIL, tolerated: [] };

export const scenarios: Scenario[] = [
  {
    name: "auth",
    args: () => ["auth", "--force"],
    env: () => login(EMAIL),
    groups: [["login"], ["listKeys", "createKey"], ["deleteKey"]],
    tolerated: ["listKeys", "deleteKey"],
    email: EMAIL,
    creates: "cli-generated",
  },
  {
    name: "auth with 2FA",
    args: () => ["auth", "--force"],
    env: ({ portal }) => ({ ...login(OTP_EMAIL), PINNER_OTP: portal.otpCode(OTP_EMAIL) }),
    groups: [["login"], ["otpValidate"], ["listKeys", "createKey"], ["deleteKey"]],
    tolerated: ["listKeys", "deleteKey"],
    email: OTP_EMAIL,
    creates: "cli-generated",
  },
  {
    name: "auth logout",
    args: () => ["auth", "logout"],
    groups: [["exchange"], ["deleteKey"]],
    email: EMAIL,
    tolerated: ["exchange", "deleteKey"],
  },
  {
    name: "register",
    args: () => ["register", "-e", NEW_EMAIL, "-f", "Carol", "-l", "Jones"],
    env: () => ({ PINNER_PASSWORD: PASSWORD }),
    groups: [["register"]],
    ...onAlice,
  },
  {
    name: "confirm-email",
    args: ({ portal }) => ["confirm-email", "-e", NEW_EMAIL, "-t", portal.emails[0]?.token ?? ""],
    groups: [["verifyEmail"]],
    ...onAlice,
    prepare: async (world) => {
      const { exit, stderr } = await world.pinner(["register", "-e", NEW_EMAIL, "-f", "C", "-l", "J"], {
        env: { PINNER_PASSWORD: PASSWORD },
      });
      if (exit !== 0) throw new Error(stderr);
    },
  },
  {
    name: "confirm-email --resend",
    args: () => ["confirm-email", "-e", EMAIL, "--resend"],
    groups: [["resendVerification"]],
    ...onAlice,
  },
  {
    name: "api-keys list",
    args: () => apiKeys("list"),
    groups: [["exchange"], ["listKeys"]],
    ...onAlice,
  },
  {
    name: "api-keys create",
    args: () => apiKeys("create", "ci"),
    groups: [["exchange"], ["createKey"]],
    ...onAlice,
    creates: "ci",
  },
  {
    name: "api-keys delete",
    args: () => apiKeys("delete", "doomed"),
    groups: [["exchange"], ["listKeys"], ["deleteKey"]],
    ...onAlice,
    prepare: async ({ portal }) => void portal.addKeys(EMAIL, ["doomed"]),
  },
  {
    name: "api-keys rotate",
    args: () => apiKeys("rotate"),
    groups: [["exchange"], ["listKeys"], ["createKey"], ["exchange"], ["deleteKey"]],
    tolerated: ["deleteKey"],
    email: EMAIL,
    creates: "cli-generated",
  },
  {
    name: "otp enable",
    args: () => ["account", "otp", "enable"],
    groups: [["exchange"], ["account"], ["otpGenerate"]],
    ...onAlice,
  },
  {
    name: "otp enable --otp",
    args: ({ portal }) => ["account", "otp", "enable", "--otp", portal.otpCode(EMAIL)],
    groups: [["exchange"], ["account"], ["otpVerify"]],
    ...onAlice,
    prepare: async (world) => {
      const { exit, stderr } = await world.pinner(["account", "otp", "enable"]);
      if (exit !== 0) throw new Error(stderr);
    },
  },
  {
    name: "otp disable",
    args: () => ["account", "otp", "disable"],
    env: () => ({ PINNER_PASSWORD: PASSWORD }),
    groups: [["exchange"], ["otpDisable"]],
    email: OTP_EMAIL,
    tolerated: [],
  },
];

/** One request of a command: which one, where the same is asked for twice. */
export interface Target {
  step: Step;
  /** How many of the same come before it. */
  nth: number;
  group: number;
}

export function targetsOf({ groups }: Scenario): Target[] {
  const before: Step[] = [];
  return groups.flatMap((steps, group) =>
    steps.map((step) => {
      const nth = before.filter((earlier) => earlier === step).length;
      before.push(step);
      return { step, nth, group };
    }),
  );
}

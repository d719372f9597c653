import type { Step } from "../../src/testing/portal.ts";
import { EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import type { CommandPath } from "../support/commands.ts";

/** A command, and what it asks the service for. */
interface Row {
  /** What stands after its own words. */
  args?: (world: World) => string[];
  env?: (world: World) => Record<string, string>;
  /** The steps in their order; those in one group are asked for side by side. None: it asks for nothing. */
  groups: Step[][];
  /** Steps whose failure is only warned of: the command has done what it is for, or goes on without. */
  tolerated: readonly Step[];
  /** The account that it is about. */
  email: string;
  /** The command that it runs, behind all flags. */
  command?: string[];
  /** Name of the key that it creates. */
  creates?: string;
  prepare?: (world: World) => Promise<void>;
  /** The step whose failures its result tells of, one by one. */
  tells?: Step;
  /** It tells a bad state as its result. */
  reports?: {
    /** The exit code when a step is answered with this status. */
    refused: (status: number) => number;
    /** The exit code when an answer is none that the service gives. */
    nonsense: number;
    /** The exit code when the service's clock is hours off. */
    clock: number;
  };
}

export interface Scenario extends Row {
  name: string;
  path: CommandPath;
}

const NEW_EMAIL = "carol@example.com";
const login = (email: string) => ({ PINNER_EMAIL: email, PINNER_PASSWORD: PASSWORD });
const onAlice = { email: EMAIL, tolerated: [] };

/** What makes one way to run a command differ from the others: it follows the name of the command. */
type Rows = Record<string, Row>;

const offline = (...args: string[]): Rows => ({ "": { args: () => args, groups: [], ...onAlice } });

/** Every command, in one or more ways. A command without a row does not compile. */
const rows: Record<CommandPath, Rows> = {
  auth: {
    "": {
      args: () => ["--force"],
      env: () => login(EMAIL),
      groups: [["login"], ["listKeys", "createKey"], ["deleteKey"]],
      tolerated: ["listKeys", "deleteKey"],
      email: EMAIL,
      creates: "cli-generated",
    },
    "with 2FA": {
      args: () => ["--force"],
      env: ({ portal }) => ({ ...login(OTP_EMAIL), PINNER_OTP: portal.otpCode(OTP_EMAIL) }),
      groups: [["login"], ["otpValidate"], ["listKeys", "createKey"], ["deleteKey"]],
      tolerated: ["listKeys", "deleteKey"],
      email: OTP_EMAIL,
      creates: "cli-generated",
    },
  },
  "auth status": {
    "": {
      groups: [["exchange"], ["account", "listKeys"]],
      tolerated: ["listKeys"],
      email: EMAIL,
      reports: {
        refused: (status) => ([400, 401, 403, 422].includes(status) ? 4 : 3),
        nonsense: 3,
        clock: 0,
      },
    },
  },
  "auth logout": {
    "": {
      groups: [["exchange"], ["deleteKey"]],
      email: EMAIL,
      tolerated: ["exchange", "deleteKey"],
    },
  },
  "auth exec": {
    "": {
      groups: [["exchange"], ["createKey"], ["deleteKey"]],
      tolerated: ["deleteKey"],
      email: EMAIL,
      creates: "exec-",
      command: ["echo", "{}"],
    },
    "with a login": {
      args: () => ["--no-create-key"],
      env: () => login(EMAIL),
      groups: [["login"]],
      ...onAlice,
      command: ["echo", "{}"],
    },
  },
  "auth token": offline(),
  register: {
    "": {
      args: () => ["-e", NEW_EMAIL, "-f", "Carol", "-l", "Jones"],
      env: () => ({ PINNER_PASSWORD: PASSWORD }),
      groups: [["register"]],
      ...onAlice,
    },
  },
  "confirm-email": {
    "": {
      args: ({ portal }) => ["-e", NEW_EMAIL, "-t", portal.emails[0]?.token ?? ""],
      groups: [["verifyEmail"]],
      ...onAlice,
      prepare: async (world) => {
        const { exit, stderr } = await world.pinner(["register", "-e", NEW_EMAIL, "-f", "C", "-l", "J"], {
          env: { PINNER_PASSWORD: PASSWORD },
        });
        if (exit !== 0) throw new Error(stderr);
      },
    },
    "--resend": {
      args: () => ["-e", EMAIL, "--resend"],
      groups: [["resendVerification"]],
      ...onAlice,
    },
  },
  "reset-password": {
    "": { args: () => ["-e", EMAIL], groups: [["requestPasswordReset"]], ...onAlice },
    "--token": {
      args: ({ portal }) => ["-e", EMAIL, "-t", portal.emails[0]?.token ?? ""],
      env: () => ({ PINNER_NEW_PASSWORD: "another-horse-battery" }),
      groups: [["confirmPasswordReset"]],
      ...onAlice,
      prepare: async (world) => {
        const { exit, stderr } = await world.pinner(["reset-password", "-e", EMAIL]);
        if (exit !== 0) throw new Error(stderr);
      },
    },
  },
  account: { "": { groups: [["exchange"], ["account"]], ...onAlice } },
  "account email": {
    "": {
      args: () => [NEW_EMAIL],
      env: () => ({ PINNER_PASSWORD: PASSWORD }),
      groups: [["exchange"], ["account"], ["updateEmail"]],
      ...onAlice,
    },
  },
  "account password": {
    "": {
      env: () => ({ PINNER_PASSWORD: PASSWORD, PINNER_NEW_PASSWORD: "another-horse-battery" }),
      groups: [["exchange"], ["updatePassword"]],
      ...onAlice,
    },
  },
  "account profile": {
    "": { args: () => ["-f", "Alicia"], groups: [["exchange"], ["updateProfile"], ["account"]], ...onAlice },
  },
  "account delete": {
    "": { args: () => ["--force"], groups: [["exchange"], ["account"], ["deleteAccount"]], ...onAlice },
  },
  "account api-keys list": { "": { groups: [["exchange"], ["listKeys"]], ...onAlice } },
  "account api-keys create": {
    "": {
      args: () => ["ci"],
      groups: [["exchange"], ["createKey"]],
      ...onAlice,
      creates: "ci",
    },
  },
  "account api-keys delete": {
    "": {
      args: () => ["doomed"],
      groups: [["exchange"], ["listKeys"], ["deleteKey"]],
      ...onAlice,
      prepare: async ({ portal }) => void portal.addKeys(EMAIL, ["doomed"]),
    },
  },
  "account api-keys prune": {
    "": {
      args: () => ["--older-than", "1", "--force"],
      groups: [["exchange"], ["listKeys"], ["deleteKey"]],
      tells: "deleteKey",
      ...onAlice,
      prepare: async ({ portal }) => {
        for (const key of portal.addKeys(EMAIL, ["doomed"])) key.createdAt = "2020-01-01T00:00:00.000Z";
      },
    },
  },
  "account api-keys rotate": {
    "": {
      groups: [["exchange"], ["listKeys"], ["createKey"], ["exchange"], ["deleteKey"]],
      tolerated: ["deleteKey"],
      email: EMAIL,
      creates: "cli-generated",
    },
  },
  "account otp enable": {
    "": { groups: [["exchange"], ["account"], ["otpGenerate"]], ...onAlice },
    "--otp": {
      args: ({ portal }) => ["--otp", portal.otpCode(EMAIL)],
      groups: [["exchange"], ["account"], ["otpVerify"]],
      ...onAlice,
      prepare: async (world) => {
        const { exit, stderr } = await world.pinner(["account", "otp", "enable"]);
        if (exit !== 0) throw new Error(stderr);
      },
    },
  },
  "account otp disable": {
    "": {
      env: () => ({ PINNER_PASSWORD: PASSWORD }),
      groups: [["exchange"], ["account"], ["otpDisable"]],
      email: OTP_EMAIL,
      tolerated: [],
      prepare: async ({ portal }) => {
        portal.get(OTP_EMAIL).otpEnabled = true;
      },
    },
  },
  config: offline(),
  "config get": offline("auth_token"),
  "config set": offline("secure", "false"),
  "config unset": offline("secure"),
  "config path": offline(),
  doctor: {
    "": {
      groups: [["exchange"], ["account", "listKeys"]],
      email: EMAIL,
      tolerated: ["listKeys"],
      reports: {
        // Whatever else a service answers, it is none of Pinner's.
        refused: (status) => ([401, 403].includes(status) ? 4 : status === 429 || status >= 500 ? 3 : 1),
        nonsense: 1,
        clock: 1,
      },
    },
  },
  completion: offline("bash"),
};

export const scenarios: Scenario[] = (Object.keys(rows) as CommandPath[]).flatMap((path) =>
  Object.entries(rows[path]).map(([way, row]) => ({ ...row, path, name: `${path} ${way}`.trim() })),
);

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

import { describe, expect, test } from "bun:test";
import type { Step } from "../../src/testing/portal.ts";
import type { Fault } from "../../src/testing/types.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

const NEW = "another-horse-battery";

/** A command that changes something other than keys. */
interface Change {
  args: (world: World) => Promise<string[]> | string[];
  email?: string;
  env?: Record<string, string>;
  step: Step;
  /** What it changed, seen on the service. */
  done: (world: World) => boolean;
  told: string;
}

const password = { PINNER_PASSWORD: PASSWORD };
const changes: Record<string, Change> = {
  register: {
    args: () => ["register", "-e", "new@example.com", "-f", "New", "-l", "Person"],
    env: password,
    step: "register",
    done: ({ portal }) => portal.find("new@example.com") !== undefined,
    told: "The account may have been made all the same: `pinner auth` tells",
  },
  "confirm-email": {
    async args(world) {
      await world.pinner(["register", "-e", "new@example.com", "-f", "New", "-l", "Person"], {
        env: password,
      });
      return ["confirm-email", "-e", "new@example.com", "-t", world.portal.emails.at(-1)?.token ?? ""];
    },
    step: "verifyEmail",
    done: ({ portal }) => portal.get("new@example.com").verified,
    told: "The address may be confirmed all the same: `pinner auth` tells",
  },
  "account email": {
    args: () => ["account", "email", "new@example.com"],
    env: password,
    step: "updateEmail",
    done: ({ portal }) => portal.find("new@example.com") !== undefined,
    told: "The address may be changed all the same: `pinner account` shows it",
  },
  "account password": {
    args: () => ["account", "password"],
    env: { ...password, PINNER_NEW_PASSWORD: NEW },
    step: "updatePassword",
    done: ({ portal }) => portal.get(EMAIL).password === NEW,
    told: "The new password may be in force all the same: `pinner auth` tells",
  },
  "reset-password": {
    async args(world) {
      await world.pinner(["reset-password", "-e", EMAIL]);
      return ["reset-password", "-e", EMAIL, "-t", world.portal.emails.at(-1)?.token ?? ""];
    },
    env: { PINNER_NEW_PASSWORD: NEW },
    step: "confirmPasswordReset",
    done: ({ portal }) => portal.get(EMAIL).password === NEW,
    told: "The new password may be in force all the same: `pinner auth` tells",
  },
  "account profile": {
    args: () => ["account", "profile", "-f", "Alicia"],
    step: "updateProfile",
    done: ({ portal }) => portal.get(EMAIL).firstName === "Alicia",
    told: "The name may be changed all the same: `pinner account` shows it",
  },
  "account delete": {
    args: () => ["account", "delete", "--force"],
    step: "deleteAccount",
    done: ({ portal }) => portal.get(EMAIL).pendingDeletion,
    told: "The account may be about to end all the same: `pinner auth status` tells",
  },
  "account otp enable": {
    async args(world) {
      await world.pinner(["account", "otp", "enable"]);
      return ["account", "otp", "enable", "--otp", world.portal.otpCode(EMAIL)];
    },
    step: "otpVerify",
    done: ({ portal }) => portal.get(EMAIL).otpEnabled,
    told: "2FA may be on all the same: `pinner account` shows it",
  },
  "account otp disable": {
    args: () => ["account", "otp", "disable"],
    email: OTP_EMAIL,
    env: password,
    step: "otpDisable",
    done: ({ portal }) => !portal.get(OTP_EMAIL).otpEnabled,
    told: "2FA may be off all the same: `pinner account` shows it",
  },
};

/** Answers that tell nothing of what the service has done. */
const lost: Record<string, [Fault, exit: number]> = {
  "a connection that breaks": [{ kind: "resetAfter" }, 3],
  "a gateway that gives up": [{ kind: "status", status: 504, act: true }, 3],
  "an answer that is cut off": [{ kind: "resetBody" }, 3],
};

describe.each(Object.entries(changes))("%s", (_, { args, email, env, step, done, told }) => {
  async function run(fault: Fault) {
    const world = await createWorld();
    await world.logIn(email);
    const line = await args(world);
    world.portal.fault(step, fault);
    const { exit, stdout, stderr } = await world.pinner([...line, "--json"], {
      env: { ...env, PINNER_MAX_RETRIES: "0" },
    });
    const result = { exit, stdout, hint: JSON.parse(stderr).error.hint, done: done(world) };
    await world[Symbol.asyncDispose]();
    return result;
  }

  test.each(Object.entries(lost))("says after %s that it may be done", async (_name, [fault, exit]) => {
    expect(await run(fault)).toEqual({ exit, stdout: "", hint: expect.stringContaining(told), done: true });
  });

  test("says nothing of the kind where the service said no", async () => {
    const { hint } = await run({ kind: "status", status: 500 });
    expect(hint).not.toContain("all the same");
  });
});

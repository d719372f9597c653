import type { Pinner } from "../sdk/client.ts";
import type { Output } from "./output.ts";

/** What a person waits for while a call of the client takes. */
const words: Partial<Record<keyof Pinner, string>> = {
  login: "Logging in",
  validateOtp: "Checking the code",
  session: "Asking for a session",
  logout: "Logging out",
  register: "Registering",
  verifyEmail: "Confirming the email address",
  resendVerification: "Asking for an email",
  requestPasswordReset: "Asking for an email",
  confirmPasswordReset: "Setting the password",
  account: "Asking whose account this is",
  updateProfile: "Changing the names",
  updateEmail: "Changing the address",
  updatePassword: "Changing the password",
  deleteAccount: "Asking for the account's end",
  listKeys: "Listing the API keys",
  getKey: "Looking for the API key",
  createKey: "Creating the API key",
  deleteKey: "Deleting",
  generateOtp: "Asking for a secret",
  verifyOtp: "Checking the code",
  disableOtp: "Turning 2FA off",
};

/** A client whose calls show that they are under way. */
export function watched(pinner: Pinner, out: Output): Pinner {
  return new Proxy(pinner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const result: unknown = member.apply(target, args);
        const what = words[name as keyof Pinner] ?? "Waiting for the service";
        return result instanceof Promise ? out.waitFor(what, result) : result;
      };
    },
  });
}

import { isApiError, isBadResponseError, isUnanswered } from "../sdk/errors.ts";
import type { Operation } from "../sdk/operations.ts";

/**
 * What may have been done all the same where no answer tells, and what shows it. Of keys their own errors tell; what
 * only asks for an email may be asked for again.
 */
const effects: Partial<Record<Operation, string>> = {
  register: "The account may have been made all the same: `pinner auth` tells",
  verifyEmail: "The address may be confirmed all the same: `pinner auth` tells",
  updateEmail: "The address may be changed all the same: `pinner account` shows it",
  updatePassword: "The new password may be in force all the same: `pinner auth` tells",
  confirmPasswordReset: "The new password may be in force all the same: `pinner auth` tells",
  updateProfile: "The name may be changed all the same: `pinner account` shows it",
  deleteAccount: "The account may be about to end all the same: `pinner auth status` tells",
  deleteAccountOlder: "The account may be about to end all the same: `pinner auth status` tells",
  otpVerify: "2FA may be on all the same: `pinner account` shows it",
  otpDisable: "2FA may be off all the same: `pinner account` shows it",
};

/** Answers of something on the way, which does not know what the service did. */
const ON_THE_WAY = [502, 504];

/** @returns a sentence for the call whose failure this is, if the service may have done what it was asked for */
export function mayBeDone(error: unknown): string | undefined {
  if (isApiError(error)) return ON_THE_WAY.includes(error.status) ? effects[error.operation] : undefined;
  // A redirect is no answer either, but of something that did nothing.
  if (!isUnanswered(error) || (isBadResponseError(error) && error.status >= 300)) return undefined;
  return effects[error.operation];
}

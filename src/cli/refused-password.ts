import { type ApiError, isApiError } from "../sdk/errors.ts";
import { explainAnswer, isPendingDeletion } from "./explain-answer.ts";
import { Failure } from "./failure.ts";

/** What the service says of a password that it does not take. */

const explainRefusal = (error: unknown) => {
  if (!isApiError(error) || isPendingDeletion(error)) return undefined;
  const explanation = explainAnswer(error);
  return explanation.code === "credentials_refused" ? explanation : undefined;
};

/** Whether another password may be taken: this one was not the account's, or cannot be anybody's. */
export const isWorthRepeating = (error: unknown): boolean =>
  isApiError(error) && (error.status === 401 ? explainRefusal(error) !== undefined : isNoPassword(error));

/** It is too short, say; the names of fields are the server's. */
const isNoPassword = ({ status, fields = {} }: ApiError): boolean =>
  status === 422 &&
  Object.keys(fields).length > 0 &&
  Object.keys(fields).every((name) => /^(?:current_?)?password$/i.test(name));

/**
 * The refusal of a password that nobody typed, which says, too, what whoever stored it may have added to it.
 * @param place of the password
 * @returns the error itself, where it is no such refusal or nothing looks added
 */
export function withDoubt(error: unknown, password: string, place: string): unknown {
  const doubt = doubtAbout(password);
  const refusal = explainRefusal(error);
  if (doubt === undefined || refusal === undefined) return error;
  const { code, message, hint } = refusal;
  const question = `The password from ${place} ${doubt}: is that part of it?`;
  return new Failure(code, message, hint === undefined ? question : `${question} ${hint}`, { cause: error });
}

function doubtAbout(password: string): string | undefined {
  if (password.startsWith("\ufeff")) return "begins with a byte order mark";
  if (/[\r\n]$/.test(password)) return "ends with a line end";
  if (/^(["'`]).*\1$/s.test(password)) return "stands in quotes";
  if (/[\r\n]/.test(password)) return "has several lines";
  return password.trim() === password ? undefined : "begins or ends with a space";
}

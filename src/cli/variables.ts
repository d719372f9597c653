/**
 * Every environment variable that is read through `Context.env`, and what it holds. A secret is shown nowhere, and may
 * stand in a file that `NAME_FILE` names; so may an email.
 */
export const variables = {
  PINNER_AUTH_TOKEN: "secret",
  PINNER_EMAIL: "filed",
  PINNER_PASSWORD: "secret",
  PINNER_NEW_PASSWORD: "secret",
  PINNER_OTP: "secret",
  PINNER_OTP_SECRET: "secret",
  PINNER_BASE_ENDPOINT: "text",
  PINNER_SECURE: "text",
  PINNER_DEFAULT_TIMEOUT: "text",
  PINNER_MAX_RETRIES: "text",
  PINNER_DOWNLOAD_BASE: "text",
  NODE_TLS_REJECT_UNAUTHORIZED: "text",
} as const;

export type Variable = keyof typeof variables;

/** Those whose value may stand in a file. */
export type FiledVariable = {
  [Name in Variable]: (typeof variables)[Name] extends "text" ? never : Name;
}[Variable];

/** Its value; an empty one counts as not set. */
export const readVariable = (name: Variable): string | undefined => process.env[name] || undefined;

/** The variable that names a file with its value, for those that have one. */
export const fileNameOf = (name: Variable): string | undefined =>
  variables[name] === "text" ? undefined : `${name}_FILE`;

/** The path of the file that holds its value, where the variable itself is not set. */
export const fileOf = (name: FiledVariable): string | undefined =>
  readVariable(name) === undefined ? process.env[`${name}_FILE`] || undefined : undefined;

/** What messages call the place of its value: the variable, or the file that holds it. */
export const placeOfVariable = (name: FiledVariable): string => {
  const file = fileOf(name);
  return file === undefined ? name : `${name}_FILE (${file})`;
};

/** Those that hold a secret. */
export const secretNames = (): Variable[] =>
  (Object.keys(variables) as Variable[]).filter((name) => variables[name] === "secret");

/** The values of those that hold a secret. */
export const secretVariables = (): string[] => secretNames().flatMap((name) => readVariable(name) ?? []);

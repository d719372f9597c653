/** Every environment variable that is read through `Context.env`, and what it holds. A secret is shown nowhere. */
export const variables = {
  PINNER_AUTH_TOKEN: "secret",
  PINNER_EMAIL: "text",
  PINNER_PASSWORD: "secret",
  PINNER_OTP: "secret",
  PINNER_BASE_ENDPOINT: "text",
  PINNER_SECURE: "text",
  PINNER_DEFAULT_TIMEOUT: "text",
  PINNER_MAX_RETRIES: "text",
  NODE_TLS_REJECT_UNAUTHORIZED: "text",
} as const;

export type Variable = keyof typeof variables;

/** Its value; an empty one counts as not set. */
export const readVariable = (name: Variable): string | undefined => process.env[name] || undefined;

/** The values of those that hold a secret. */
export const secretVariables = (): string[] =>
  (Object.keys(variables) as Variable[])
    .filter((name) => variables[name] === "secret")
    .flatMap((name) => readVariable(name) ?? []);

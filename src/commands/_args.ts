/** Arguments that several commands have. */

export const passwordArg = { type: "string", secret: true, alias: "p", valueHint: "PASSWORD" } as const;

/** Of an account's password, where stdin is free for it. */
export const accountPasswordArg = {
  ...passwordArg,
  description: "Password",
  variable: "PINNER_PASSWORD",
  stdin: true,
} as const;

export const otpCodeArg = {
  type: "string",
  secret: true,
  alias: "o",
  valueHint: "CODE",
  description: "2FA code, six digits",
  variable: "PINNER_OTP",
} as const;

/** Of an email that the service sends. */
export const emailTokenArg = {
  type: "string",
  secret: true,
  alias: "t",
  valueHint: "CODE",
  description: "The code from the email, or the whole link in it",
} as const;

import { Secret, TOTP } from "otpauth";

/** A new TOTP secret in base32. */
export const newSecret = (): string => new Secret({ size: 20 }).base32;

/** The code of a secret at a moment in milliseconds. */
export const codeAt = (secret: string, timestamp: number): string => totp(secret).generate({ timestamp });

/** Whether a code is the secret's at a moment, or that of one step before or after. */
export const isCodeAt = (secret: string, token: string, timestamp: number): boolean =>
  totp(secret).validate({ token, timestamp, window: 1 }) !== null;

const totp = (secret: string): TOTP =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 });

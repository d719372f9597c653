import { Secret, TOTP, URI } from "otpauth";

const MAX_PERIOD_S = 120;

/** What an authenticator makes codes from. */
export interface CodeMaker {
  /** @param now milliseconds, by the service's clock */
  codeAt(now: number): string;
  /** Milliseconds until the next code. */
  untilNext(now: number): number;
}

/**
 * @param secret base32, perhaps in groups, or an `otpauth://totp/` link
 * @returns nothing for anything else
 */
export function codeMaker(secret: string): CodeMaker | undefined {
  const totp = totpOf(secret.trim());
  // What the service does not take would be refused, or waited for in vain.
  if (
    totp === undefined ||
    totp.digits !== 6 ||
    totp.period > MAX_PERIOD_S ||
    totp.secret.buffer.byteLength === 0
  )
    return undefined;
  const period = totp.period * 1000;
  return {
    codeAt: (now) => totp.generate({ timestamp: now }),
    untilNext: (now) => period - (now % period),
  };
}

function totpOf(text: string): TOTP | undefined {
  try {
    if (/^otpauth:/i.test(text)) {
      const parsed = URI.parse(text);
      return parsed instanceof TOTP ? parsed : undefined;
    }
    // SHA-1, six digits, 30 seconds: what the service takes, and the library's defaults.
    return new TOTP({ secret: Secret.fromBase32(text.replace(/[\s-]/g, "").toUpperCase()) });
  } catch {
    return undefined;
  }
}

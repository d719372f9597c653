/** From when on a token's end is warned of: CLI and doctor agree on it. */
export const EXPIRY_WARNING_MS = 7 * 24 * 3600 * 1000;

/** How far the clocks may differ: a TOTP code is good for its 30 seconds and one step either way. */
export const CLOCK_TOLERANCE_MS = 30_000;

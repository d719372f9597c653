/** A clock that begins two seconds before a 2FA code's step of 30 s ends. */
export function nearTheEndOfAStep(): () => number {
  const start = Date.now();
  const step = 30_000;
  return () => start - (start % step) + step - 2000 + (Date.now() - start);
}

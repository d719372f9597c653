/** What each exit code means. A signal other than Ctrl-C has its own. */
export const exitCodes: Record<number, string> = {
  0: "done",
  1: "failed: input refused, something not found, a file not read or written",
  2: "usage: a wrong flag or value, an input missing",
  3: "service not reached, failing or busy: trying later may help",
  4: "not logged in; credentials, code or token refused, expired or revoked",
  130: "cancelled (143 and 129 where SIGTERM or SIGHUP did it)",
};

/** What stands before a line, or beside it: as it should look, and where the terminal shows nothing but ASCII. */
const signs = {
  good: ["✓", "+"],
  bad: ["✗", "x"],
  unsure: ["▲", "!"],
  note: ["•", "-"],
  none: ["–", "-"],
  error: ["✗", "error:"],
  warn: ["▲", "warning:"],
  debug: ["·", "-"],
  start: ["┌", "+"],
  bar: ["│", "|"],
  end: ["└", "+"],
  asked: ["◆", "*"],
  answered: ["◇", "o"],
  cancelled: ["■", "x"],
  mask: ["▪", "*"],
} as const;

export type Sign = keyof typeof signs;

/** Terminals whose own font has little more than ASCII, whatever the locale says. */
const POOR = /^(?:dumb|linux|ansi|cons|vt\d)/;

/** Whether locale and terminal have UTF-8. A locale that is not set is that of POSIX, which has none. */
function hasUtf8(env: Record<string, string | undefined>): boolean {
  // Windows has no locale in the environment; its older console has not got the signs.
  if (process.platform === "win32") return Boolean(env["WT_SESSION"] || env["TERM_PROGRAM"]);
  const { TERM: terminal = "" } = env;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return terminal !== "" && !POOR.test(terminal) && /utf-?8/i.test(locale);
}

/** Whether this terminal shows nothing else. */
export const asciiOnly = !hasUtf8(process.env);

export const sign = (name: Sign): string => signs[name][asciiOnly ? 1 : 0];

/** One piece of a command line. */
export type Piece =
  | { kind: "argument"; value: string }
  | {
      kind: "flag";
      /** Its long name, also where the short one was given; what was given, where there is no such flag. */
      name: string;
      /** As it was given, with its dashes and without its value. */
      given: string;
      value: string | undefined;
      /** Whether the value is in one piece with the flag: `--name=value`, `-nvalue`. */
      inline: boolean;
    };

/** What is known of a flag: its one-letter name, and whether a value follows it. */
export interface Flag {
  short: string | undefined;
  takesValue: boolean;
}

/**
 * Splits a command line as `parseArgs` of `node:util` does, which takes 4 ms to load; but a dash among short flags
 * is a flag that does not exist, and ends none. Whether flags exist and values are good is left to the caller.
 * @param flags by their long names
 */
export function splitArgs(argv: string[], flags: ReadonlyMap<string, Flag>): Piece[] {
  const pieces: Piece[] = [];
  const waiting = [...argv];
  const takesValue = (name: string) => flags.get(name)?.takesValue === true;
  const addFlag = (name: string, given: string, attached: string | undefined) => {
    const value = attached === undefined && takesValue(name) ? waiting.shift() : attached;
    pieces.push({ kind: "flag", name, given, value, inline: attached !== undefined });
  };

  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next === "--") {
      pieces.push(...waiting.map((value) => ({ kind: "argument" as const, value })));
      break;
    }
    if (next.startsWith("--")) {
      // Behind a name of at least one letter.
      const equals = next.indexOf("=", 3);
      const given = equals < 0 ? next : next.slice(0, equals);
      addFlag(given.slice(2), given, equals < 0 ? undefined : next.slice(equals + 1));
    } else if (next.startsWith("-") && next !== "-") {
      for (let at = 1; at < next.length; at++) {
        const letter = next.charAt(at);
        const name = [...flags].find(([, { short }]) => short === letter)?.[0] ?? letter;
        const rest = takesValue(name) ? next.slice(at + 1) : "";
        addFlag(name, `-${letter}`, rest === "" ? undefined : rest);
        if (takesValue(name)) break;
      }
    } else pieces.push({ kind: "argument", value: next });
  }
  return pieces;
}

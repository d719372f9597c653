import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import { closestMatch } from "leven";
import type { Values } from "./arg.ts";
import { UsageError } from "./failure.ts";

/** What is known of a flag: its one-letter name, and whether a value follows it. */
interface Flag {
  short: string | undefined;
  takesValue: boolean;
}

/**
 * Parses the arguments of one command, strictly: citty's own parser lets unknown flags pass. No message repeats a
 * value, because it may be a secret.
 * @throws {UsageError}
 */
export function readArgs(argv: string[], args: ArgsDef, command: string): Values {
  const flags = flagsOf(args);
  const positionals = Object.entries(args).flatMap(([name, { type }]) => (type === "positional" ? name : []));
  const values: Values = {};
  let next = 0;
  for (const token of tokensOf(argv, flags)) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      const name = positionals[next++];
      if (name === undefined)
        throw new UsageError(`\`pinner ${command}\` takes ${howMany(positionals.length)}`);
      if (isBlank(token.value))
        throw new UsageError(`${name.toUpperCase()} is blank: see \`pinner ${command} --help\``);
      values[name] = token.value;
      continue;
    }
    const { name, rawName: given, value, inlineValue: inline } = token;
    const flag = flags.get(name);
    if (!flag) throw unknownFlag(given, [...flags.keys()], command);
    if (!flag.takesValue) {
      if (inline) throw new UsageError(`--${name} takes no value`);
      values[name] = true;
      continue;
    }
    if (value === undefined) throw new UsageError(`--${name} needs a value: --${name} VALUE`);
    if (!inline && value.startsWith("-") && value !== "-") {
      throw new UsageError(`--${name} needs a value: write --${name}=VALUE if the value starts with a dash`);
    }
    if (value === "") throw new UsageError(`the value of --${name} is empty`);
    if (isBlank(value)) throw new UsageError(`the value of --${name} is blank`);
    values[name] = value;
  }
  return values;
}

/** Whether a text holds nothing, though it is not empty. */
export const isBlank = (text: string): boolean => text !== "" && text.trim() === "";

/** The first argument that is no flag, unless there is an unknown flag before it, whose value it may be. */
export function firstWord(argv: string[], args: ArgsDef): string | undefined {
  const flags = flagsOf(args);
  for (const token of tokensOf(argv, flags)) {
    if (token.kind === "positional") return token.value;
    if (token.kind === "option" && !flags.has(token.name)) return undefined;
  }
  return undefined;
}

const flagsOf = (args: ArgsDef): Map<string, Flag> =>
  new Map(
    Object.entries(args).flatMap(([name, arg]): [string, Flag][] => {
      const short = "alias" in arg && typeof arg.alias === "string" ? arg.alias : undefined;
      return arg.type === "positional" ? [] : [[name, { short, takesValue: arg.type !== "boolean" }]];
    }),
  );

/** The pieces of a command line; whether flags exist and values are good is left to the caller. */
function tokensOf(argv: string[], flags: ReadonlyMap<string, Flag>) {
  const options = Object.fromEntries(
    [...flags].map(([name, { short, takesValue }]) => [
      name,
      { type: takesValue ? ("string" as const) : ("boolean" as const), ...(short ? { short } : {}) },
    ]),
  );
  return parseArgs({ args: argv, options, strict: false, tokens: true }).tokens;
}

const howMany = (count: number): string =>
  count === 0 ? "no arguments" : `at most ${count} argument${count === 1 ? "" : "s"}`;

function unknownFlag(given: string, known: string[], command: string): UsageError {
  // What looks like a name is shown; anything else may be a secret that begins with a dash.
  const shown = /^--?[a-z][a-z-]{0,30}$/.test(given) ? ` ${given}` : "";
  const near = nearest(given.replace(/^-+/, ""), known);
  return new UsageError(
    `unknown flag${shown}${near ? `: did you mean --${near}?` : `: see \`pinner ${command} --help\``.replace("pinner  ", "pinner ")}`,
  );
}

/** @throws {UsageError} for a `--` with no command behind it, and for none where there must be one */
export function refuseMissing(
  passedOn: string[] | undefined,
  passesOn: "required" | "optional" | undefined,
  name: string,
): void {
  const isWanted = passedOn !== undefined || passesOn === "required";
  if (!isWanted || passedOn?.[0]?.trim()) return;
  throw new UsageError(
    `the command to run is missing: pinner ${name} -- COMMAND [ARGUMENT…]`,
    "input_missing",
  );
}

/** The known word that a mistyped one is at most two edits away from. */
export const nearest = (word: string, known: string[]): string | undefined =>
  closestMatch(word, known, { maxDistance: Math.max(0, Math.min(2, word.length - 1)) });

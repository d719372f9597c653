import type { Branch } from "../cli/command.ts";
import { findCommand } from "../cli/find-command.ts";
import { mayBeTerminal } from "../cli/quick-stdout.ts";
import { type DescribedFlag, describe, explainFlag, nameOf } from "./describe.ts";
import { exitCodes } from "./exits.ts";
import { columns, type Row, wrap } from "./layout.ts";

const MAX_WIDTH = 80;

/** The help of a command or a group or, by an empty path, of the program; without a line end at its end. */
export async function helpText(tree: Branch, path: readonly string[]): Promise<string> {
  const page = await describe(tree, path);
  const isRoot = path.length === 0;
  const { paragraph, labelled, section, examples } = await styles();
  const commands = section("COMMANDS", commandsBelow(tree, path));
  return layOut(
    paragraph(page.description),
    [
      ...labelled("USAGE", page.usage.map(withFlags)),
      ...labelled("ALSO", page.aliases.length > 0 ? [page.aliases.join(", ")] : []),
    ],
    ...(isRoot ? [commands] : []),
    section("ARGUMENTS", page.arguments.map(argumentRow)),
    section(isRoot ? "FLAGS OF EVERY COMMAND" : "FLAGS", page.flags.map(flagRow)),
    ...(isRoot ? [] : [commands]),
    section("EXIT CODES", isRoot ? Object.entries(exitCodes) : []),
    examples(page.examples),
    paragraph(
      isRoot
        ? "`pinner COMMAND --help` tells of a command, `pinner help --json` of all"
        : "Flags of every command and exit codes: `pinner --help`",
    ),
  );
}

/** What `pinner` alone says: where to begin. */
export async function beginText(tree: Branch): Promise<string> {
  const { description, usage } = await describe(tree, []);
  const { paragraph, labelled, section } = await styles();
  const steps = (tree.begin ?? []).map((path): Row => {
    const { branch } = findCommand(tree, [...path]);
    return [nameOf(path), branch.description];
  });
  return layOut(
    paragraph(description),
    labelled("USAGE", usage.map(withFlags)),
    section("BEGIN WITH", steps),
    paragraph("All commands and flags: `pinner --help`"),
  );
}

/** A usage with where flags stand: before the command that a command runs. */
export function withFlags(usage: string): string {
  const [words = "", program] = usage.split(/ (?=\[?-- )/);
  return [words, "[FLAG…]", ...(program ? [program] : [])].join(" ");
}

const argumentRow = ({ name, description }: { name: string; description: string }): Row => [
  name,
  description,
];

const flagRow = (flag: DescribedFlag): Row => {
  const names = `${flag.short ? `${flag.short},` : "   "} ${flag.name}`;
  return [flag.value ? `${names} ${flag.value}` : names, explainFlag(flag)];
};

const commandsBelow = (tree: Branch, path: readonly string[]): Row[] =>
  Object.entries(findCommand(tree, [...path]).branch.children ?? {}).map(
    ([name, { description }]): Row => [name, description],
  );

/** Parts of a page, each its lines; one without lines is left out. */
const layOut = (...parts: string[][]): string =>
  parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");

/** The parts of a page, as wide as the terminal, and at most as wide as people like to read. */
async function styles() {
  const isAsked = Boolean(process.env["FORCE_COLOR"]) || (await mayBeTerminal());
  const terminal = isAsked ? await import("../cli/terminal.ts") : undefined;
  const width = Math.min(terminal?.terminalWidth() ?? MAX_WIDTH, MAX_WIDTH);
  const hasColours = terminal?.coloursOn("stdout") ?? false;
  const bold = (text: string) => (hasColours ? `\u001b[1m${text}\u001b[22m` : text);
  return {
    paragraph: (text: string) => wrap(text, width),
    labelled(label: string, lines: string[]): string[] {
      const wrapped = lines.flatMap((line) => wrap(line, width - label.length - 1));
      return wrapped.map((line, at) => `${at === 0 ? bold(label) : " ".repeat(label.length)} ${line}`);
    },
    section: (title: string, rows: Row[]): string[] =>
      rows.length > 0 ? [bold(title), ...columns(rows, width)] : [],
    examples: (rows: { command: string; effect: string }[]): string[] =>
      rows.length > 0
        ? [
            bold("EXAMPLES"),
            ...columns(
              rows.map(({ command, effect }) => [command, effect]),
              width,
              true,
            ),
          ]
        : [],
  };
}

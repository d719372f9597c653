import { tree } from "../../src/commands/_tree.ts";
import { type DescribedFlag, explainFlag } from "../../src/help/describe.ts";
import { type CommandDocument, type ProgramDocument, programDocument } from "../../src/help/document.ts";
import { withFlags } from "../../src/help/text.ts";
import { releaseDate } from "../build/changelog.ts";
import { withAllBelow } from "./commands.ts";
import { bold, head, italic, section, tagged, text } from "./roff.ts";

/**
 * The manual pages: `pinner.1`, and one of each command and group, such as `pinner-auth-status.1`.
 * @returns the text of each, by the name of its file; always the same for the same sources
 */
export async function manPages(): Promise<Map<string, string>> {
  const program = await programDocument(tree);
  const date = releaseDate(program.version) ?? "";
  const pages = withAllBelow(program).map((command): [string, string] => {
    const page = pageOf(command.name);
    const header = head(page.toUpperCase(), "1", date, `pinner ${program.version}`, "Pinner");
    const parts = command === program ? programParts(program) : commandParts(command);
    return [`${page}.1`, [...header, ...parts, ...seeAlso(command), ""].join("\n")];
  });
  return new Map(pages);
}

/** `pinner auth status` is told of by `pinner-auth-status`. */
const pageOf = (name: string): string => name.replaceAll(" ", "-");

const commandParts = (command: CommandDocument): string[] => [
  ...beginning(command, text("Flags of every command, variables and exit codes are in `pinner`(1).")),
  ...section(
    "ARGUMENTS",
    command.arguments.flatMap(({ name, description }) => tagged(italic(name), text(description))),
  ),
  ...section("OPTIONS", command.flags.flatMap(option)),
  ...commandsBelow(command),
  ...section("EXAMPLES", command.examples.flatMap(example)),
];

const programParts = (program: ProgramDocument): string[] => [
  ...beginning(program),
  ...commandsBelow(program),
  ...section("OPTIONS", ["Every command has these.", ...program.flags.flatMap(option)]),
  ...section("ENVIRONMENT", program.variables.flatMap(variable)),
  ...section(
    "EXIT STATUS",
    program.exitCodes.flatMap(({ code, meaning }) => tagged(bold(`${code}`), text(meaning))),
  ),
  ...section("DIAGNOSTICS", [
    text("With `--json`, an error has one of these codes, here with its exit status."),
    ...program.errorCodes.flatMap(({ code, exit, meaning }) =>
      tagged(`${bold(code)} (${exit})`, text(meaning)),
    ),
  ]),
];

/** What every page begins with. @param more lines at the end of its description */
const beginning = (command: CommandDocument, ...more: string[]): string[] => [
  ...section("NAME", [`${text(pageOf(command.name))} \\- ${text(command.description)}`]),
  ...section(
    "SYNOPSIS",
    command.usage.map(withFlags).flatMap((line, at) => [...(at > 0 ? [".br"] : []), text(line)]),
  ),
  ...section("DESCRIPTION", [`${text(command.description)}.`, ...alsoCalled(command), ...more]),
];

const alsoCalled = ({ aliases }: CommandDocument): string[] =>
  aliases.length > 0 ? [`${aliases.map(bold).join(", ")}: the same.`] : [];

function option(flag: DescribedFlag): string[] {
  const names = [flag.short, flag.name].flatMap((name) => (name ? bold(name) : [])).join(", ");
  return tagged(
    flag.value ? `${names} ${italic(flag.value)}` : names,
    text(explainFlag(flag, (name) => `\`${name}\``)),
  );
}

const variable = ({ name, meaning, fileVariable }: ProgramDocument["variables"][number]): string[] =>
  tagged(bold(name), text(fileVariable ? `${meaning}. \`${fileVariable}\` names a file with it` : meaning));

const commandsBelow = (command: CommandDocument): string[] =>
  section(
    "COMMANDS",
    command.commands.flatMap(({ name, description }) => tagged(reference(name), text(description))),
  );

const example = ({ command, effect }: { command: string; effect: string }): string[] =>
  tagged(bold(command), text(effect));

const reference = (name: string): string => `${bold(pageOf(name))}(1)`;

/** The pages of what is above a command, and of what is directly below it. */
function seeAlso(command: CommandDocument): string[] {
  const words = command.name.split(" ");
  const above = words.slice(0, -1).map((_, at) => words.slice(0, at + 1).join(" "));
  const names = [...above, ...command.commands.map(({ name }) => name)];
  return section("SEE ALSO", [names.map(reference).join(",\n")]);
}

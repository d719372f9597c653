import { tree } from "../../src/commands/_tree.ts";
import { type DescribedFlag, explainFlag } from "../../src/help/describe.ts";
import { type CommandDocument, type ProgramDocument, programDocument } from "../../src/help/document.ts";
import { withAllBelow } from "./commands.ts";

/** `<!-- definition: NAME -->`, what follows from the definitions, `<!-- end of definition -->`. */
const PART = /^(<!-- definition: (.+) -->\n)[\s\S]*?^(<!-- end of definition -->)$/gm;

/**
 * Writes the parts of docs/cli.md anew that follow from the definitions; what stands around them stays.
 * @param reference its text
 * @throws when it has a part that nothing defines, or has none of a command
 */
export async function withDefinitions(reference: string): Promise<string> {
  const parts = partsOf(await programDocument(tree));
  const written = new Set<string>();
  const text = reference.replace(PART, (_, begin: string, name: string, end: string) => {
    const lines = parts.get(name);
    if (!lines) throw new Error(`docs/cli.md has a part of "${name}", which nothing defines`);
    written.add(name);
    return [begin, ...lines.map((line) => `${line}\n`), end].join("");
  });
  const missing = [...parts.keys()].filter((name) => !written.has(name));
  if (missing.length > 0)
    throw new Error(`docs/cli.md has no line "<!-- definition: ${missing[0]} -->", with an end below it`);
  return text;
}

/** Every part by its name. */
const partsOf = (program: ProgramDocument): Map<string, string[]> =>
  new Map([
    ["flags", flagTable(program.flags)],
    [
      "exit codes",
      table(
        ["exit", "meaning"],
        program.exitCodes.map(({ code, meaning }) => [`${code}`, meaning]),
      ),
    ],
    [
      "error codes",
      table(
        ["code", "exit", "when"],
        program.errorCodes.map(({ code, exit, meaning }) => [`\`${code}\``, `${exit}`, meaning]),
      ),
    ],
    [
      "variables",
      table(
        ["variable", "what it is for"],
        program.variables.map(({ name, meaning, fileVariable }) => [
          fileVariable ? `\`${name}\`, \`${fileVariable}\`` : `\`${name}\``,
          meaning,
        ]),
      ),
    ],
    ...program.commands
      .flatMap(withAllBelow)
      .filter(({ runs }) => runs)
      .map((command): [string, string[]] => [command.name, commandPart(command)]),
  ]);

function commandPart({ usage, description, aliases, arguments: taken, flags }: CommandDocument): string[] {
  const others = aliases.map((alias) => `\`${alias}\``).join(", ");
  return [
    `### \`${usage[0]}\``,
    "",
    `${description}.${others ? ` The same: ${others}.` : ""}`,
    "",
    ...(taken.length > 0
      ? [
          ...table(
            ["argument", "what it is"],
            taken.map(({ name, description }) => [`\`${name}\``, description]),
          ),
          "",
        ]
      : []),
    ...(flags.length > 0 ? [...flagTable(flags), ""] : []),
  ];
}

const flagTable = (flags: DescribedFlag[]): string[] =>
  table(
    ["flag", "what it does"],
    flags.map((flag) => {
      const name = flag.value ? `${flag.name} ${flag.value}` : flag.name;
      return [
        [flag.short, name].flatMap((each) => (each ? `\`${each}\`` : [])).join(", "),
        explainFlag(flag, (variable) => `\`${variable}\``),
      ];
    }),
  );

const table = (header: string[], rows: string[][]): string[] =>
  [header, header.map(() => "---"), ...rows].map((cells, at) =>
    at === 1 ? `|${cells.join("|")}|` : `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );

import type { CommandDocument } from "../../src/help/document.ts";

/** A command and all below it, each behind the one that it is below. */
export const withAllBelow = (command: CommandDocument): CommandDocument[] => [
  command,
  ...command.commands.flatMap(withAllBelow),
];

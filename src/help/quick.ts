import { findCommand } from "../cli/find-command.ts";
import { tree } from "../commands/_tree.ts";
import { beginText, helpText } from "./text.ts";

/** The help that a command line with `--help` asks for, or `pinner` alone, without what other commands need. */
export const quickHelp = (argv: string[]): Promise<string> =>
  argv.length > 0 ? helpText(tree, findCommand(tree, argv).path) : beginText(tree);

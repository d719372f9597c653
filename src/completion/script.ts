import { RootCommand } from "@bomb.sh/tab";
import type { Shell } from "./shells.ts";

/** @throws when the library's script is no longer the one that is mended here; the build tries every shell */
export function completionScript(shell: Shell): string {
  const script = printedBy(() => new RootCommand().setup("pinner", "pinner", shell)).trimEnd();
  if (shell === "zsh") return mend(script, ZSH_PREFIX, "(q)");
  if (shell !== "bash") return script;
  const sourceable = mend(script, BASH_READ_ONLY, "");
  return `${BASH_WITHOUT_LIBRARY}\n${mend(sourceable, BASH_EVAL, BASH_CALL)}`;
}

/** Replaces what must be there. */
export function mend(script: string, unwanted: RegExp, replacement: string): string {
  if (script.search(unwanted) < 0) throw new Error(`the completion script has nothing like ${unwanted}`);
  return script.replace(unwanted, () => replacement);
}

/** The script evaluates this part of the line: it is to be quoted. */
const ZSH_PREFIX = /(?<=-P \$\{)(?=BASH_REMATCH)/;

/** Sourced a second time, read-only variables would be errors. */
const BASH_READ_ONLY = /^readonly /gm;

/** The script evaluates the line: pressing TAB would run its `$(…)`, and empty the file after a `>`. */
const BASH_EVAL = / *# Build the command[\s\S]*?out=\$\(eval .*/;
const BASH_CALL = `    out=$(pinner complete -- "\${words[@]:1:cword}" 2>/dev/null)`;

/** The script expects a function of the package bash-completion, which many machines lack. */
const BASH_WITHOUT_LIBRARY = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cword=$COMP_CWORD
    words=("\${COMP_WORDS[@]}")
  }
fi`;

/** The library prints to the console; what it prints is wanted as text. */
export function printedBy(work: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(`${line}\n`);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines.join("");
}

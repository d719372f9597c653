import { RootCommand } from "@bomb.sh/tab";

export function completionScript(shell: string): string {
  const script = printedBy(() => new RootCommand().setup("pinner", "pinner", shell)).trimEnd();
  if (shell === "zsh") return script.replace(/-P \$\{(?=BASH_REMATCH)/, "$&(q)");
  if (shell !== "bash") return script;
  // Sourced a second time, read-only variables would be errors.
  const sourceable = script.replace(/^readonly /gm, "").replace(BASH_EVAL, () => BASH_CALL);
  return `${BASH_WITHOUT_LIBRARY}\n${sourceable}`;
}

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

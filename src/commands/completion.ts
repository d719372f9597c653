import { defineCommand } from "../cli/command.ts";
import { UsageError } from "../cli/failure.ts";
import { shells } from "../completion/shells.ts";

export default defineCommand({
  args: {
    shell: { type: "positional", required: true, completes: shells, description: shells.join(", ") },
  },
  examples: [
    ["source <(pinner completion bash)", "In bash: put it into ~/.bashrc"],
    ["source <(pinner completion zsh)", "In zsh: put it into ~/.zshrc, after compinit"],
    ["pinner completion fish | source", "In fish: put it into ~/.config/fish/config.fish"],
    ["pinner completion powershell | Out-String | Invoke-Expression", "In PowerShell: put it into $PROFILE"],
  ],
  async run(context) {
    const shell = shells.find((known) => known === context.text("shell"));
    if (shell === undefined)
      throw new UsageError(
        `which shell? pinner completion ${shells.join("|")}`,
        context.given("shell") ? "usage" : "input_missing",
      );
    const { completionScript } = await import("../completion/script.ts");
    const script = completionScript(shell);
    await (context.out.json ? context.out.document({ shell, script }) : context.out.result(script));
  },
});

import { defineCommand } from "../../cli/command.ts";
import { safeText } from "../../cli/safe-text.ts";

export default defineCommand({
  examples: [["pinner config path", "Where the config file is, or would be"]],
  async run(context) {
    const { out } = context;
    const configPath = await context.configPath();
    await (out.json ? out.document({ configPath }) : out.result(safeText(configPath)));
  },
});

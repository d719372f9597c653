import { defineCommand } from "../../cli/command.ts";
import { safeText } from "../../cli/safe-text.ts";
import { changeConfig } from "../../credentials/config-change.ts";
import { readSetting, tokenElsewhere } from "./_settings.ts";

export default defineCommand({
  args: { key: { type: "positional", required: true, description: "base_endpoint or secure" } },
  examples: [["pinner config unset base_endpoint", "Use pinner.xyz again"]],
  async run(context) {
    const { out } = context;
    const setting = readSetting(context.text("key"));
    if (setting === "auth_token") throw tokenElsewhere("pinner auth logout");
    const configPath = await context.configPath();
    const { exists, content } = await context.config();
    // Removing what is not there creates nothing.
    if (exists && content.values.has(setting))
      await changeConfig(configPath, (changed) => changed.unset(setting));
    const message = `${setting} is not set in ${configPath}`;
    await (out.json
      ? out.document({ key: setting, value: null, configPath })
      : out.result(safeText(message), { title: `${setting} is not set`, rows: [["File", configPath]] }));
  },
});

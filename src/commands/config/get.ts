import { defineCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { safeText } from "../../cli/safe-text.ts";
import { readSetting, settingValue } from "./_settings.ts";

export default defineCommand({
  args: { key: { type: "positional", required: true, description: "auth_token, base_endpoint or secure" } },
  examples: [
    ["pinner config get base_endpoint", "Print one setting"],
    ["pinner config get auth_token --unmask", "The stored token in full"],
  ],
  async run(context) {
    const { out } = context;
    const setting = readSetting(context.text("key"));
    const path = await context.configPath();
    const { content } = await context.config();
    const value = settingValue(content, setting, context.unmask);
    if (value === undefined) throw new Failure("not_found", `${setting} is not set in ${path}`);
    await (out.json ? out.document({ key: setting, value }) : out.result(safeText(`${value}`)));
  },
});

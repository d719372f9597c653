import { defineCommand } from "../../cli/command.ts";
import { safeText } from "../../cli/safe-text.ts";
import { UsageError } from "../../cli/usage-error.ts";
import { changeConfig } from "../../credentials/config-file.ts";
import { parseValue, readSetting } from "./settings.ts";

export default defineCommand({
  args: {
    key: { type: "positional", required: false, description: "base_endpoint or secure" },
    value: { type: "positional", required: false, description: "What to set it to" },
  },
  examples: [
    ["pinner config set base_endpoint pins.example.com", "Use another service"],
    ["pinner config set secure false", "Talk plain http to it"],
  ],
  async run(context) {
    const { out } = context;
    const setting = readSetting(context.text("key"));
    const text = context.text("value");
    if (text === undefined || text === "")
      throw new UsageError(`the value is missing: pinner config set ${setting} VALUE`, "input_missing");
    const value = parseValue(setting, text);
    const configPath = await context.configPath();
    await changeConfig(configPath, (document) => document.set(setting, value));
    const message = `${setting} is ${value} in ${configPath}`;
    await (out.json ? out.document({ key: setting, value, configPath }) : out.result(safeText(message)));
    return 0;
  },
});

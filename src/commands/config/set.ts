import { defineCommand } from "../../cli/command.ts";
import { UsageError } from "../../cli/failure.ts";
import { safeText } from "../../cli/safe-text.ts";
import { changeConfig } from "../../credentials/config-change.ts";
import { maskUserInfo, parseValue, readSetting, tokenElsewhere } from "./_settings.ts";

export default defineCommand({
  args: {
    key: { type: "positional", required: true, description: "base_endpoint or secure" },
    value: { type: "positional", required: true, description: "What to set it to" },
  },
  examples: [
    ["pinner config set base_endpoint pins.example.com", "Use another service"],
    ["pinner config set secure false", "Talk plain http to it"],
  ],
  async run(context) {
    const { out } = context;
    const setting = readSetting(context.text("key"));
    if (setting === "auth_token") throw tokenElsewhere("pinner auth --with-token");
    const text = context.text("value");
    if (text === undefined || text.trim() === "")
      throw new UsageError(`the value is missing: pinner config set ${setting} VALUE`, "input_missing");
    const value = parseValue(setting, text);
    const configPath = await context.configPath();
    await changeConfig(configPath, (document) => document.set(setting, value));
    const shown = typeof value === "string" && !context.unmask ? maskUserInfo(value) : value;
    const message = `${setting} is ${shown} in ${configPath}`;
    await (out.json
      ? out.document({ key: setting, value: shown, configPath })
      : out.result(safeText(message), { title: `${setting} is ${shown}`, rows: [["Stored", configPath]] }));
  },
});

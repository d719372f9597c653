import { defineCommand } from "../../cli/command.ts";
import { safeText } from "../../cli/safe-text.ts";
import { settings, settingValue } from "./_settings.ts";

export default defineCommand({
  examples: [
    ["pinner config", "What the config file holds for pinner"],
    ["pinner config set base_endpoint pins.example.com", "Use another service"],
    ["pinner config unset base_endpoint", "Use pinner.xyz again"],
  ],
  async run(context) {
    const { out } = context;
    const path = await context.configPath();
    const { content } = await context.config();
    const values = settings.flatMap((setting) => {
      const value = settingValue(content, setting, context.unmask);
      return value === undefined ? [] : [[setting, value] as const];
    });
    if (out.json) await out.document({ configPath: path, ...Object.fromEntries(values) });
    else if (values.length === 0) out.info(`Nothing is set in ${path}`);
    else
      await out.result(values.map(([setting, value]) => safeText(`${setting}: ${value}`)).join("\n"), {
        state: "note",
        title: path,
        rows: values.map(([setting, value]) => [setting, `${value}`]),
      });
  },
});

import { defineCommand } from "../../cli/command.ts";
import { safeText } from "../../cli/safe-text.ts";
import { openSession } from "../../cli/session.ts";
import { agoOf } from "../../cli/times.ts";

export default defineCommand({
  examples: [
    ["pinner account", "Whose account is this?"],
    ["pinner account --json | jq -r .email", "Its email, for a script"],
  ],
  async run(context) {
    const { out } = context;
    const { pinner } = await openSession(context);
    const account = await pinner.account();
    if (out.json) {
      await out.document(account);
      return;
    }
    const rows = [
      ["Email", `${account.email}${account.verified ? "" : " (not confirmed: `pinner confirm-email`)"}`],
      ["Name", `${account.first_name} ${account.last_name}`],
      ["2FA", account.otp ? "on" : "off: `pinner account otp enable`"],
      ["Id", `${account.id}`],
      ...(account.created_at ? [["Created", account.created_at]] : []),
    ];
    const text = rows.map(([name = "", value = ""]) => `${name.padEnd(9)}${safeText(value)}`).join("\n");
    await out.result(text, {
      state: account.verified ? "good" : "unsure",
      title: account.email,
      rows: [
        ["Email", account.verified ? undefined : "not confirmed: `pinner confirm-email`"],
        ["Name", `${account.first_name} ${account.last_name}`],
        ["2FA", account.otp ? "on" : "off: `pinner account otp enable`"],
        ["Id", `${account.id}`],
        ["Created", account.created_at ? agoOf(account.created_at) : undefined],
      ],
    });
  },
});

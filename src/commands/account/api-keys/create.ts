import { staked } from "../../../auth/keys.ts";
import { askKeyName } from "../../../cli/ask.ts";
import { defineCommand } from "../../../cli/command.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { whenOf } from "../../../cli/times.ts";
import { createAndDeliver } from "../../../sdk/new-key.ts";
import { readClaims } from "../../../sdk/token.ts";

export default defineCommand({
  args: {
    name: { type: "positional", required: false, description: "What to call it; names need not differ" },
  },
  examples: [
    ["pinner account api-keys create ci", "Create a key, and show its token this once"],
    ["TOKEN=$(pinner account api-keys create ci -q)", "Its token alone, for a script"],
  ],
  async run(context) {
    const { out } = context;
    const name = await askKeyName(context);
    await out.assertSeen();
    const { pinner } = await openSession(context);
    await context.uninterrupted(() =>
      createAndDeliver(
        staked(pinner, context.stake),
        name,
        async ({ uuid, token, name: created }) => {
          if (out.json) return out.document({ name: created, uuid, token });
          if (out.quiet) return out.result(token);
          const title = `Created API key "${created}"`;
          const expiresAt = readClaims(token)?.expiresAt;
          await out.result(`${safeText(title)} (${uuid})\n${token}`, {
            title,
            rows: [
              ["UUID", uuid],
              ["Ends", expiresAt && whenOf(expiresAt)],
            ],
            body: token,
          });
          out.info("This is the only time that its token is shown");
        },
        context,
      ),
    );
  },
});

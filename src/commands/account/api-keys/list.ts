import { keyUuidOf } from "../../../auth/keys.ts";
import { defineCommand } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { formatTable } from "../../../cli/table.ts";
import { stderrIsTerminal, terminalWidth, writeStderr } from "../../../cli/terminal.ts";

export default defineCommand({
  args: {
    search: {
      type: "string",
      alias: "s",
      valueHint: "TEXT",
      description: "Only keys with this in their name",
    },
  },
  examples: [
    ["pinner account api-keys list", "Every key; the one in use is marked"],
    ["pinner account api-keys list --search laptop", "Keys whose name contains laptop"],
    ["pinner account api-keys list --json | jq -r '.keys[].uuid'", "Their UUIDs, for a script"],
  ],
  async run(context) {
    const { out } = context;
    const { pinner, token } = await openSession(context);
    const progress = showProgress(context);
    const found = await pinner
      .listKeys({ search: context.text("search"), onProgress: progress.update })
      .finally(progress.end);
    const inUse = keyUuidOf(token);
    const keys = found.map(({ uuid, name, created_at }) => ({
      uuid,
      name,
      created_at,
      current: uuid === inUse,
    }));
    if (out.json) await out.document({ count: keys.length, keys });
    else if (keys.length === 0)
      out.info("No API keys: create one with `pinner account api-keys create NAME`");
    else {
      const rows = keys.map(({ uuid, name, created_at, current }) => [
        safeText(name),
        uuid,
        safeText(created_at.slice(0, 10)),
        current ? "in use" : "",
      ]);
      await out.result(formatTable(["NAME", "UUID", "CREATED", ""], rows, terminalWidth()));
    }
  },
});

/** A line on a terminal's stderr while more than one page of keys is loaded. */
function showProgress({ out }: Context): {
  update: (loaded: number, total: number) => void;
  end: () => void;
} {
  const visible = stderrIsTerminal() && !out.json && !out.quiet && process.env["TERM"] !== "dumb";
  let shown = false;
  return {
    update(loaded, total) {
      if (!visible || (!shown && loaded >= total)) return;
      shown = true;
      writeStderr(`\r${loaded} of ${total} keys`);
    },
    end() {
      if (shown) writeStderr("\r\u001b[2K");
    },
  };
}

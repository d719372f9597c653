import { serviceClock } from "../../../auth/clock.ts";
import { endOf } from "../../../auth/key-end.ts";
import { keyUuidOf } from "../../../auth/keys.ts";
import { defineCommand } from "../../../cli/command.ts";
import { type Colour, paint } from "../../../cli/paint.ts";
import { showProgress } from "../../../cli/progress.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { formatTable } from "../../../cli/table.ts";
import { stdoutIsTerminal, terminalWidth } from "../../../cli/terminal.ts";
import { dayOf } from "../../../cli/times.ts";

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
    const clock = serviceClock();
    const { pinner, token } = await openSession(context, { onRequest: clock.onRequest });
    const progress = showProgress(out, "keys");
    const found = await pinner
      .listKeys({ search: context.text("search"), onProgress: progress.update })
      .finally(progress.end);
    const inUse = keyUuidOf(token);
    const keys = found.map((key) => {
      const { uuid, name, created_at, last_used_at } = key;
      const end = endOf(key, token);
      return {
        uuid,
        name,
        created_at,
        ...(last_used_at === undefined ? {} : { last_used_at }),
        ...(end ? { ends_at: end.toISOString() } : {}),
        current: uuid === inUse,
      };
    });
    if (out.json) await out.document({ count: keys.length, keys });
    else if (keys.length === 0)
      out.info("No API keys: create one with `pinner account api-keys create NAME`");
    else {
      const forPeople = stdoutIsTerminal();
      const coloured = (colour: Colour, text: string) => (forPeople ? paint("stdout", colour, text) : text);
      const told = keys.some(({ last_used_at }) => last_used_at !== undefined);
      const isOver = (end: string | undefined) => end !== undefined && Date.parse(end) <= clock.now();
      const rows = keys.map(({ uuid, name, created_at, last_used_at, ends_at, current }) => [
        safeText(name),
        coloured("dim", uuid),
        dayOf(created_at),
        ...(told ? [dayOf(last_used_at ?? "")] : []),
        // At a terminal what has ended is marked, as is what is in use, and the day is told besides.
        isOver(ends_at) && !forPeople ? "ended" : dayOf(ends_at ?? ""),
        current ? coloured("green", "in use") : isOver(ends_at) && forPeople ? coloured("red", "ended") : "",
      ]);
      const header = ["NAME", "UUID", "CREATED", ...(told ? ["LAST USED"] : []), "ENDS", ""];
      await out.result(formatTable(header, rows, terminalWidth()));
    }
  },
});

import { serviceClock } from "../../../auth/clock.ts";
import { endOf, lastToCome } from "../../../auth/key-end.ts";
import { deleteKeys, keyUuidOf } from "../../../auth/keys.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../../cli/accepted-until.ts";
import { defineCommand } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { explain } from "../../../cli/explain.ts";
import { Cancelled, UsageError } from "../../../cli/failure.ts";
import { canPrompt, promptConfirm } from "../../../cli/input.ts";
import { showProgress } from "../../../cli/progress.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { formatTable } from "../../../cli/table.ts";
import { terminalWidth } from "../../../cli/terminal.ts";
import { dayOf } from "../../../cli/times.ts";
import { tokensElsewhere } from "../../../cli/token-in-force.ts";
import type { ApiKey } from "../../../sdk/types.ts";

const DAY_MS = 24 * 3600 * 1000;

export default defineCommand({
  args: {
    name: { type: "string", alias: "n", valueHint: "NAME", description: "Only keys of exactly this name" },
    "older-than": {
      type: "string",
      valueHint: "DAYS",
      description: "Keys that were created before that, rather than those that have ended",
    },
    "dry-run": { type: "boolean", description: "Say what would be deleted, and delete nothing" },
    force: { type: "boolean", alias: "f", description: "Do not ask: for use without a terminal" },
  },
  examples: [
    ["pinner account api-keys prune", "Delete the keys that have ended"],
    ["pinner account api-keys prune --older-than 90 --name ci --force", "Those named ci of 90 days and more"],
  ],
  async run(context) {
    const { out } = context;
    const age = readDays(context.text("older-than"));
    const dryRun = context.flag("dry-run");
    // What has ended is the service's to say: a clock that is ahead would end keys that work.
    const clock = serviceClock();
    const { pinner, token } = await openSession(context, { onRequest: clock.onRequest });
    const listing = showProgress(out, "keys");
    const keys = await pinner.listKeys({ onProgress: listing.update }).finally(listing.end);
    const now = clock.now();
    const inUse = await keysInUse(context, token);
    const name = context.text("name");
    const isDue = (key: ApiKey) =>
      age === undefined
        ? (endOf(key)?.getTime() ?? Number.POSITIVE_INFINITY) <= now
        : Date.parse(key.created_at) < now - age * DAY_MS;
    const due = keys.filter(
      (key) => !inUse.includes(key.uuid) && (name === undefined || key.name === name) && isDue(key),
    );
    if (due.length > 0 && !dryRun) await confirm(context, due);
    const deletion = showProgress(out, "keys");
    const { deleted, failure } = dryRun
      ? { deleted: due.map(({ uuid }) => uuid), failure: undefined }
      : await context
          .uninterrupted(() =>
            deleteKeys(pinner, due, {
              signal: context.signal,
              onDeleted: (count) => deletion.update(count, due.length),
            }),
          )
          .finally(deletion.end);

    const gone = new Set(deleted);
    const failed = due.map(({ uuid }) => uuid).filter((uuid) => !gone.has(uuid));
    const until = lastToCome(
      due.filter(({ uuid }) => gone.has(uuid)).map((key) => endOf(key)),
      now,
    );
    const kept = keys.length - (dryRun ? 0 : deleted.length);
    if (out.json) {
      const extras = { ...acceptedUntilOf(until), ...(dryRun ? { dryRun } : {}) };
      await out.document({ deleted, kept, failed, ...extras });
    } else if (dryRun || due.length === 0)
      await out.result(listed(due), {
        state: "note",
        title: due.length === 0 ? NONE_DUE : `${countOf(due.length)} would be deleted`,
        ...(due.length === 0 ? {} : { body: listed(due, terminalWidth()) }),
      });
    else
      await out.result(`Deleted ${countOf(deleted.length)}: ${countOf(kept)} left`, {
        state: failed.length === 0 ? "good" : "bad",
        title: `Deleted ${failed.length === 0 ? "" : `${deleted.length} of `}${countOf(due.length)}`,
        rows: [["Left", countOf(kept)]],
      });
    if (!dryRun) tellAcceptedUntil(context, until);
    if (failed.length === 0) return undefined;
    const why = explain(failure).message;
    if (!out.json)
      out.warn(`${failed.length} could not be deleted: ${why}. They are left: ${failed.join(", ")}`);
    return "refused";
  },
});

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError("--older-than takes a whole number of days");
}

/** The keys of every place that may hold a token, whichever of them is in force. */
async function keysInUse(context: Context, token: string): Promise<(string | undefined)[]> {
  const { content } = await context.config();
  const elsewhere = (await tokensElsewhere(context)).map((held) => held.token);
  return [token, content.authToken, ...elsewhere].map(keyUuidOf);
}

async function confirm(context: Context<never, "force">, due: ApiKey[]): Promise<void> {
  const { out } = context;
  if (context.flag("force")) return;
  if (!canPrompt(out.json))
    throw new UsageError(
      `${due.length} API keys would be deleted: give --force to do so without a terminal`,
      "input_missing",
    );
  out.aside((columns) => listed(due, columns));
  if (!(await promptConfirm(`Delete ${due.length === 1 ? "this key" : `these ${due.length} keys`}?`)))
    throw new Cancelled("cancelled: nothing was deleted");
}

const NONE_DUE = "No API key is to be deleted";

/** @param width of what shows it, where that is a terminal */
function listed(due: ApiKey[], width?: number): string {
  if (due.length === 0) return NONE_DUE;
  const rows = due.map(({ name, uuid, created_at }) => [safeText(name), uuid, dayOf(created_at)]);
  return formatTable(["NAME", "UUID", "CREATED"], rows, width);
}

const countOf = (count: number): string => `${count} API key${count === 1 ? "" : "s"}`;

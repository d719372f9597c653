import { endOf, lastToCome } from "../../../auth/key-end.ts";
import { findKey, keyUuidOf } from "../../../auth/keys.ts";
import { proveRemovable, removeToken } from "../../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../../cli/accepted-until.ts";
import { askKey } from "../../../cli/ask.ts";
import { defineCommand } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { Failure } from "../../../cli/failure.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { lowerFirst } from "../../../cli/sentence.ts";
import { openSession } from "../../../cli/session.ts";
import { renewal, tokensElsewhere } from "../../../cli/token-in-force.ts";
import type { Source } from "../../../credentials/resolve.ts";

export default defineCommand({
  args: {
    key: { type: "positional", required: true, completes: "keys", description: "Name or UUID of the key" },
    force: { type: "boolean", alias: "f", description: "Delete it even if it is the key in use" },
  },
  examples: [
    ["pinner account api-keys delete ci", "Delete the key of exactly this name"],
    ["pinner account api-keys delete 0d4b… --json", "Delete it by UUID: names need not be unique"],
  ],
  async run(context) {
    const { out } = context;
    const wanted = askKey(context);
    const { pinner } = await openSession(context);
    const key = findKey(await pinner.listKeys(), wanted);
    const use = await findUse(context, key.uuid);
    if (use.places.length > 0 && !context.flag("force")) {
      const places = namesOf(use);
      const hint =
        "Give --force to delete it all the same, or replace it with `pinner account api-keys rotate`";
      throw new Failure("in_use", `"${key.name}" (${key.uuid}) is the key in use, from ${places}`, hint);
    }
    if (use.stored) await proveRemovable(use.configPath);
    const isOf = (token: string) => keyUuidOf(token) === key.uuid;
    await context.uninterrupted(async () => {
      // The key first: whenever the process dies, no key is left that nobody holds. It was there a moment ago: that it
      // is gone is what was wanted.
      await pinner.deleteKey(key.uuid);
      const other = use.stored ? await removeToken(use.configPath, isOf) : undefined;
      // Another login has stored its own meanwhile.
      if (other !== undefined) use.places = use.places.filter(({ source }) => source !== "config");
    });
    const until = lastToCome([endOf(key, use.token)]);
    const [inForce] = use.places;
    const warning =
      inForce === undefined
        ? undefined
        : `This was the key in use, from ${namesOf(use)}: ${lowerFirst(renewal(inForce.source))}`;
    if (out.json)
      await out.document({
        deleted: true,
        key: key.name,
        uuid: key.uuid,
        ...acceptedUntilOf(until),
        ...(warning ? { warning } : {}),
      });
    else {
      const title = `Deleted API key "${key.name}"`;
      await out.result(safeText(`${title} (${key.uuid})`), { title, rows: [["UUID", key.uuid]] });
      if (warning) out.warn(warning);
    }
    tellAcceptedUntil(context, until);
  },
});

interface Use {
  places: { place: string; source: Source }[];
  stored: boolean;
  configPath: string;
  token: string | undefined;
}

const namesOf = ({ places }: Use): string => places.map(({ place }) => place).join(" and ");

/** Where the key is in use: all places count, also one that another place hides. */
async function findUse(context: Context, uuid: string): Promise<Use> {
  const { path: configPath = "", content } = await context.config();
  const { token } = await context.token();
  const stored = keyUuidOf(content.authToken) === uuid;
  const places: Use["places"] = [
    ...(await tokensElsewhere(context)).filter((held) => keyUuidOf(held.token) === uuid),
    ...(stored ? [{ place: configPath, source: "config" as const }] : []),
  ];
  return { places, stored, configPath, token: stored ? content.authToken : token };
}

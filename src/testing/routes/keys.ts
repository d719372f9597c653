import type { Hono } from "hono";
import { empty, extra, Refusal } from "../answers.ts";
import { readFields } from "../fields.ts";
import { pageOf } from "../key-query.ts";
import type { Key, State } from "../state.ts";
import { answer, authenticated } from "./route.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** An account's API keys. The row of one that has ended stays until it is deleted. */
export function keyRoutes(app: Hono, state: State): void {
  const { quirks } = state;

  const rowOf = ({ uuid, name, createdAt, lastUsedAt }: Key) => ({
    uuid,
    name,
    created_at: quirks.createdAt === "seconds" ? createdAt.replace(/\.\d+/, "") : createdAt,
    ...(quirks.lastUsedAt && lastUsedAt ? { last_used_at: lastUsedAt } : {}),
    ...extra(state),
  });

  answer(app, "listKeys", async (context) => {
    const account = await authenticated(state, context);
    const { rows, total, start } = pageOf(account.keys, context.req.query(), quirks);
    const headers = {
      "content-range": `api_keys ${start}-${start + rows.length - 1}/${total}`,
      "x-total-count": `${rows.length}`,
    };
    return Response.json({ data: rows.map(rowOf), total, ...extra(state) }, { headers });
  });

  answer(app, "createKey", async (context) => {
    const account = await authenticated(state, context);
    const { name } = await readFields(context, { name: "required" });
    const key = state.addKey(account, name);
    const token = await state.keyToken(account, key);
    if (quirks.generation === "2024") return Response.json({ key: token, ...extra(state) });
    return Response.json({ token, uuid: key.uuid, name, ...extra(state) });
  });

  answer(app, "deleteKey", async (context) => {
    const account = await authenticated(state, context);
    const uuid = context.req.param("uuid") ?? "";
    if (!UUID.test(uuid)) throw new Refusal(400, "Error", `invalid UUID length: ${uuid.length}`);
    const at = account.keys.findIndex((key) => key.uuid === uuid.toLowerCase());
    if (at < 0) {
      const plain = quirks.missingKeyDelete === 500;
      throw new Refusal(quirks.missingKeyDelete, "Error", "record not found", { plain });
    }
    account.keys.splice(at, 1);
    return empty();
  });
}

import { endOf, lastToCome } from "../../../auth/key-end.ts";
import { findKey, keyUuidOf } from "../../../auth/keys.ts";
import { replaceToken, rotateKey } from "../../../auth/rotate.ts";
import { proveStorable } from "../../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../../cli/accepted-until.ts";
import { defineCommand } from "../../../cli/command.ts";
import { explain } from "../../../cli/explain.ts";
import { UsageError } from "../../../cli/failure.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { noteModes } from "../../../cli/stored.ts";
import type { CreatedApiKey } from "../../../sdk/types.ts";

export default defineCommand({
  args: {
    key: {
      type: "positional",
      required: false,
      completes: "keys",
      description: "Name or UUID of the key (the key in use)",
    },
  },
  examples: [
    ["pinner account api-keys rotate", "Replace the key in use by a new one of the same name"],
    [
      "TOKEN=$(pinner account api-keys rotate ci -q)",
      "Replace another key: its new token is printed this once",
    ],
  ],
  async run(context) {
    const { out } = context;
    const { pinner, claims, clientFor, token } = await openSession(context);
    const wanted = context.text("key") ?? claims?.keyUuid;
    if (wanted === undefined)
      throw new UsageError("the token in force is no API key: say which key to rotate, by name or UUID");
    const keys = await pinner.listKeys();
    const old = findKey(keys, wanted);
    const { path: configPath = "", content } = await context.config();
    const stored = keyUuidOf(content.authToken) === old.uuid;
    await (stored ? proveStorable(configPath) : out.assertSeen());

    const until = lastToCome([endOf(old, stored ? content.authToken : token)]);
    const document = (key: CreatedApiKey) => ({
      rotated: true,
      key: key.name,
      uuid: key.uuid,
      replaced: old.uuid,
      ...acceptedUntilOf(until),
      ...(stored ? { configPath } : {}),
      ...(stored && !context.unmask ? {} : { token: key.token }),
    });
    async function print(key: CreatedApiKey): Promise<void> {
      if (out.json) return out.document(document(key));
      if (out.quiet && !stored) return out.result(key.token);
      const what = `Rotated API key "${safeText(key.name)}": ${key.uuid} replaces ${old.uuid}`;
      await out.result(
        stored ? `${what}, and is stored in ${safeText(configPath)}` : `${what}\n${key.token}`,
      );
      if (!stored) out.info("This is the only time that its token is shown");
    }

    const { key, cleanUpError } = await context.uninterrupted(() =>
      rotateKey(
        pinner,
        old,
        ({ token }) => clientFor(token).session(),
        (created) => (stored ? replaceToken(configPath, old.uuid, created.token) : print(created)),
        context,
        keys,
      ),
    );
    if (stored) await print(key);
    if (cleanUpError === undefined) tellAcceptedUntil(context, until);
    if (stored) noteModes(context, configPath);
    if (keyUuidOf(context.env("PINNER_AUTH_TOKEN")) === old.uuid)
      out.warn("PINNER_AUTH_TOKEN still holds the old key: give it the new token");
    if (cleanUpError !== undefined)
      out.warn(
        `the old key ${old.uuid} could not be deleted: ${explain(cleanUpError).message}. It still works`,
      );
  },
});

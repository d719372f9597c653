import { endOf, lastToCome } from "../../../auth/key-end.ts";
import { findKey, keyUuidOf, staked } from "../../../auth/keys.ts";
import { proveStorable, replaceToken } from "../../../auth/store.ts";
import { acceptedUntilOf, tellAcceptedUntil } from "../../../cli/accepted-until.ts";
import { defineCommand } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { explain } from "../../../cli/explain.ts";
import { Failure, UsageError } from "../../../cli/failure.ts";
import { safeText } from "../../../cli/safe-text.ts";
import { openSession } from "../../../cli/session.ts";
import { noteModes } from "../../../cli/stored.ts";
import { tokensElsewhere, warnOfEnd } from "../../../cli/token-in-force.ts";
import { loadEditing } from "../../../credentials/config-edit.ts";
import { rotateKey } from "../../../sdk/rotation.ts";
import type { CreatedApiKey } from "../../../sdk/types.ts";

export default defineCommand({
  passesOn: "optional",
  args: {
    "keep-old": { type: "boolean", description: "Leave the old key on the service" },
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
    [
      "pinner account api-keys rotate ci -- gh secret set PINNER_AUTH_TOKEN",
      "Hand the new token to a command on its stdin; the old key is deleted when that succeeds",
    ],
  ],
  async run(context) {
    const { out } = context;
    const { pinner, claims, clientFor, token } = await openSession(context, { warns: false });
    const wanted = context.text("key") ?? claims?.keyUuid;
    if (wanted === undefined)
      throw new UsageError("the token in force is no API key: say which key to rotate, by name or UUID");
    const keys = await pinner.listKeys();
    const old = findKey(keys, wanted);
    // That the key ends soon is what its rotation is for.
    if (old.uuid !== claims?.keyUuid)
      warnOfEnd(context, await context.token(), (await context.config()).path);
    const { path: configPath = "", content } = await context.config();
    const stored = keyUuidOf(content.authToken) === old.uuid;
    const handsOver = context.passedOn.length > 0;
    const keepOld = context.flag("keep-old");
    // Whether the old key is still there, as far as is known.
    let isBeside = keepOld;
    if (stored) await proveStorable(configPath);
    else if (!handsOver) await out.assertSeen();

    const until = lastToCome([endOf(old, stored ? content.authToken : token)]);
    const document = (key: CreatedApiKey) => ({
      rotated: true,
      key: key.name,
      uuid: key.uuid,
      ...(isBeside ? {} : { replaced: old.uuid, ...acceptedUntilOf(until) }),
      ...(stored ? { configPath } : {}),
      ...(handsOver || (stored && !context.unmask) ? {} : { token: key.token }),
    });
    async function print(key: CreatedApiKey): Promise<void> {
      if (out.json) return out.document(document(key));
      if (out.quiet && !stored && !handsOver) return out.result(key.token);
      const how = isBeside ? "is beside" : "replaces";
      const what = `Rotated API key "${safeText(key.name)}": ${key.uuid} ${how} ${old.uuid}`;
      const place = stored ? `, and is stored in ${safeText(configPath)}` : "";
      const program = context.passedOn[0] ?? "";
      const handed = handsOver ? `, and is handed to ${safeText(program)}` : "";
      const shows = !stored && !handsOver;
      await out.result(shows ? `${what}\n${key.token}` : `${what}${place}${handed}`, {
        title: `Rotated API key "${key.name}"`,
        rows: [
          ["New", key.uuid],
          [isBeside ? "Beside" : "Old", old.uuid],
          ["Stored", stored ? configPath : undefined],
          ["Given", handsOver ? `to ${program}` : undefined],
        ],
        ...(shows ? { body: key.token } : {}),
      });
      if (shows) out.info("This is the only time that its token is shown");
    }

    let unstored: unknown;
    const { key, cleanUpError } = await context.uninterrupted(() =>
      rotateKey(
        staked(pinner, context.stake),
        old,
        ({ token }) => clientFor(token).session(),
        async (created) => {
          if (handsOver) await handOver(context, created.token);
          if (stored)
            await replaceToken(configPath, old.uuid, created.token).catch((error: unknown) => {
              // The command has the new key: it must live, and so must the one that stays stored.
              if (!handsOver) throw error;
              unstored = error;
            });
          else if (!handsOver) await print(created);
        },
        context,
        { known: keys, keepsOld: () => keepOld || unstored !== undefined },
      ),
    );
    if (unstored !== undefined) throw notStored(unstored, key.uuid, old.uuid);
    isBeside ||= cleanUpError !== undefined;
    if (stored || handsOver) await print(key);
    if (!isBeside) tellAcceptedUntil(context, until);
    if (stored) noteModes(context, configPath);
    for (const { place, token: held } of await tokensElsewhere(context))
      if (keyUuidOf(held) === old.uuid && place !== "--auth-token")
        out.warn(`${place} still holds the old key: give it the new token`);
    if (cleanUpError !== undefined)
      out.warn(
        `the old key ${old.uuid} could not be deleted: ${explain(cleanUpError).message}. It still works`,
      );
  },
});

function notStored(cause: unknown, created: string, old: string): Failure {
  const { code, message } = explain(cause);
  const why = `the command has the new API key ${created}, but it could not be stored: ${message}`;
  return new Failure(code, why, `The old key ${old} stays stored, and works`, { cause });
}

/** @throws {Failure} `command_failed`: the old key stays */
async function handOver(context: Context, token: string): Promise<void> {
  const { runProgram, withoutSecrets } = await import("../../../cli/run-program.ts");
  // The command takes its time: the package may be replaced meanwhile, and the config file be another.
  await loadEditing();
  const { passedOn, passOn } = context;
  let problem: string | undefined;
  const failed = (message: string) => {
    problem = message;
  };
  const exit = await runProgram(passedOn, {
    env: withoutSecrets({ ...process.env }, "PINNER_AUTH_TOKEN"),
    input: token,
    toStderr: true,
    passOn,
    failed,
  });
  if (exit === 0) return;
  const why = problem ?? `the command ended with exit code ${exit}`;
  throw new Failure("command_failed", `${why}: the old key stays`);
}

import { acceptedUntilOf } from "../../cli/accepted-until.ts";
import type { Context } from "../../cli/context.ts";
import { hostOf } from "../../cli/host.ts";
import type { Report } from "../../cli/report.ts";
import { safeText } from "../../cli/safe-text.ts";
import { howLong, minuteOf } from "../../cli/times.ts";
import { readClaims } from "../../sdk/token.ts";
import type { CreatedApiKey } from "../../sdk/types.ts";

/** Ends the result of a login with the UUIDs of the keys that were deleted, and until when those are accepted elsewhere. */
export type Finish = (replaced: string[], acceptedUntil?: Date) => Promise<void>;

/**
 * Writes the result of a login. The token in it is out before any key is deleted, and which were is known only then.
 * @param key what was created, unless the token is a session's
 */
export async function announce(
  context: Context<never, "stdout">,
  email: string,
  token: string,
  key?: CreatedApiKey,
): Promise<Finish> {
  const { out, unmask } = context;
  const toStdout = context.flag("stdout");
  if (toStdout && !out.json) return out.result(token).then(() => nothingMore);
  const { path: configPath } = await context.config();
  const portalURL = await context.endpoint();
  const expiresAt = readClaims(token)?.expiresAt;
  const what = key ? `API key "${key.name}"` : "login token";
  const place = toStdout ? "is printed and stored nowhere" : `is stored in ${configPath}`;
  const until = expiresAt ? ` and works until ${minuteOf(expiresAt)}` : "";
  const message = `Logged in to ${portalURL} as ${email}. The ${what} ${place}${until}`;
  if (!out.json) {
    const life = expiresAt ? `, works ${howLong(expiresAt)}` : "";
    const report: Report = {
      title: `Logged in to ${hostOf(portalURL)} as ${email}`,
      rows: [
        key ? ["Key", `${key.name}${life}`] : ["Token", `login token${life}`],
        ["Stored", configPath],
        ["Next", "pinner account api-keys list"],
      ],
      ...(unmask ? { body: token } : {}),
    };
    await out.result(safeText(unmask ? `${message}. Token: ${token}` : message), report);
    return nothingMore;
  }
  const write = await out.openDocument({
    status: "authenticated",
    ...(configPath === undefined ? {} : { configPath }),
    portalURL,
    ...(key ? { apiKeyName: key.name, apiKeyUuid: key.uuid } : {}),
    ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    message,
    ...(toStdout || unmask ? { token } : {}),
  });
  return (replaced, until) => write({ replaced, ...acceptedUntilOf(until) });
}

const nothingMore: Finish = async () => {};

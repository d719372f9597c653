import { type TokenStatus, tokenStatus } from "../../auth/status.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import type { ErrorCode } from "../../cli/failure.ts";
import { maskToken, redact, safeText } from "../../cli/safe-text.ts";
import { lowerFirst, upperFirst } from "../../cli/sentence.ts";
import { heldToken, placeOf, renewal, warnOfEnd } from "../../cli/token-in-force.ts";
import type { ResolvedToken, Source } from "../../credentials/resolve.ts";

/** What a bad status is told as: the program exits as for an error of this code. */
const codes = {
  authenticated: undefined,
  not_authenticated: "auth_required",
  rejected: "token_refused",
  expired: "token_expired",
  unverifiable: "unreachable",
} as const satisfies Record<TokenStatus["status"], ErrorCode | undefined>;
const kinds = {
  api_key: "API key",
  session: "login token",
  two_factor: "2FA token",
  unknown: "unknown token",
};

export default defineCommand({
  args: {
    offline: { type: "boolean", description: "Read the token's own claims, and do not ask the service" },
  },
  examples: [
    ["pinner auth status", "Is the token in force good, whose is it, and until when?"],
    ["pinner auth status --json | jq -r .status", "The same for a script; the exit code tells it too"],
  ],
  async run(context) {
    const { out } = context;
    const resolved = await context.token();
    const portalURL = await context.endpoint();
    const offline = context.flag("offline");
    const { token } = resolved;
    const clientFor = token === undefined || offline ? undefined : await context.clientFactory();
    const result = await tokenStatus(token, clientFor);
    const { status, claims, email } = result;
    const code = codes[status];
    const { path } = await context.config();
    const message = redact(await describe(result, { resolved, path, portalURL, offline }));
    if (out.json) {
      // A bad state is told by the document alone.
      if (code !== undefined) out.drop();
      await out.document({
        status,
        portalURL,
        message,
        source: resolved.source,
        kind: resolved.token === undefined ? "none" : (claims?.kind ?? "unknown"),
        ...(email === undefined ? {} : { email }),
        ...(claims?.keyUuid === undefined ? {} : { keyUuid: claims.keyUuid }),
        ...(result.keyName === undefined ? {} : { keyName: result.keyName }),
        ...(claims?.expiresAt ? { expiresAt: claims.expiresAt.toISOString() } : {}),
        shadows: resolved.shadowed,
      });
    } else
      await out.result([message, ...(await details(context, result, resolved))].map(safeText).join("\n"));
    if (code === undefined) warnOfEnd(context, resolved, path);
    return code;
  },
});

interface Place {
  resolved: ResolvedToken;
  path: string | undefined;
  portalURL: string;
  offline: boolean;
}

async function describe(
  { status, email, claims, cause }: TokenStatus,
  { resolved, path, portalURL, offline }: Place,
): Promise<string> {
  const renew = lowerFirst(renewal(resolved.source));
  switch (status) {
    case "authenticated":
      return offline
        ? "Logged in, as far as the token itself tells: the service was not asked"
        : `Logged in to ${portalURL} as ${email}`;
    case "not_authenticated":
      return "Not logged in: run `pinner auth`";
    case "expired":
      return `The token from ${placeOf(resolved.source, path)} expired at ${claims?.expiresAt?.toISOString()}: ${renew}`;
    case "rejected": {
      if (claims?.kind === "two_factor")
        return "The token is a 2FA token, which is no login: run `pinner auth`";
      // Loaded only where something went wrong.
      const { explain } = await import("../../cli/explain.ts");
      const { message, hint } = explain(cause, heldToken(resolved, path, portalURL));
      return `${upperFirst(message)}: ${hint === undefined ? renew : lowerFirst(hint)}`;
    }
    case "unverifiable": {
      if (offline) return "The token cannot be read: only the service can tell";
      const { explain } = await import("../../cli/explain.ts");
      return `Nobody knows whether the token works: ${explain(cause).message}`;
    }
  }
}

async function details(context: Context, result: TokenStatus, resolved: ResolvedToken): Promise<string[]> {
  const { claims, keyName } = result;
  const { token, source, shadowed } = resolved;
  if (token === undefined) return [];
  const { path } = await context.config();
  const place = (from: Source) => placeOf(from, path);
  const key =
    claims?.keyUuid === undefined
      ? ""
      : ` ${keyName === undefined ? "" : `"${keyName}" `}(${claims.keyUuid})`;
  const rows: [string, string][] = [
    ["Token", `${kinds[claims?.kind ?? "unknown"]}${key} ${context.unmask ? token : maskToken(token)}`],
    ["Expires", claims?.expiresAt ? inDays(claims.expiresAt) : "the token does not say"],
    [
      "From",
      `${place(source)}${shadowed.length > 0 ? `, which wins over ${shadowed.map(place).join(" and ")}` : ""}`,
    ],
    ["Service", await context.endpoint()],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`);
}

function inDays(expiresAt: Date): string {
  const hours = Math.round((expiresAt.getTime() - Date.now()) / 3_600_000);
  const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.round(hours / 24), "day"];
  return `${expiresAt.toISOString()} (${hours < 0 ? "over" : `in ${count} ${unit}${count === 1 ? "" : "s"}`})`;
}

import { type TokenStatus, tokenStatus } from "../../auth/status.ts";
import { EXPIRY_WARNING_MS } from "../../auth/thresholds.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import type { ErrorCode } from "../../cli/failure.ts";
import { maskToken, redact, safeText } from "../../cli/safe-text.ts";
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
    const why = result.cause === undefined ? "" : `: ${await reasonOf(result.cause)}`;
    const message = redact(describe(result, portalURL, offline, why));
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
        ...(claims?.expiresAt ? { expiresAt: claims.expiresAt.toISOString() } : {}),
      });
    } else
      await out.result([message, ...(await details(context, result, resolved))].map(safeText).join("\n"));
    if (code === undefined) warnOfExpiry(context, claims?.expiresAt);
    return code;
  },
});

// Loaded only where something went wrong.
const reasonOf = async (cause: unknown): Promise<string> =>
  (await import("../../cli/explain.ts")).explain(cause).message;

function describe(
  { status, email, claims }: TokenStatus,
  portalURL: string,
  offline: boolean,
  why: string,
): string {
  switch (status) {
    case "authenticated":
      return offline
        ? "Logged in, as far as the token itself tells: the service was not asked"
        : `Logged in to ${portalURL} as ${email}`;
    case "not_authenticated":
      return "Not logged in: run `pinner auth`";
    case "expired":
      return `The token expired at ${claims?.expiresAt?.toISOString()}: run \`pinner auth\` for a new one`;
    case "rejected":
      return claims?.kind === "two_factor"
        ? "The token is a 2FA token, which is no login: run `pinner auth`"
        : `The service refused the token${why}: run \`pinner auth\` for a new one`;
    case "unverifiable":
      return offline
        ? "The token cannot be read: only the service can tell"
        : `Nobody knows whether the token works${why}`;
  }
}

async function details(context: Context, result: TokenStatus, resolved: ResolvedToken): Promise<string[]> {
  const { claims, keyName } = result;
  const { token, source, shadowed } = resolved;
  if (token === undefined) return [];
  const { path = "" } = await context.config();
  const place = (from: Source) =>
    ({ flag: "--auth-token", environment: "PINNER_AUTH_TOKEN", config: path, none: "" })[from];
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

function warnOfExpiry({ out }: Context, expiresAt: Date | undefined): void {
  if (!expiresAt || expiresAt.getTime() - Date.now() > EXPIRY_WARNING_MS) return;
  out.warn(`the token expires at ${expiresAt.toISOString()}: run \`pinner auth\` before then`);
}

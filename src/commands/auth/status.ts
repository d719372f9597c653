import { type TokenStatus, tokenStatus } from "../../auth/status.ts";
import { defineCommand } from "../../cli/command.ts";
import type { ErrorCode } from "../../cli/failure.ts";
import { redact, safeText } from "../../cli/safe-text.ts";
import { warnOfEnd } from "../../cli/token-in-force.ts";
import { details, judge, reportOf } from "./_finding.ts";

/** What a bad status is told as: the program exits as for an error of this code. */
const codes = {
  authenticated: undefined,
  not_authenticated: "auth_required",
  rejected: "token_refused",
  expired: "token_expired",
  unverifiable: "unreachable",
} as const satisfies Record<TokenStatus["status"], ErrorCode | undefined>;
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
    const place = { resolved, path, portalURL };
    const finding = await judge(result, place, offline);
    const message = redact(finding.message);
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
      await out.result(
        [message, ...details(result, place, context.unmask)].map(safeText).join("\n"),
        reportOf(finding, result, place, context.unmask),
      );
    if (code === undefined) warnOfEnd(context, resolved, path);
    return code;
  },
});

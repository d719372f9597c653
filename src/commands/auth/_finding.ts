import type { TokenStatus } from "../../auth/status.ts";
import { hostOf } from "../../cli/host.ts";
import type { Report, State } from "../../cli/report.ts";
import { maskToken, redact } from "../../cli/safe-text.ts";
import { lowerFirst, upperFirst } from "../../cli/sentence.ts";
import { spanOf, whenOf } from "../../cli/times.ts";
import { foreignIssuer, heldToken, placeOf, renewal } from "../../cli/token-in-force.ts";
import type { ResolvedToken, Source } from "../../credentials/resolve.ts";

/** What `auth status` found, in one sentence, and in parts. */
interface Finding {
  message: string;
  title: string;
  why?: string;
  /** What to do. */
  next?: string | undefined;
}

/** The token that was looked at, and the service that it is for. */
interface Place {
  resolved: ResolvedToken;
  path: string | undefined;
  portalURL: string;
}

const kinds = {
  api_key: "API key",
  session: "login token",
  two_factor: "2FA token",
  unknown: "unknown token",
};

const states: Record<TokenStatus["status"], State> = {
  authenticated: "good",
  not_authenticated: "bad",
  rejected: "bad",
  expired: "bad",
  unverifiable: "unsure",
};

/** @param offline the service was not asked */
export async function judge(
  { status, email, claims, cause }: TokenStatus,
  place: Place,
  offline: boolean,
): Promise<Finding> {
  const { resolved, path, portalURL } = place;
  const renew = renewal(resolved.source);
  switch (status) {
    case "authenticated": {
      const title = offline
        ? "Logged in, as far as the token itself tells: the service was not asked"
        : `Logged in to ${hostOf(portalURL)} as ${email}`;
      return { title, message: offline ? title : `Logged in to ${portalURL} as ${email}` };
    }
    case "not_authenticated":
      return { title: "Not logged in", message: "Not logged in: run `pinner auth`", next: renew };
    case "expired": {
      const what = `The token from ${placeOf(resolved.source, path)} expired at ${claims?.expiresAt?.toISOString()}`;
      return { title: "The token has expired", message: `${what}: ${lowerFirst(renew)}`, next: renew };
    }
    case "rejected": {
      if (claims?.kind === "two_factor") {
        const title = "The token is a 2FA token, which is no login";
        return { title, message: `${title}: ${lowerFirst(renew)}`, next: renew };
      }
      // Loaded only where something went wrong.
      const { explain } = await import("../../cli/explain.ts");
      const held = heldToken(resolved, path, portalURL);
      const { message, hint = renew } = explain(cause, held);
      // Its place has a line of its own.
      const { message: title } = explain(cause);
      return {
        title: upperFirst(title),
        message: `${upperFirst(message)}: ${lowerFirst(hint)}`,
        next: hint,
      };
    }
    case "unverifiable": {
      if (offline) {
        const title = "The token cannot be read: only the service can tell";
        return { title, message: title };
      }
      const { explain } = await import("../../cli/explain.ts");
      const title = "Nobody knows whether the token works";
      const { message: why, hint } = explain(cause);
      return { title, message: `${title}: ${why}`, why, next: hint };
    }
  }
}

const fromOf = ({ resolved: { source, shadowed }, path }: Place): string => {
  const name = (from: Source) => placeOf(from, path);
  const others = shadowed.length > 0 ? `, which wins over ${shadowed.map(name).join(" and ")}` : "";
  return `${name(source)}${others}`;
};

/** The lines below the message. */
export function details({ claims, keyName }: TokenStatus, place: Place, unmask: boolean): string[] {
  const { token } = place.resolved;
  if (token === undefined) return [];
  const key =
    claims?.keyUuid === undefined
      ? ""
      : ` ${keyName === undefined ? "" : `"${keyName}" `}(${claims.keyUuid})`;
  const rows: [string, string][] = [
    ["Token", `${kinds[claims?.kind ?? "unknown"]}${key} ${unmask ? token : maskToken(token)}`],
    ["Expires", claims?.expiresAt ? inDays(claims.expiresAt) : "the token does not say"],
    ["From", fromOf(place)],
    ["Service", place.portalURL],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`);
}

function inDays(expiresAt: Date): string {
  const ms = expiresAt.getTime() - Date.now();
  return `${expiresAt.toISOString()} (${ms < 0 ? "over" : `in ${spanOf(ms)}`})`;
}

/** The same for a terminal. */
export function reportOf(
  { title, why, next }: Finding,
  { status, claims, keyName }: TokenStatus,
  place: Place,
  unmask: boolean,
): Report {
  const { token = "" } = place.resolved;
  const state = states[status];
  const isKey = claims?.keyUuid !== undefined;
  const issuer = foreignIssuer(token, place.portalURL);
  const ends = claims?.expiresAt ? whenOf(claims.expiresAt) : "the token does not say";
  return {
    state,
    title: redact(title),
    rows: [
      ["Why", why && redact(why)],
      ...(token === ""
        ? []
        : ([
            isKey ? ["Key", keyName] : ["Token", kinds[claims?.kind ?? "unknown"]],
            ["UUID", claims?.keyUuid],
            ["Ends", ends],
            ["From", fromOf(place)],
            ["Issuer", state === "good" ? undefined : issuer],
          ] satisfies Report["rows"])),
      ["Service", state === "good" && token !== "" ? undefined : place.portalURL],
      ["Next", next?.replace(/^Run `([^`]+)`$/, "$1")],
    ],
    ...(unmask && token !== "" ? { body: token } : {}),
  };
}

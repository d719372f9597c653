import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import type { Item, Report, State } from "../../cli/report.ts";
import { redact, safeText } from "../../cli/safe-text.ts";
import { InvalidAuthoritiesError } from "../../network/authorities.ts";
import { InvalidProxyError } from "../../network/proxy-error.ts";
import { type Check, failed, ok } from "./_check.ts";
import { noteOther } from "./_first-on-path.ts";
import { brokenConfig, checkConfig, checkToken } from "./_local.ts";
import { checkDns, checkProxy, checkService } from "./_network.ts";

const marks = { ok: "ok", note: "note", warning: "warning", failed: "FAILED", skipped: "-" };

export default defineCommand({
  args: {
    "check-update": { type: "boolean", description: "Ask whether there is a newer release" },
  },
  examples: [
    ["pinner doctor", "Check config file, token, endpoint, DNS, TLS, proxy and clock"],
    ["pinner doctor --json | jq '.checks[] | select(.status != \"ok\")'", "What is not well, for a script"],
    [
      "pinner doctor --check-update",
      "The same, and whether there is a newer release: nothing asks by itself",
    ],
  ],
  async run(context) {
    const { out } = context;
    const { warn } = out;
    const warnings: string[] = [];
    out.warn = (text) => void warnings.push(text);
    const found = await Promise.all([
      diagnose(context),
      noteOther(),
      context.flag("check-update") ? askForUpdate(context) : [],
    ]);
    const checks = found.flat().map((check) => ({ ...check, message: redact(check.message) }));
    const worst = checks.find(({ status }) => status === "failed") ?? checks.find(({ code }) => code);
    // What is not well is told by the result alone.
    if (worst === undefined) for (const text of warnings) warn(text);
    else out.drop();
    if (out.json) {
      const shown = checks.map(({ code: _, ...check }) => check);
      await out.document({ ok: worst === undefined, checks: shown });
    } else await out.result(checks.map(line).join("\n"), reportOf(checks));
    return worst?.code;
  },
});

function line({ name, status, message, advice }: Check): string {
  const text = `${marks[status].padEnd(8)} ${name.padEnd(12)} ${message}`;
  return safeText(text) + (advice ? `\n${" ".repeat(22)}${safeText(advice)}` : "");
}

const states = {
  ok: "good",
  note: "note",
  warning: "unsure",
  failed: "bad",
  skipped: "none",
} as const satisfies Record<Check["status"], State>;

/** What is wrong stands apart, below all that is not, with what to do. */
function reportOf(checks: Check[]): Report {
  const wrong = checks.filter(({ code }) => code !== undefined);
  const failures = wrong.filter(({ status }) => status === "failed").length;
  const found = [
    ...(failures > 0 ? [`${failures} of ${checks.length} checks failed`] : []),
    ...(wrong.length > failures ? [`${wrong.length - failures} with a warning`] : []),
  ];
  return {
    items: checks.filter(({ code }) => code === undefined).map(itemOf),
    apart: wrong.map(itemOf),
    state: wrong.length === 0 ? "good" : failures > 0 ? "bad" : "unsure",
    title: found.join(", ") || "All is well",
  };
}

const askForUpdate = async (context: Context): Promise<Check[]> => {
  const { checkUpdate } = await import("./_update.ts");
  return [await checkUpdate(context)];
};

const itemOf = ({ status, name, message, advice }: Check): Item => ({
  state: states[status],
  label: name,
  text: message,
  ...(advice === undefined ? {} : { advice }),
});

async function diagnose(context: Context): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    checks.push(...checkConfig(await context.config()));
  } catch (error) {
    // Token and endpoint may be in that file: nothing more can be said before it is mended.
    return brokenConfig(explain(error).message);
  }
  const resolved = await context.token();
  checks.push(checkToken(resolved));
  const endpoint = await openEndpoint(context);
  if ("status" in endpoint) return [...checks, endpoint];

  const proxy = checkProxy(process.env, endpoint.url);
  const { used, ...proxyCheck } = proxy;
  checks.push(ok("endpoint", endpoint.url.origin), proxyCheck);
  if (proxyCheck.status === "failed") return checks;
  const dns = await context.out.waitFor("Looking up the name", checkDns(endpoint.url, used));
  checks.push(dns);
  if (dns.status === "failed") return checks;
  const clientFor = async (token: string | undefined, onRequest: Parameters<Context["clientFactory"]>[0]) =>
    (await context.clientFactory(onRequest))(token);
  return [...checks, ...(await checkService(clientFor, resolved, endpoint.url))];
}

async function openEndpoint(context: Context): Promise<Check | { url: URL }> {
  try {
    await context.clientFactory();
  } catch (error) {
    const { message, hint = "Give a host such as pinner.xyz" } = explain(error);
    if (error instanceof InvalidAuthoritiesError) return failed("tls", "usage", message, hint);
    // That of a proxy is told by a check of its own.
    if (!(error instanceof InvalidProxyError)) return failed("endpoint", "usage", message, hint);
  }
  return { url: new URL(await context.endpoint()) };
}

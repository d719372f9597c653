/** `pinner-sandbox`: an account service in memory, for people to try `pinner` and programs of theirs against. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { safeText } from "./cli/safe-text.ts";
import { version } from "./sdk/version.ts";
import { createPortal } from "./testing/portal.ts";
import { type ServedPortal, servePortal } from "./testing/serve.ts";

const PASSWORD = "correct-horse-battery";
const HELP = `Serves the Pinner account API in memory (pinner-sandbox v${version})

USAGE pinner-sandbox [OPTIONS]

OPTIONS

  --port=<N>         The port to listen on (8787; 0 takes a free one)
  --host=<ADDRESS>   At which address (127.0.0.1, for this machine alone)
  -h, --help         Show this help
  -V, --version      Show the version
`;

const write = (text: string): void => void process.stdout.write(text);

function fail(exit: 1 | 2, message: string): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(exit);
}

/** What was asked for, the defaults included; help and version are answered here. */
function readOptions(argv: string[]): { port: number; host: string } {
  const string = { type: "string" } as const;
  const { tokens } = parseArgs({
    args: argv,
    options: { port: string, host: string, help: { type: "boolean", short: "h" } },
    strict: false,
    tokens: true,
  });
  const asked = (...names: string[]) =>
    tokens.some((token) => token.kind === "option" && names.includes(token.name));
  if (asked("help") || asked("version", "V")) {
    write(asked("help") ? HELP : `${version}\n`);
    process.exit(0);
  }
  const given = { port: "8787", host: "127.0.0.1" };
  for (const token of tokens) {
    if (token.kind === "positional") fail(2, "`pinner-sandbox` takes no arguments");
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (name !== "port" && name !== "host")
      fail(2, `unknown flag ${safeText(rawName)}: see \`pinner-sandbox --help\``);
    if (value === undefined || value.trim() === "") fail(2, `--${name} needs a value: --${name} VALUE`);
    given[name] = value;
  }
  const port = Number(given.port);
  if (!/^\d+$/.test(given.port) || port > 65_535) fail(2, "--port takes a whole number from 0 to 65535");
  return { port, host: given.host };
}

const reasons: Record<string, string> = {
  EADDRINUSE: "the port is taken: choose another with --port N",
  EACCES: "the port needs more rights: choose one above 1023 with --port N",
  EADDRNOTAVAIL: "this machine has no such address: see --host",
  ENOTFOUND: "there is no such address: see --host",
};

/** The setting by which the shell finds the `pinner` that was installed, or built, with this program. */
function pathOfPinner(): string {
  const own = dirname(process.argv[1] ?? "");
  // Bun tells where the file is, rather than what it was started by.
  const directory = [own, join(own, "../../.bin")].find((place) => existsSync(join(place, "pinner")));
  return directory === undefined ? "" : `PATH="${directory}:$PATH" `;
}

/** What it says first; its indented lines are to be pasted. */
function introduction({ url, port }: ServedPortal, host: string, otpSecret: string | undefined): string {
  const isLoopback = /^(?:127\.|localhost$|::1$)/.test(host);
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const reached = isEverywhere ? `http://127.0.0.1:${port}` : url;
  const settings = `${isLoopback || isEverywhere ? "" : "PINNER_SECURE=false "}PINNER_BASE_ENDPOINT=${reached}`;
  const warning = "Whoever reaches this machine reaches it too, and needs no more than these passwords.";
  return `The sandbox portal listens on ${url}. Paste this into another terminal:

  export ${pathOfPinner()}PINNER_HOME="${home}" ${settings}
  pinner auth --email alice@example.com

The password is ${PASSWORD}. Then, for instance:

  pinner account api-keys list
  pinner doctor

bob@example.com has the same password, and 2FA:

  PINNER_OTP_SECRET=${otpSecret} pinner auth --force --email bob@example.com

Requests, and the emails that it would send, appear here. Ctrl-C stops it, and removes what was stored.
${isLoopback ? "" : `${warning}\n`}
`;
}

const { port, host } = readOptions(process.argv.slice(2));
const portal = createPortal();
portal.addAccount({ email: "alice@example.com", password: PASSWORD, firstName: "Alice" });
const bob = portal.addAccount({ email: "bob@example.com", password: PASSWORD, firstName: "Bob", otp: true });
portal.onRequest = ({ method, path, status }) =>
  write(`${safeText(`${method} ${path}`)} ${status ?? "dropped"}\n`);
portal.onEmail = ({ to, token, link }) =>
  write(`\nTo: ${safeText(to)}\nSubject: Your Pinner code\n\n  Your code is ${token}\n  ${link}\n\n`);

const served = await servePortal(portal, { port, hostname: host }).catch(({ code = "" }: { code?: string }) =>
  fail(1, `the sandbox could not listen: ${reasons[code] ?? code}`),
);
// What is stored for these accounts is nothing to what is stored for one's own.
const home = await mkdtemp(join(tmpdir(), "pinner-sandbox-"));
const stop = async () => {
  await served.close();
  await rm(home, { recursive: true, force: true });
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
// Who reads no further, as `| head` does, wants no more of it.
process.stdout.on("error", stop);
write(introduction(served, host, bob.otpSecret));

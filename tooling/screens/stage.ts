import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createPortal, type Portal } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { createAuthority } from "../authority.ts";
import { binary, ensureBuilt } from "../binary.ts";
import { startProxy } from "../proxy.ts";
import { openTerminal } from "../terminal.ts";

/** Who all pictures are of. */
export const EMAIL = "alice@example.com";
export const PASSWORD = "correct-horse-battery";
/** The day of all pictures. */
const TODAY = "2026-12-01";
const HOUR = "10:30";
/** Where a proxy of somebody's might be: ports of this length are what the one of a stage has, too. */
const PROXY = "127.0.0.1:31280";
const SERVICE = "account.pinner.xyz";
const DAY_MS = 24 * 3600 * 1000;

// Not in a test: its time would run out, and the build would be killed with it.
await ensureBuilt();

/** How a sandbox portal proves that it is Pinner's own service, to whoever knows the authority at `path`. */
export interface Identity {
  key: string;
  cert: string;
  path: string;
}

/** @param directory for its files */
export async function createIdentity(directory: string): Promise<Identity> {
  const authority = await createAuthority(directory);
  return { ...(await authority.issue(`DNS:${SERVICE}`)), path: authority.path };
}

export interface Stage extends AsyncDisposable {
  portal: Portal;
  configPath: string;
  /** Makes a key that is so many days old. */
  addKey(name: string, daysOld?: number): Promise<{ uuid: string; token: string }>;
  storeToken(token: string): Promise<void>;
  /** Types a command and, whenever a text shows, an answer. @returns what the terminal was sent */
  type(line: string, answers: readonly Answer[], exit: number): Promise<string>;
}

/** What shows, and what is then typed. */
export type Answer = readonly [shows: string, typed: (stage: Stage) => string];

/**
 * An account, a home, and a terminal in which `pinner` is run as its users run it: what it takes for Pinner's own
 * service is a sandbox portal behind a proxy. What it shows is the same at every run, but for the day.
 */
export async function openStage(identity: Identity, columns: number): Promise<Stage> {
  // In whole seconds, so that keys which are made in the same second show the same day.
  const start = Math.floor(Date.now() / 1000) * 1000;
  let now = start;
  let made = 0;
  const portal = createPortal({
    clock: () => now,
    makers: { uuid: () => uuidOf(made++), secret: () => "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" },
  });
  portal.addAccount({ email: EMAIL, password: PASSWORD, firstName: "Alice", lastName: "Example" });
  const served = await servePortal(portal, { tls: identity });
  const proxy = await startProxy({ hosts: { [`${SERVICE}:443`]: served.port } });
  const home = await mkdtemp(join(tmpdir(), "pinner-screen-"));
  const configPath = join(home, ".config/pinner/config.yaml");
  const env = {
    PATH: dirname(binary),
    HOME: home,
    LANG: "C.UTF-8",
    TERM: "xterm-256color",
    TZ: "UTC",
    HTTPS_PROXY: `http://${proxy.host}`,
    NODE_EXTRA_CA_CERTS: identity.path,
  };
  const same = (raw: string): string =>
    inPictures(raw, start).replaceAll(proxy.host, PROXY).replaceAll(home, "~");

  const stage: Stage = {
    portal,
    configPath,
    async addKey(name, daysOld = 0) {
      now = start - daysOld * DAY_MS;
      const key = await portal.createKey(EMAIL, name);
      now = start;
      return key;
    },
    async storeToken(token) {
      await mkdir(dirname(configPath), { recursive: true, mode: 0o700 });
      await writeFile(configPath, `auth_token: ${token}\n`, { mode: 0o600 });
    },
    async type(line, answers, expected) {
      const terminal = openTerminal([binary, ...line.split(" ").slice(1)], env, columns);
      for (const [shows, typed] of answers) {
        await terminal.shows(shows);
        terminal.type(typed(stage));
      }
      const exit = await terminal.exit();
      if (exit !== expected)
        throw new Error(`${line} exited with ${exit} rather than ${expected}:\n${terminal.text()}`);
      return `\u001b[2m$\u001b[22m \u001b[1m${line}\u001b[22m\r\n${same(terminal.raw())}`;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await served.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return stage;
}

/** The same with days as far from the pictures' day as they were from today. All moments are whole days from now. */
function inPictures(raw: string, now: number): string {
  const shift = Date.parse(TODAY) - Math.floor(now / DAY_MS) * DAY_MS;
  return raw.replace(
    /\b(20\d\d-\d\d-\d\d)(?:([ T])\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?\b/g,
    (_, day: string, between?: string) => {
      const shown = new Date(Date.parse(day) + shift).toISOString().slice(0, 10);
      return between === undefined ? shown : `${shown}${between}${HOUR}`;
    },
  );
}

/** UUIDs that are the same at every run. */
const uuidOf = (number: number): string =>
  createHash("sha256")
    .update(`key ${number}`)
    .digest("hex")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-9$4-$5");

import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createPortal, type Portal, type Quirks } from "../src/testing/portal.ts";
import { type ServedPortal, servePortal } from "../src/testing/serve.ts";
import { binary, ensureBuilt } from "./binary.ts";
import { checkAnswers } from "./openapi.ts";
import { type Run, type RunOptions, root, run } from "./process.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

export const PASSWORD = "correct-horse-battery";
export const EMAIL = "alice@example.com";
export const OTP_EMAIL = "bob@example.com";

// Not in a test: its time would run out, and the build would be killed with it.
await ensureBuilt();

/** A portal on a real port with two accounts, one of them with 2FA, and a home directory of its own. */
export interface World extends AsyncDisposable {
  portal: Portal;
  served: ServedPortal;
  url: string;
  home: string;
  configPath: string;
  env: Record<string, string>;
  command: string[];
  pinner(args: string[], options?: RunOptions): Promise<Run>;
  terminal(args: string[], env?: Record<string, string>, columns?: number): Terminal;
  config(): Promise<string | undefined>;
  writeConfig(text: string): Promise<void>;
  /** Stores a working key, as an earlier `pinner auth` would have. */
  logIn(email?: string, keyName?: string): Promise<{ uuid: string; token: string }>;
}

export async function createWorld(
  options: {
    quirks?: Partial<Quirks>;
    /** Milliseconds by the portal's clock. */
    clock?: () => number;
    latencyMs?: number;
    command?: string[];
  } = {},
): Promise<World> {
  const { quirks = {}, clock = Date.now } = options;
  const portal = createPortal({ quirks, clock });
  portal.addAccount({ email: EMAIL, password: PASSWORD, firstName: "Alice" });
  portal.addAccount({ email: OTP_EMAIL, password: PASSWORD, firstName: "Bob", otp: true });
  const described = checkAnswers(portal);
  const served = await servePortal(portal, { latencyMs: options.latencyMs ?? 0 });
  const home = await mkdtemp(join(tmpdir(), "pinner-test-"));
  const configPath = join(home, "pinner", "config.yaml");
  const command = options.command ?? [binary];
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    PINNER_HOME: home,
    PINNER_BASE_ENDPOINT: served.url,
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    // Where npm starts the program: it would tell of its own updates on stderr.
    npm_config_update_notifier: "false",
    // Where Deno does: it would ask for its own updates, and compile anew in each new home what it has compiled before.
    DENO_NO_UPDATE_CHECK: "1",
    DENO_DIR: join(root, "node_modules/.cache/deno"),
  };

  const world: World = {
    portal,
    served,
    url: served.url,
    home,
    configPath,
    env,
    command,
    pinner: (args, runOptions = {}) =>
      run([...command, ...args], { ...runOptions, env: { ...env, ...runOptions.env } }),
    terminal: (args, more = {}, columns = 100) =>
      openTerminal([...command, ...args], { ...env, ...more }, columns),
    config: () => readFile(configPath, "utf8").catch(() => undefined),
    async writeConfig(text) {
      await mkdir(dirname(configPath), { recursive: true });
      await writeFile(configPath, text, { mode: 0o600 });
      await chmod(configPath, 0o600);
    },
    async logIn(email = EMAIL, keyName = "cli-generated") {
      const { uuid, token } = await portal.createKey(email, keyName);
      await world.writeConfig(`auth_token: ${token}\n`);
      return { uuid, token };
    },
    async [Symbol.asyncDispose]() {
      await served.close();
      await rm(home, { recursive: true, force: true });
      await described();
    },
  };
  return world;
}

/** Permission bits of a file. */
export const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

import { readFileSync } from "node:fs";
import type { KeyRequest } from "../../src/auth/login.ts";
import { storeToken } from "../../src/auth/store.ts";
import { Pinner } from "../../src/sdk/client.ts";
import { createPortal, type Portal, type Quirks } from "../../src/testing/portal.ts";
import { servePortal } from "../../src/testing/serve.ts";
import { temporaryDirectory } from "../credentials/temporary.ts";

export const EMAIL = "alice@example.com";
export const PASSWORD = "correct-horse-battery";

/** A portal on a real port with one account, and a config file. */
export interface Sandbox extends AsyncDisposable {
  portal: Portal;
  /** The path of the config file, in a directory of its own. */
  path: string;
  connect(token?: string): Pinner;
  /** A client that has logged in. */
  session(): Promise<Pinner>;
  /** Creates a key and stores its token. */
  storeKey(name: string): Promise<{ uuid: string; token: string }>;
  /** The config file's text at this very moment, or nothing where there is none. */
  config(): string;
  /** UUIDs of the account's keys. */
  uuids(): string[];
  /** Stops serving. */
  close(): Promise<void>;
}

/** @param clock the service's, in milliseconds */
export async function createSandbox(quirks: Partial<Quirks> = {}, clock = Date.now): Promise<Sandbox> {
  const portal = createPortal({ quirks, clock });
  portal.addAccount({ email: EMAIL, password: PASSWORD });
  const served = await servePortal(portal);
  const home = await temporaryDirectory();
  const path = home.at("pinner", "config.yaml");
  const connect = (token?: string) => new Pinner({ baseEndpoint: served.url, token, timeout: 1000 });
  return {
    portal,
    path,
    connect,
    session: async () => connect(await portal.issue("login", EMAIL)),
    async storeKey(name) {
      const key = await portal.createKey(EMAIL, name);
      await storeToken(path, key.token);
      return key;
    },
    config() {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return "";
      }
    },
    uuids: () => portal.liveKeys(EMAIL).map(({ uuid }) => uuid),
    close: served.close,
    async [Symbol.asyncDispose]() {
      await served.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Asks for a key named "laptop", to be stored in the sandbox's config file. */
export const keyRequest = ({ path }: Sandbox, changes: Partial<KeyRequest> = {}): KeyRequest => ({
  name: "laptop",
  named: true,
  inUse: async () => [],
  deliver: (key) => storeToken(path, key.token),
  ...changes,
});

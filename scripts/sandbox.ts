/** `bun run sandbox [--port N]`: an account service in memory, for people to try `pinner` against. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createPortal } from "../src/testing/portal.ts";
import { servePortal } from "../src/testing/serve.ts";
import { binary, ensureBuilt } from "../tooling/binary.ts";

const PASSWORD = "correct-horse-battery";

function readPort(): number {
  try {
    const { values } = parseArgs({ options: { port: { type: "string", default: "8787" } } });
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  } catch {
    // The line below says it for both.
  }
  console.error("usage: bun run sandbox [--port N], N from 0 to 65535");
  process.exit(2);
}

const port = readPort();
console.log("Building, unless it is built already …");
await ensureBuilt();
const portal = createPortal();
portal.addAccount({ email: "alice@example.com", password: PASSWORD, firstName: "Alice" });
const bob = portal.addAccount({ email: "bob@example.com", password: PASSWORD, firstName: "Bob", otp: true });
portal.onRequest = ({ method, path, status }) => console.log(`${method} ${path} ${status ?? "dropped"}`);
portal.onEmail = ({ to, token, link }) =>
  console.log(`\nTo: ${to}\nSubject: Your Pinner code\n\n  Your code is ${token}\n  ${link}\n`);

const served = await servePortal(portal, { port }).catch((error: { code?: string }) => {
  console.error(`the sandbox could not listen: ${error.code}. Choose another port with --port N`);
  process.exit(1);
});
// What is stored for these accounts is nothing to what is stored for one's own.
const home = await mkdtemp(join(tmpdir(), "pinner-sandbox-"));
console.log(`The sandbox portal listens on ${served.url}. Paste this into another terminal:

  export PATH="${dirname(binary)}:$PATH" PINNER_HOME="${home}" PINNER_BASE_ENDPOINT=${served.url}
  pinner auth --email alice@example.com

The password is ${PASSWORD}. Then, for instance:

  pinner account api-keys list
  pinner doctor

bob@example.com has the same password, and 2FA:

  PINNER_OTP_SECRET=${bob.otpSecret} pinner auth --force --email bob@example.com

Requests, and the emails that it would send, appear here. Ctrl-C stops it, and removes what was stored.
`);

const stop = async () => {
  await served.close();
  await rm(home, { recursive: true, force: true });
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

/** `bun run sandbox [--port N]`: an account service in memory, for people to try `pinner` against. */
import { parseArgs } from "node:util";
import { createPortal } from "../src/testing/portal.ts";
import { servePortal } from "../src/testing/serve.ts";

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

const portal = createPortal();
portal.addAccount({ email: "alice@example.com", password: PASSWORD, firstName: "Alice" });
const bob = portal.addAccount({ email: "bob@example.com", password: PASSWORD, firstName: "Bob", otp: true });
portal.onRequest = ({ method, path, status }) => console.log(`${method} ${path} ${status ?? "dropped"}`);
portal.onEmail = ({ to, token, link }) =>
  console.log(`\nTo: ${to}\nSubject: Your Pinner code\n\n  Your code is ${token}\n  ${link}\n`);

const served = await servePortal(portal, { port: readPort() }).catch((error: { code?: string }) => {
  console.error(`the sandbox could not listen: ${error.code}. Choose another port with --port N`);
  process.exit(1);
});
console.log(`The sandbox portal listens on ${served.url}. Point pinner at it in another terminal:

  export PINNER_BASE_ENDPOINT=${served.url}
  pinner auth --email alice@example.com      password: ${PASSWORD}
  pinner auth --email bob@example.com        the same, and 2FA with the secret ${bob.otpSecret}

Emails that it would send appear here. Ctrl-C stops it.
`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => served.close().then(() => process.exit(0)));
}

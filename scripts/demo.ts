/** `bun run demo`: the main job, done by the compiled binary against a sandbox portal of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { createPortal } from "../src/testing/portal.ts";
import { servePortal } from "../src/testing/serve.ts";
import { binary, ensureBuilt } from "../tooling/binary.ts";

const EMAIL = "ada@example.com";
const PASSWORD = "correct-horse-battery";

console.log("Building, unless it is built already …");
await ensureBuilt();

const portal = createPortal();
// The first account of a portal is its administrator, and confirmed: the demo shows the life of another.
portal.addAccount({ email: "admin@example.com", password: crypto.randomUUID() });
const served = await servePortal(portal);
const home = await mkdtemp(join(tmpdir(), "pinner-demo-"));
const interrupted = () => rm(home, { recursive: true, force: true }).finally(() => process.exit(130));
process.once("SIGINT", interrupted);
process.once("SIGTERM", interrupted);

/** Runs one command, and shows it as a person would type it. */
async function step(why: string, args: string[], options: { password?: boolean } = {}): Promise<void> {
  const piped = options.password ? 'printf %s "$PASSWORD" | ' : "";
  console.log(`\n# ${why}\n$ ${piped}pinner ${args.join(" ")}`);
  const child = Bun.spawn([binary, ...args], {
    env: { PATH: process.env["PATH"] ?? "", PINNER_HOME: home, PINNER_BASE_ENDPOINT: served.url },
    stdin: options.password ? new Blob([PASSWORD]) : "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const exit = await child.exited;
  if (exit !== 0) throw new Error(`this command should not have failed, but exited with ${exit}`);
}

let exit = 0;
try {
  console.log(`\`pinner\` is ${binary} here.
The sandbox portal, an account service in memory, listens on ${served.url}.`);
  await step("Create an account", ["register", "-e", EMAIL, "-f", "Ada", "-l", "Lovelace"], {
    password: true,
  });
  const code = portal.emails.at(-1)?.token ?? "";
  await step("Confirm it with the code from the email", ["confirm-email", "-e", EMAIL, "-t", code]);
  await step("Log in: an API key is created and stored", ["auth", "-e", EMAIL], { password: true });
  await step("Does it work?", ["auth", "status"]);
  await step("The same, for a script", ["auth", "status", "--json"]);
  await step("Create a key for a pipeline", ["account", "api-keys", "create", "ci"]);
  await step("Every key of the account", ["account", "api-keys", "list"]);
  await step("Replace the key in use by a new one", ["account", "api-keys", "rotate"]);
  await step("Log out: the key is deleted on the service too", ["auth", "logout"]);
  console.log(`
The demo is over, and nothing of it is left. To type such commands yourself, start a portal that stays, and
paste what it says into another terminal:

  npx -y ${manifest.packageManager} run sandbox`);
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  exit = 1;
} finally {
  await served.close();
  await rm(home, { recursive: true, force: true });
}
process.exit(exit);

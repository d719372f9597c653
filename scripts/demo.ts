/** `bun run demo`: the main job, done by the compiled binary against a sandbox portal of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPortal } from "../tests/portal/portal.ts";
import { servePortal } from "../tests/portal/serve.ts";
import { root } from "./steps.ts";

const EMAIL = "alice@example.com";
const PASSWORD = "correct-horse-battery";

const build = Bun.spawnSync([process.execPath, "scripts/build.ts"], { cwd: root, stderr: "inherit" });
if (build.exitCode !== 0) process.exit(1);

const portal = createPortal();
portal.addAccount({ email: EMAIL, password: PASSWORD, firstName: "Alice" });
const served = await servePortal(portal);
const home = await mkdtemp(join(tmpdir(), "pinner-demo-"));
let failed = false;

/** Runs one command, and shows it as a person would type it. */
async function step(why: string, args: string[], { stdin }: { stdin?: string } = {}): Promise<void> {
  const piped = stdin === undefined ? "" : 'printf %s "$PASSWORD" | ';
  console.log(`\n# ${why}\n$ ${piped}pinner ${args.join(" ")}`);
  const child = Bun.spawn([join(root, "dist", "pinner"), ...args], {
    env: { PATH: process.env["PATH"] ?? "", PINNER_HOME: home, PINNER_BASE_ENDPOINT: served.url },
    stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
    stdout: "inherit",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) failed = true;
}

console.log(`The sandbox portal listens on ${served.url}, for as long as this takes.`);
try {
  await step("Log in: an API key is created and stored", ["auth", "--email", EMAIL], { stdin: PASSWORD });
  await step("Does it work?", ["auth", "status"]);
  await step("The same, for a script", ["auth", "status", "--json"]);
  await step(
    "Log in again under a name, in place of the stored key",
    ["auth", "--email", EMAIL, "--key-name", "laptop", "--force"],
    { stdin: PASSWORD },
  );
  await step("Log out: the key is deleted on the service too", ["auth", "logout"]);
} finally {
  await served.close();
  await rm(home, { recursive: true, force: true });
}
console.log(failed ? "\nThe demo failed." : "\nThe demo is over, and nothing of it is left.");
process.exit(failed ? 1 : 0);

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modules as installed } from "../../tooling/forms.ts";

/** A worker that is served on a port. */
export interface RunningWorker extends AsyncDisposable {
  url: string;
}

/**
 * Serves a worker in Cloudflare's workerd; it may ask what is on this machine, and nothing else.
 * @param modules texts of ES modules, the worker's first; each is imported by its name
 * @param options.date as of which workerd is to behave
 * @param options.variables what the worker finds in `env`
 */
export async function serveInWorkerd(
  modules: Record<string, string>,
  { date, variables = {} }: { date: string; variables?: Record<string, string> },
): Promise<RunningWorker> {
  const directory = await mkdtemp(join(tmpdir(), "pinner-worker-"));
  for (const [name, text] of Object.entries(modules)) await writeFile(join(directory, name), text);
  const embedded = Object.keys(modules).map((name) => `(name = "${name}", esModule = embed "${name}")`);
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
  );
  await writeFile(
    join(directory, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${embedded.join(", ")}],
      bindings = [${bindings.join(", ")}],
      compatibilityDate = "${date}",
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const [workerd = ""] = new Bun.Glob("@cloudflare/workerd-*/bin/workerd").scanSync({ cwd: installed });
  const command = [join(installed, workerd), "serve", "--control-fd=1", "config.capnp"];
  const child = Bun.spawn(command, { cwd: directory, stdout: "pipe", stderr: "pipe" });
  const close = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await rm(directory, { recursive: true });
  };
  const [line = ""] = (await firstChunk(child.stdout)).split("\n");
  if (!line) {
    await close();
    throw new Error(`workerd: ${await new Response(child.stderr).text()}`);
  }
  return { url: `http://127.0.0.1:${JSON.parse(line).port}`, [Symbol.asyncDispose]: close };
}

async function firstChunk(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value);
}

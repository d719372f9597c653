/**
 * `bun run build`: the compiled binary for this machine, the npm form, the sandbox, and the library with its types.
 * `bun run build --all`: also all that a release consists of, in `dist/release`.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { completionScript } from "../src/completion/script.ts";
import { shells } from "../src/completion/shells.ts";
import { compile, packageBuilds, tryOut } from "../tooling/build/compile.ts";
import { declare } from "../tooling/build/declarations.ts";
import { buildRelease } from "../tooling/build/release.ts";
import { allEnded, must, root } from "../tooling/process.ts";

const dist = join(root, "dist");
// Nothing is put in its place before all of it is built and checked.
const unfinished = join(dist, ".unfinished");

async function buildPackage(): Promise<void> {
  const bundle = [process.execPath, "build", "--target=node", "--format=esm", packageBuilds];
  const portable = [process.execPath, "build", "--target=browser", "--format=esm", packageBuilds];
  await allEnded(
    must(...bundle, "src/bin.ts", `--outfile=${join(unfinished, "cli.mjs")}`),
    must(...bundle, "src/sandbox.ts", `--outfile=${join(unfinished, "sandbox.mjs")}`),
    must(...bundle, "src/index.ts", `--outfile=${join(unfinished, "index.mjs")}`),
    // Runtimes of the edge, and browsers, have nothing of Node's.
    must(...portable, "src/testing/index.ts", `--outfile=${join(unfinished, "testing.mjs")}`),
    declare(join(unfinished, "types")),
  );
  const launcher = await readFile(join(root, "src/launcher.mjs"), "utf8");
  const launch = (name: string, program: string) =>
    writeFile(join(unfinished, name), launcher.replace("./cli.mjs", program), { mode: 0o755 });
  await allEnded(launch("pinner.mjs", "./cli.mjs"), launch("pinner-sandbox.mjs", "./sandbox.mjs"));
}

async function build(all: boolean): Promise<void> {
  // Throws where a script of the completion library is no longer the one that is mended.
  for (const shell of shells) completionScript(shell);
  const binary = join(unfinished, process.platform === "win32" ? "pinner.exe" : "pinner");
  await allEnded(compile(binary), buildPackage());
  await allEnded(
    tryOut(binary),
    tryOut("node", join(unfinished, "pinner.mjs")),
    tryOut("node", join(unfinished, "pinner-sandbox.mjs")),
  );
  if (all) await buildRelease(join(unfinished, "release"));
  for (const name of await readdir(unfinished)) await rename(join(unfinished, name), join(dist, name));
  await rm(unfinished, { recursive: true });
}

const options = process.argv.slice(2);
if (options.some((option) => option !== "--all")) {
  console.error("usage: bun run build [--all]");
  process.exit(2);
}
await rm(dist, { recursive: true, force: true });
await mkdir(unfinished, { recursive: true });
try {
  await build(options.includes("--all"));
} catch (error) {
  await rm(dist, { recursive: true, force: true });
  console.error((error as Error).message);
  process.exit(1);
}
for (const name of (await readdir(dist)).sort()) console.log(join(dist, name));

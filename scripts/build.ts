/**
 * `bun run build`: the compiled binary for this machine, the npm form, the sandbox, and the library with its types.
 * `bun run build --all`: also all that a release consists of, in `dist/release`.
 * `bun run build --target linux-x64`: of that only what there is of one target, or of each that is named so.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { completionScript } from "../src/completion/script.ts";
import { shells } from "../src/completion/shells.ts";
import { compile, packageBuilds, tryOut } from "../tooling/build/compile.ts";
import { declare } from "../tooling/build/declarations.ts";
import { bundleLibrary } from "../tooling/build/library.ts";
import { buildRelease } from "../tooling/build/release.ts";
import { type Target, targets } from "../tooling/build/targets.ts";
import { allEnded, must, root } from "../tooling/process.ts";

const dist = join(root, "dist");
// Nothing is put in its place before all of it is built and checked.
const unfinished = join(dist, ".unfinished");

/** Runtimes of the edge, and browsers, have nothing of Node's. */
const portable = [process.execPath, "build", "--target=browser", packageBuilds];

/** A start then loads what its command needs, and none of Node's modules besides. */
const pieces = ["--splitting", "--entry-naming=cli.mjs", "--chunk-naming=cli/[name]-[hash].mjs"];

/** What `require()` gives: Jest's is never of ES modules, nor is that of Node before 20.19 and 22.12. */
async function buildCommonJs(directory: string, types: string): Promise<void> {
  await allEnded(
    bundleLibrary("cjs", join(directory, "index.js")),
    must(...portable, "--format=cjs", "src/testing/index.ts", `--outfile=${join(directory, "testing.js")}`),
  );
  // Of what kind modules and their declarations are, the nearest such file says.
  await writeFile(join(directory, "package.json"), '{ "type": "commonjs" }\n');
  await cp(types, join(directory, "types"), { recursive: true });
}

async function buildPackage(): Promise<void> {
  const bundle = [process.execPath, "build", "--target=node", "--format=esm", packageBuilds];
  const types = join(unfinished, "types");
  await allEnded(
    must(...bundle, ...pieces, "src/bin.ts", `--outdir=${unfinished}`),
    must(...bundle, "src/sandbox.ts", `--outfile=${join(unfinished, "sandbox.mjs")}`),
    bundleLibrary("esm", join(unfinished, "index.mjs")),
    must(...portable, "--format=esm", "src/testing/index.ts", `--outfile=${join(unfinished, "testing.mjs")}`),
    declare(types),
  );
  await buildCommonJs(join(unfinished, "cjs"), types);
  const launcher = await readFile(join(root, "src/launcher.mjs"), "utf8");
  const launch = (name: string, program: string) =>
    writeFile(join(unfinished, name), launcher.replace("./cli.mjs", program), { mode: 0o755 });
  await allEnded(launch("pinner.mjs", "./cli.mjs"), launch("pinner-sandbox.mjs", "./sandbox.mjs"));
}

async function build(wanted: Target[]): Promise<void> {
  // Throws where a script of the completion library is no longer the one that is mended.
  for (const shell of shells) completionScript(shell);
  const binary = join(unfinished, process.platform === "win32" ? "pinner.exe" : "pinner");
  await allEnded(compile(binary), buildPackage());
  await allEnded(
    tryOut(binary),
    tryOut("node", join(unfinished, "pinner.mjs")),
    tryOut("node", join(unfinished, "pinner-sandbox.mjs")),
  );
  if (wanted.length > 0) await buildRelease(join(unfinished, "release"), unfinished, wanted);
  for (const name of await readdir(unfinished)) await rename(join(unfinished, name), join(dist, name));
  await rm(unfinished, { recursive: true });
}

/** @returns the targets that are to be released; nothing where the arguments are wrong */
function parse(args: string[]): Target[] | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { all: { type: "boolean" }, target: { type: "string", multiple: true, default: [] } },
    });
    const wanted = targets.filter((target) => values.target.includes(target));
    if (wanted.length !== values.target.length) return undefined;
    return values.all ? [...targets] : wanted;
  } catch {
    return undefined;
  }
}

const wanted = parse(process.argv.slice(2));
if (!wanted) {
  console.error("usage: bun run build [--all | --target TARGET …]");
  process.exit(2);
}
await rm(dist, { recursive: true, force: true });
await mkdir(unfinished, { recursive: true });
try {
  await build(wanted);
} catch (error) {
  await rm(dist, { recursive: true, force: true });
  console.error((error as Error).message);
  process.exit(1);
}
for (const name of (await readdir(dist)).sort()) console.log(join(dist, name));

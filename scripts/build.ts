/** `bun run build`: the compiled binary for this machine, the npm form, and the library with its types. */
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };

const root = join(import.meta.dir, "..");
const dist = join(root, "dist");

/** Runs a program and gives its stdout. A failure ends the build: what it leaves behind must not be used. */
async function run(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { cwd: root, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exit === 0) return stdout;
  throw new Error(`${command.join(" ")} exited with ${exit}\n${stdout}${stderr}`);
}

async function buildBinary(outfile: string): Promise<void> {
  // `esm` because consola uses `import.meta`: without it the binary builds and dies at its start.
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm"];
  await run(process.execPath, "build", ...flags, "src/bin.ts", `--outfile=${outfile}`);
}

async function buildPackage(): Promise<void> {
  const bundle = [process.execPath, "build", "--target=node", "--format=esm"];
  await Promise.all([
    run(...bundle, "src/bin.ts", `--outfile=${join(dist, "pinner.mjs")}`),
    run(...bundle, "src/index.ts", `--outfile=${join(dist, "index.mjs")}`),
    run(join(root, "node_modules/.bin/tsc"), "-p", "tsconfig.types.json"),
  ]);
  await chmod(join(dist, "pinner.mjs"), 0o755);
}

async function check(...command: string[]): Promise<void> {
  const version = (await run(...command, "--version")).trim();
  if (version !== manifest.version)
    throw new Error(`${command.join(" ")} says ${version}, not ${manifest.version}`);
}

await rm(dist, { recursive: true, force: true });
const binary = join(dist, process.platform === "win32" ? "pinner.exe" : "pinner");
await Promise.all([buildBinary(binary), buildPackage()]);
await Promise.all([check(binary), check("node", join(dist, "pinner.mjs"))]);
console.log(`${binary}\n${join(dist, "pinner.mjs")}\n${join(dist, "index.mjs")}`);

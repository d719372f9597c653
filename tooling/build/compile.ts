import manifest from "../../package.json" with { type: "json" };
import { must } from "../process.ts";

/** For whatever is bundled: which of a package's builds is taken. */
export const packageBuilds = "--tsconfig-override=tsconfig.build.json";

/** How `bun build` makes an executable; the Dockerfile says the same. */
export const flags = [
  "--compile",
  "--minify",
  "--bytecode",
  // Functions further inside others are few, and compiled when they run: a fifth of a megabyte less.
  "--bytecode-depth=2",
  // A command is over before compiling to machine code has paid for itself.
  "--compile-jit-policy=8",
  // What only other runtimes run is left out, and with it Node's HTTP.
  "--define=process.versions.bun=true",
  // A start then loads the chunks that it needs, not all that every command needs.
  "--splitting",
  // consola uses `import.meta`: in any other format the binary builds and dies at its start.
  "--format=esm",
  // Otherwise a stranger's `.env` or `bunfig.toml` in the current directory sets variables and runs code.
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
  packageBuilds,
];

/**
 * Compiles the executable, for this machine unless told otherwise.
 * @param more further flags of `bun build`
 */
export async function compile(outfile: string, ...more: string[]): Promise<void> {
  await must(process.execPath, "build", ...flags, ...more, "src/bin.ts", `--outfile=${outfile}`);
}

/** Runs what was built: a build that says it succeeded may still have made something that cannot start. */
export async function tryOut(...command: string[]): Promise<void> {
  const version = (await must(...command, "--version")).trim();
  if (version !== manifest.version)
    throw new Error(`${command.join(" ")} says ${version}, not ${manifest.version}`);
}

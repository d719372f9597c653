import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Check, note } from "./_check.ts";

const onWindows = process.platform === "win32";
const names = onWindows ? ["pinner.exe", "pinner.cmd"] : ["pinner"];

/** Tells of another program that `pinner` is in a shell, as the Go command line or an older installation may be. */
export async function noteOther(): Promise<Check[]> {
  const own = await ownPath();
  // Deno would ask its user for leave to look at each directory.
  if (own === undefined || process.versions["deno"]) return [];
  for (const directory of (process.env["PATH"] ?? "").split(delimiter))
    for (const name of names) {
      const path = join(directory || ".", name);
      if (!(await isProgram(path))) continue;
      if ((await realpath(path)) === own) return [];
      return [
        note("path", `${path} comes first on PATH: \`pinner\` is that program, and not this one, ${own}`),
      ];
    }
  return [];
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    async () => (await stat(path)).isFile(),
    () => false,
  );

/** The executable, or the script of the npm package; on Windows npm starts that by a script of its own. */
async function ownPath(): Promise<string | undefined> {
  const [, script = ""] = process.argv;
  const compiled = /^(\/\$bunfs|[A-Z]:[\\/]~BUN)[\\/]/.test(script);
  if (onWindows && !compiled) return undefined;
  return realpath(compiled ? process.execPath : script).catch(() => undefined);
}

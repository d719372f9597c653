import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepPackages } from "./kept-packages.ts";

const VERSION = "4.60.0";

/** What runs a `.gitlab-ci.yml` here, with the machine's own shell instead of an image. @returns how it is started */
export async function findGitlab(): Promise<string[]> {
  const spec = `gitlab-ci-local@${VERSION}`;
  const directory = await keepPackages(`gitlab-ci-local/${VERSION}`, [spec], { furnish: layExpressions });
  const program = join(directory, "node_modules/gitlab-ci-local/src/index.js");
  return ["node", program, "--force-shell-executor", "--no-color"];
}

/**
 * It brings a library of regular expressions that is compiled when it is installed, or downloaded from elsewhere than the
 * registry; those of JavaScript itself do for what it matches here.
 */
async function layExpressions(directory: string): Promise<object> {
  const library = join(directory, "expressions");
  await mkdir(library);
  await writeFile(join(library, "package.json"), '{"name": "re2", "version": "1.24.0", "main": "index.js"}');
  await writeFile(join(library, "index.js"), "module.exports = RegExp;\n");
  return { overrides: { re2: "file:./expressions" } };
}

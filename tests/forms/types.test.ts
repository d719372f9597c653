import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureBuilt } from "../../tooling/binary.ts";
import { installPackage, modules } from "../../tooling/forms.ts";
import { keepPackages } from "../../tooling/kept-packages.ts";
import { run } from "../../tooling/process.ts";
import { findTypescript, typescripts } from "../../tooling/typescripts.ts";
import { sources } from "./type-users.ts";

await ensureBuilt();

/** `moduleResolution`, and the `module` that goes with it. */
const resolutions = { node10: "commonjs", node16: "node16", nodenext: "nodenext", bundler: "esnext" };
const libraries = { dom: ["es2022", "dom"], bare: ["es2022"] };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "pinner-types-"));
  // Below the repository, its own packages would be found: those of msw are others' declarations.
  await cp(await installPackage("types"), directory, { recursive: true });
}, 60_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

type Programs = Record<string, { files: (keyof typeof sources)[]; options: object }>;

/**
 * Checks programs in one go, the library's declarations included.
 * @returns what is wrong, as `program/file TS1234`
 */
async function check(version: string, programs: Programs): Promise<string[]> {
  const workplace = join(directory, version);
  await rm(workplace, { recursive: true, force: true });
  for (const [name, { files, options }] of Object.entries(programs)) {
    await mkdir(join(workplace, name), { recursive: true });
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: "es2022",
      types: [],
      noEmit: true,
      skipDefaultLibCheck: true,
      ...options,
    };
    await writeFile(join(workplace, name, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    for (const file of files) await writeFile(join(workplace, name, file), sources[file]);
  }
  // One process for all: they share what they read.
  const compiler = [...(await findTypescript(version)), "--build", ...Object.keys(programs)];
  const { exit, stdout, stderr } = await run(compiler, { cwd: workplace });
  const wrong = stdout.split("\n").filter((line) => / error TS\d+: /.test(line));
  expect({ failed: exit !== 0, stderr }).toEqual({ failed: wrong.length > 0, stderr: "" });
  return wrong.map((line) => line.replace(/\(.*error (TS\d+): .*/, " $1"));
}

test.each(typescripts)(
  "its types hold under TypeScript %s",
  async (version) => {
    const programs: Programs = {};
    for (const [moduleResolution, module] of Object.entries(resolutions)) {
      const isLeaving = moduleResolution === "node10" && version >= "6";
      if (isLeaving && version >= "7") continue;
      for (const [library, lib] of Object.entries(libraries)) {
        const name = `${moduleResolution}-${library}`;
        const options = {
          module,
          moduleResolution,
          lib,
          ...(isLeaving ? { ignoreDeprecations: "6.0" } : {}),
        };
        programs[name] = { options, files: ["module.mts", "required.cts", "imported.cts", "typed.cts"] };
      }
    }
    expect(await check(version, programs)).toEqual([]);
  },
  60_000,
);

test("without lib DOM they are those of the program's runtime", async () => {
  const workers = await keepPackages("workers-types", ["@cloudflare/workers-types@5.20261117.1"]);
  const types = [
    join(modules, "@types/node"),
    join(modules, "bun-types"),
    join(workers, "node_modules/@cloudflare/workers-types"),
  ];
  const programs: Programs = {};
  for (const path of types) {
    // What is not ours may be wrong.
    const options = { module: "nodenext", lib: ["es2024"], types: [path], skipLibCheck: true };
    programs[basename(path)] = { options, files: ["runtime.mts"] };
  }
  expect(await check(manifest.devDependencies.typescript, programs)).toEqual([]);
}, 60_000);

import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import manifest from "../../package.json" with { type: "json" };
import { run } from "../../tooling/process.ts";

const root = join(import.meta.dir, "../..");
const deno = join(root, "node_modules/.bin/deno");

/** As the release workflow does. */
const setVersion = ["--set-version", manifest.version];

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "pinner-deno-"));
  return () => rm(home, { recursive: true, force: true });
});

const runDeno = (args: string[], env: Record<string, string> = {}) =>
  run([deno, ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, NO_COLOR: "1", ...env },
  });

describe("the package on JSR", () => {
  test("has the licence of the one on npm, and is told its version when it is published", () => {
    expect(config.license).toBe(manifest.license);
    expect(config).not.toHaveProperty("version");
  });

  test("passes the dry run, slow types included, and holds the library and what tests with it", async () => {
    const { exit, stderr } = await runDeno(["publish", "--dry-run", "--allow-dirty", ...setVersion]);
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(stderr).not.toMatch(/^(warning|error)/im);
    const files = [...stderr.matchAll(/file:\/\/(\S+) \(/g)].map(([, path = ""]) =>
      path.slice(root.length + 1),
    );
    expect(files).toContain("src/index.ts");
    expect(files).toContain("LICENSE");
    expect(
      files.filter((path) => !/^(src\/((sdk|testing)\/.*|index)\.ts|[A-Z]+(\.md)?|deno\.json)$/.test(path)),
    ).toEqual([]);
  }, 60_000);

  test("documents every symbol, and exports every type that they speak of", async () => {
    const { exit, stderr } = await runDeno(["doc", "--lint", "src/index.ts"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining("Checked 1 file") });
  }, 60_000);

  test("asks for the dependencies of package.json, in exactly those versions", async () => {
    let upload = new Uint8Array();
    const registry = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        if (request.method === "POST") {
          upload = await request.bytes();
          return Response.json({ id: "1", status: "success", error: null, warnings: [] });
        }
        const known = new URL(request.url).pathname.endsWith("/packages/pinner");
        return Response.json(
          known ? { scope: "pinner", name: "pinner" } : { code: "notFound", message: "" },
          {
            status: known ? 200 : 404,
          },
        );
      },
    });
    const args = ["publish", "--allow-dirty", "--no-provenance", "--token", "none", ...setVersion];
    const { exit, stderr } = await runDeno(args, { JSR_URL: registry.url.href });
    await registry.stop(true);
    expect({ exit, stderr }).toMatchObject({ exit: 0 });

    const archive = join(home, "upload.tar.gz");
    await writeFile(archive, upload);
    const { stdout } = await run(["tar", "-xzOf", archive, "--wildcards", "*.ts"]);
    // A part of a package is asked for behind its version.
    const imported = [...stdout.matchAll(/from "(npm:[^"@]+@[^"/]+)[^"]*"/g)].map(
      ([, specifier]) => specifier,
    );
    const asked = ["hono", "jose", "msw", "ofetch", "otpauth", "valibot"] as const;
    expect([...new Set(imported)].sort()).toEqual(
      asked.map((name) => `npm:${name}@${manifest.devDependencies[name]}`),
    );
    const code = stdout.replace(/^ \*.*$/gm, "");
    expect([...code.matchAll(/from "(?!npm:|\.)[^"]*"/g)].map(([found]) => found)).toEqual([]);
  }, 60_000);
});

test("the sources run on Deno, and leave no lock file", async () => {
  expect(await runDeno(["run", "--no-prompt", "src/bin.ts", "--version"])).toEqual({
    exit: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
  expect(await Bun.file(join(root, "deno.lock")).exists()).toBe(false);
});

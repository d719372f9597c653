import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { ensureReleased, release } from "../../tooling/binary.ts";
import { createSbom, type Metafile } from "../../tooling/build/sbom.ts";

const root = join(import.meta.dir, "../..");

interface Component {
  type: string;
  name: string;
  version: string;
  purl: string;
  licenses: { license?: { id: string }; expression?: string }[];
}

interface Sbom {
  bomFormat: string;
  specVersion: string;
  metadata: { timestamp: string; component: Component };
  components: Component[];
}

const read = (): Promise<Sbom> => Bun.file(join(release, "pinner.cdx.json")).json();

await ensureReleased();

describe("the bill of materials", () => {
  test("describes this version in CycloneDX", async () => {
    const { bomFormat, specVersion, metadata } = await read();
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: "CycloneDX", specVersion: "1.6" });
    expect(metadata.component).toMatchObject({
      type: "application",
      name: manifest.name,
      version: manifest.version,
      licenses: [{ license: { id: "MIT" } }],
      purl: `pkg:npm/pinner@${manifest.version}`,
    });
  });

  test("lists every package of which the binary has code, the runtime, and nothing else", async () => {
    // Found in another way than the build finds it: by the sources that a source map names.
    const { outputs } = await Bun.build({
      entrypoints: [join(root, "src/bin.ts")],
      target: "bun",
      format: "esm",
      minify: true,
      sourcemap: "external",
      tsconfig: join(root, "tsconfig.build.json"),
    });
    const map = outputs.find(({ kind }) => kind === "sourcemap");
    const sources: string[] = JSON.parse((await map?.text()) ?? "{}").sources;
    const names = sources.flatMap((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(20);

    const { components } = await read();
    const listed = components.filter(({ type }) => type === "library").map(({ name }) => name);
    expect(listed).toEqual([...new Set(names)].sort());
    expect(components.filter(({ type }) => type === "platform")).toMatchObject([
      { name: "bun", version: manifest.packageManager.replace("bun@", "") },
    ]);
    expect(components).toHaveLength(listed.length + 1);
  });

  test("gives each package the version, licence and address of what is installed", async () => {
    for (const { name, type, version, purl, licenses } of (await read()).components) {
      if (type === "platform") continue;
      const installed = await Bun.file(join(root, "node_modules", name, "package.json")).json();
      expect({ name, version }).toEqual({ name, version: installed.version });
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
      expect(licenses).toEqual([{ license: { id: installed.license } }]);
    }
  });

  test("has no entry for a package whose code was all left out", async () => {
    const inputs = {
      "src/bin.ts": { bytesInOutput: 10 },
      "node_modules/ofetch/dist/index.mjs": { bytesInOutput: 10 },
      "node_modules/yaml/dist/index.js": { bytesInOutput: 0 },
    };
    const metafile: Metafile = { outputs: { "./pinner": { inputs } } };
    const { components }: Sbom = JSON.parse(await createSbom([metafile, metafile]));
    expect(components.map(({ name }) => name)).toEqual(["ofetch", "bun"]);
  });
});

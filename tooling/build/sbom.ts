import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../process.ts";
import { sourceDate } from "./archive.ts";

/** The part of a bundler's metafile that tells what is in its output. */
export interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

interface Package {
  name: string;
  version: string;
  license: string;
  description?: string;
}

/** The directories of the packages of which any code is in these bundles. */
function bundledPackages(metafiles: Metafile[]): string[] {
  const directories = new Set<string>();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const directory = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
        if (directory && bytesInOutput > 0) directories.add(directory);
      }
    }
  }
  return [...directories].sort();
}

/** Says in CycloneDX what the executables consist of: ourselves, the bundled packages, the runtime. */
export async function createSbom(metafiles: Metafile[]): Promise<string> {
  const packages = await Promise.all(bundledPackages(metafiles).map(readPackage));
  // What builds a binary is what it runs on.
  const runtime = { name: "bun", version: Bun.version, license: "MIT" };
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: new Date(sourceDate * 1000).toISOString(),
      component: describe(manifest, "application"),
    },
    components: [...packages.map((found) => describe(found, "library")), describe(runtime, "platform")],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

async function readPackage(directory: string): Promise<Package> {
  const found: Partial<Package> = await Bun.file(join(root, directory, "package.json")).json();
  const { name, version, license } = found;
  if (!name || !version || !license) throw new Error(`${directory}: no name, version or licence`);
  return { ...found, name, version, license };
}

function describe({ name, version, license, description }: Package, type: string): object {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    type,
    "bom-ref": purl,
    name,
    version,
    ...(description ? { description } : {}),
    // What is not a plain SPDX identifier is an expression of several.
    licenses: [/^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
    purl,
  };
}

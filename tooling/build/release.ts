import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { allEnded, root } from "../process.ts";
import { type Entry, tarGz, zip } from "./archive.ts";
import { compile, tryOut } from "./compile.ts";
import { isExecutableFor } from "./executable.ts";
import { isSigned, sign } from "./mach-o.ts";
import { createSbom, type Metafile } from "./sbom.ts";

export const targets = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "windows-x64",
  "windows-arm64",
] as const;

export type Target = (typeof targets)[number];

const isWindows = (target: Target): boolean => target.startsWith("windows");
export const binaryName = (target: Target): string => `pinner-${target}${isWindows(target) ? ".exe" : ""}`;
export const archiveName = (target: Target): string =>
  `pinner-${target}${isWindows(target) ? ".zip" : ".tar.gz"}`;

/** Builds every binary and archive, the software bill of materials and the checksums into a directory. */
export async function buildRelease(directory: string): Promise<void> {
  const { packageManager } = manifest;
  if (`bun@${Bun.version}` !== packageManager)
    throw new Error(`a release is built with ${packageManager}, not bun@${Bun.version}`);
  await mkdir(directory, { recursive: true });

  const metafiles: Metafile[] = [];
  const waiting = [...targets];
  const work = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      metafiles.push(await buildBinary(target, directory));
      await buildArchive(target, directory);
    }
  };
  await allEnded(...Array.from({ length: availableParallelism() }, work));

  const sbom = "pinner.cdx.json";
  await writeFile(join(directory, sbom), await createSbom(metafiles));
  const sums = await Promise.all([...targets.map(archiveName), sbom].sort().map(checksum));
  await writeFile(join(directory, "SHA256SUMS"), sums.join(""));

  /** A line as sha256sum writes it. */
  async function checksum(name: string): Promise<string> {
    const hash = Bun.SHA256.hash(await readFile(join(directory, name)), "hex");
    return `${hash}  ${name}\n`;
  }
}

/** @returns what is in it */
async function buildBinary(target: Target, directory: string): Promise<Metafile> {
  const binary = join(directory, binaryName(target));
  const metafile = join(directory, `${target}.json`);
  await compile(binary, `--target=bun-${target}`, `--metafile=${metafile}`);
  let file: Buffer = await readFile(binary);
  // Bun leaves the signature of its own executable on that for Intel Macs, where it no longer fits.
  if (target.startsWith("darwin") && !isSigned(file)) {
    file = sign(file, "pinner");
    await writeFile(binary, file);
  }
  if (!isExecutableFor(target, file)) throw new Error(`${binary} is not an executable for ${target}`);
  if (target === `${process.platform}-${process.arch}`) await tryOut(binary);
  const content: Metafile = JSON.parse(await readFile(metafile, "utf8"));
  await rm(metafile);
  return content;
}

async function buildArchive(target: Target, directory: string): Promise<void> {
  const read = async (path: string): Promise<Entry> => ({ name: basename(path), data: await readFile(path) });
  const entries = await Promise.all([
    read(join(directory, binaryName(target))),
    read(join(root, "LICENSE")),
    read(join(root, "README.md")),
  ]);
  const [binary] = entries;
  binary.name = isWindows(target) ? "pinner.exe" : "pinner";
  binary.executable = true;
  const archive = isWindows(target) ? zip(entries) : await tarGz(entries);
  await writeFile(join(directory, archiveName(target)), archive);
}

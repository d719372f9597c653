import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { allEnded, root } from "../process.ts";
import { type Entry, gzipped, gzippedAround, tar, zip } from "./archive.ts";
import { compile, tryOut } from "./compile.ts";
import { deb } from "./deb.ts";
import { isExecutableFor } from "./executable.ts";
import { isSigned, sign } from "./mach-o.ts";
import { packageManifests } from "./manifests.ts";
import { npmTarball, tarballName } from "./npm.ts";
import { isPackaged, packageName } from "./package.ts";
import { rpm } from "./rpm.ts";
import { createSbom, type Metafile } from "./sbom.ts";
import { archiveName, binaryName, host, isWindows, type Target, targets } from "./targets.ts";

const sbomName = "pinner.cdx.json";
const installers = ["install.sh", "install.ps1"];

/** What a release publishes of some targets, and of none in particular; sorted. */
const artefacts = (wanted: readonly Target[]): string[] =>
  [
    ...wanted.map(archiveName),
    ...wanted
      .filter(isPackaged)
      .flatMap((target) => [packageName(target, "deb"), packageName(target, "rpm")]),
    ...installers,
    sbomName,
    tarballName,
  ].sort();

/**
 * Builds what a release consists of into a directory, with the checksums of it all.
 * @param built where the files of the npm package are
 * @param wanted only what there is of these targets. The manifests of other package managers name several, and are made
 * only where all are wanted
 */
export async function buildRelease(
  directory: string,
  built: string,
  wanted: readonly Target[] = targets,
): Promise<void> {
  const { packageManager } = manifest;
  if (`bun@${Bun.version}` !== packageManager)
    throw new Error(`a release is built with ${packageManager}, not bun@${Bun.version}`);
  await mkdir(directory, { recursive: true });

  const metafiles: Metafile[] = [];
  const waiting = [...wanted];
  const work = async () => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const { program, metafile } = await buildBinary(target, directory);
      metafiles.push(metafile);
      await pack(target, program, directory);
    }
  };
  await allEnded(...Array.from({ length: availableParallelism() }, work));

  const put = (name: string, content: string | Uint8Array) => writeFile(join(directory, name), content);
  await put(sbomName, await createSbom(metafiles));
  await put(tarballName, await npmTarball(built));
  for (const name of installers) await copyFile(join(root, name), join(directory, name));
  const sums = (await Promise.all(artefacts(wanted).map(checksum))).join("");
  await put("SHA256SUMS", sums);
  if (wanted.length < targets.length) return;
  for (const [name, text] of Object.entries(packageManifests(sums))) await put(name, text);

  /** A line as sha256sum writes it. */
  async function checksum(name: string): Promise<string> {
    const hash = Bun.SHA256.hash(await readFile(join(directory, name)), "hex");
    return `${hash}  ${name}\n`;
  }
}

/** @returns the binary, and what is in it */
async function buildBinary(
  target: Target,
  directory: string,
): Promise<{ program: Buffer; metafile: Metafile }> {
  const binary = join(directory, binaryName(target));
  const metafile = join(directory, `${target}.json`);
  await compile(binary, `--target=bun-${target}`, `--metafile=${metafile}`);
  let program: Buffer = await readFile(binary);
  // Bun leaves the signature of its own executable on that for Intel Macs, where it no longer fits.
  if (target.startsWith("darwin") && !isSigned(program)) {
    program = sign(program, "pinner");
    await writeFile(binary, program);
  }
  if (!isExecutableFor(target, program)) throw new Error(`${binary} is not an executable for ${target}`);
  if (target === host) await tryOut(binary);
  const content: Metafile = JSON.parse(await readFile(metafile, "utf8"));
  await rm(metafile);
  return { program, metafile: content };
}

/** Writes the archive, and the packages where there are any. */
async function pack(target: Target, program: Buffer, directory: string): Promise<void> {
  const put = (name: string, content: Uint8Array) => writeFile(join(directory, name), content);
  const read = async (path: string): Promise<Entry> => ({ name: basename(path), data: await readFile(path) });
  const entries: Entry[] = [
    { name: isWindows(target) ? "pinner.exe" : "pinner", data: program, executable: true },
    await read(join(root, "LICENSE")),
    await read(join(root, "README.md")),
  ];
  if (isWindows(target)) {
    await put(archiveName(target), zip(entries));
    return;
  }
  // The slowest step of a build: what was compressed goes into the archive and both packages.
  const compressed = await gzipped(program);
  await put(archiveName(target), await gzippedAround(tar(entries), program, compressed));
  if (!isPackaged(target)) return;
  await put(packageName(target, "deb"), await deb(target, program, compressed));
  await put(packageName(target, "rpm"), await rpm(target, program, compressed));
}

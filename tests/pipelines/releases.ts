import { readFile } from "node:fs/promises";
import manifest from "../../package.json" with { type: "json" };
import { binary } from "../../tooling/binary.ts";
import { tarGz, zip } from "../../tooling/build/archive.ts";
import { root } from "../../tooling/process.ts";
import { type FileServer, serveFiles } from "../release/file-server.ts";

const isWindows = process.platform === "win32";
const system = isWindows ? "windows" : process.platform;

/** The archive of a release that is for the machine that runs the tests. */
export const archive = `pinner-${system}-${process.arch}${isWindows ? ".zip" : ".tar.gz"}`;
export const folder = `/download/v${manifest.version}`;

const program = isWindows ? "pinner.exe" : "pinner";
const packed = (data: Uint8Array): Promise<Uint8Array> | Uint8Array => {
  const entry = { name: program, data, executable: true };
  return isWindows ? zip([entry]) : tarGz([entry]);
};

/** A server with the release of this version, of the binary that the tests are run with and for this machine alone. */
export const serveRelease = async (): Promise<FileServer> => serve(await readFile(binary));

/** The same with a script that starts that binary: a hundredth of its size, where a script can be a program. */
export const serveSmallRelease = async (): Promise<FileServer> =>
  serve(isWindows ? await readFile(binary) : Buffer.from(`#!/bin/sh\nexec '${binary}' "$@"\n`));

async function serve(data: Uint8Array): Promise<FileServer> {
  const server = await serveFiles();
  publish(server, await packed(data));
  server.files.set(`${folder}/install.sh`, await readFile(`${root}/install.sh`));
  return server;
}

/** Puts an archive on the server, and its checksum. */
export function publish(server: FileServer, content: Uint8Array): void {
  server.files.set(`${folder}/${archive}`, content);
  server.files.set(`${folder}/SHA256SUMS`, `${Bun.SHA256.hash(content, "hex")}  ${archive}\n`);
}

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";

export interface Entry {
  name: string;
  data: Uint8Array;
  executable?: boolean;
}

/** When everything in an archive was made, in seconds: the same input makes the same archive, to the byte. */
export const sourceDate: number = Number(process.env["SOURCE_DATE_EPOCH"] ?? Date.UTC(1980, 0, 1) / 1000);

const gzipAsync = promisify(gzip);
const mode = (entry: Entry): number => (entry.executable ? 0o755 : 0o644);

/** A gzipped tar of the POSIX format "ustar", whose files are root's. */
export async function tarGz(entries: Entry[]): Promise<Uint8Array> {
  const owner = { uid: 0, gid: 0, mtime: sourceDate * 1000 };
  const tar = createTar(
    entries.map((entry) => ({
      name: entry.name,
      data: entry.data,
      attrs: { ...owner, mode: mode(entry).toString(8) },
    })),
  );
  // An archive ends with two empty blocks, which nanotar leaves out where its files fill the last 10 kB.
  return gzipAsync(Buffer.concat([tar, Buffer.alloc(2 * 512)]));
}

export function zip(entries: Entry[]): Uint8Array {
  const date = new Date(sourceDate * 1000);
  // A zip holds local time: whoever builds it, it is the same.
  const mtime = new Date(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  );
  const UNIX = 3;
  return zipSync(
    Object.fromEntries(
      entries.map((entry) => [
        entry.name,
        [entry.data, { mtime, os: UNIX, attrs: (0o100000 | mode(entry)) << 16 }] as const,
      ]),
    ) as Parameters<typeof zipSync>[0],
  );
}

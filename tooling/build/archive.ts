import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";
import manifest from "../../package.json" with { type: "json" };
import { releaseDate } from "./changelog.ts";

export interface Entry {
  name: string;
  /** A directory has none. */
  data?: Uint8Array;
  executable?: boolean;
}

const day = releaseDate(manifest.version);

/**
 * When everything in an archive was made, in seconds: the same input makes the same archive, to the byte. It is the day
 * of the release by CHANGELOG.md; before there is one, 1980, in which the calendar of zip archives begins.
 */
export const sourceDate: number = Number(
  process.env["SOURCE_DATE_EPOCH"] ?? (day ? Date.parse(day) : Date.UTC(1980, 0, 1)) / 1000,
);

const gzipAsync = promisify(gzip);
export const mode = (entry: Entry): number => (entry.executable ? 0o755 : 0o644);

/** The same bytes on every system. */
export async function gzipped(bytes: Uint8Array, level?: number): Promise<Buffer> {
  const result = await gzipAsync(bytes, level === undefined ? {} : { level });
  // In its header stands which system it was made on: this one says Unix.
  result[9] = 3;
  return result;
}

/**
 * What was compressed once need not be again: the parts of a gzip file may stand one after the other (RFC 1952, 2.2).
 * @param part a part of `whole`
 * @param compressed the same, as `gzipped` made it
 */
export async function gzippedAround(whole: Buffer, part: Buffer, compressed: Buffer): Promise<Buffer> {
  const at = whole.indexOf(part);
  const rest = await gzipped(whole.subarray(at + part.length));
  return Buffer.concat([await gzipped(whole.subarray(0, at)), compressed, rest]);
}

/** A tar of the POSIX format "ustar", whose files are root's. */
export function tar(entries: Entry[]): Buffer {
  const owner = { uid: 0, gid: 0, mtime: sourceDate * 1000 };
  const content = createTar(
    entries.map((entry) =>
      entry.data
        ? { name: entry.name, data: entry.data, attrs: { ...owner, mode: mode(entry).toString(8) } }
        : { name: entry.name, attrs: { ...owner, mode: "755" } },
    ),
  );
  // An archive ends with two empty blocks, which nanotar leaves out where its files fill the last 10 kB.
  return Buffer.concat([content, Buffer.alloc(2 * 512)]);
}

export const tarGz = (entries: Entry[]): Promise<Buffer> => gzipped(tar(entries));

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
        [entry.data ?? Buffer.alloc(0), { mtime, os: UNIX, attrs: (0o100000 | mode(entry)) << 16 }] as const,
      ]),
    ) as Parameters<typeof zipSync>[0],
  );
}

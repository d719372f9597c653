import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { zipSync } from "fflate";

export interface Entry {
  name: string;
  data: Uint8Array;
  executable?: boolean;
}

/** When everything in an archive was made, in seconds: the same input makes the same archive, to the byte. */
export const sourceDate: number = Number(process.env["SOURCE_DATE_EPOCH"] ?? Date.UTC(1980, 0, 1) / 1000);

const gzipAsync = promisify(gzip);
const mode = (entry: Entry): number => (entry.executable ? 0o755 : 0o644);

export async function tarGz(entries: Entry[]): Promise<Uint8Array> {
  const padding = (size: number) => Buffer.alloc(-size & 511);
  const blocks = entries.flatMap((entry) => [tarHeader(entry), entry.data, padding(entry.data.length)]);
  return gzipAsync(Buffer.concat([...blocks, Buffer.alloc(2 * 512)]));
}

/** A header of the POSIX format "ustar", for a file of root's. */
function tarHeader(entry: Entry): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  header.write(entry.name, 0, 100);
  octal(mode(entry), 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(entry.data.length, 124, 11);
  octal(sourceDate, 136, 11);
  header.write("0", 156, "latin1");
  header.write("ustar\u000000", 257, "latin1");
  header.fill(" ", 148, 156);
  octal(
    header.reduce((sum, byte) => sum + byte),
    148,
    6,
  );
  header[154] = 0;
  return header;
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

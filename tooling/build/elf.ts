/** ELF, the executables of Linux: the little that a build wants to know of one (64 bits, little-endian). */

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_STRTAB = 5;
const DT_STRSZ = 10;

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

const isElf = (file: Buffer): boolean => file.length > 64 && file.readUInt32BE(0) === 0x7f454c46;
const number = (file: Buffer, at: number): number => Number(file.readBigUInt64LE(at));

function segments(file: Buffer): Segment[] {
  const [start, size, count] = [number(file, 32), file.readUInt16LE(54), file.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: file.readUInt32LE(at),
      offset: number(file, at + 8),
      address: number(file, at + 16),
      size: number(file, at + 32),
    };
  });
}

/** What it was compiled for and what starts it; nothing where it is no ELF file. */
export function elfTarget(file: Buffer): { machine: number; loader: string } | undefined {
  if (!isElf(file)) return undefined;
  const found = segments(file).find(({ type }) => type === PT_INTERP);
  // Without the zero at its end.
  const loader = found ? file.toString("latin1", found.offset, found.offset + found.size - 1) : "";
  return { machine: file.readUInt16LE(18), loader };
}

/**
 * The oldest glibc that an executable starts with, such as `2.17`: the newest version of a symbol that it asks for.
 * @throws when it asks for none
 */
export function glibcNeededBy(file: Buffer): string {
  const minor = dynamicStrings(file)
    .flatMap((text) => /^GLIBC_2\.(\d+)/.exec(text)?.[1] ?? [])
    .map(Number);
  if (minor.length === 0) throw new Error("the executable is not linked with glibc");
  return `2.${Math.max(...minor)}`;
}

/** The names that the dynamic linker reads: of libraries, symbols and their versions. */
function dynamicStrings(file: Buffer): string[] {
  const all = segments(file);
  const dynamic = all.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return [];
  const entries = new Map<number, number>();
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16)
    entries.set(number(file, at), number(file, at + 8));
  const [table = 0, size = 0] = [entries.get(DT_STRTAB), entries.get(DT_STRSZ)];
  const loaded = all.find(
    ({ type, address, size }) => type === PT_LOAD && address <= table && table < address + size,
  );
  if (!loaded) return [];
  const offset = table - loaded.address + loaded.offset;
  return file.toString("latin1", offset, offset + size).split("\0");
}

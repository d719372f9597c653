/** Mach-O, the executables of macOS: the little that it takes to sign them anywhere, without an identity. */

const MAGIC = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const CODE_DIRECTORY_VERSION = 0x20400;
const ADHOC_LINKER_SIGNED = 0x20002;
const MAIN_BINARY = 1n;
const SHA256 = 2;
const HASH_SIZE = 32;
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const SEGMENT_PAGE = 0x4000;
/** Size of a super blob that holds one blob, and of a code directory of this version. */
const SUPER_BLOB_HEADER = 20;
const CODE_DIRECTORY_HEADER = 88;

const isMachO = (file: Buffer): boolean => file.length > 32 && file.readUInt32LE(0) === MAGIC;

/** Whether every page of the file has the hash that its signature gives for it. macOS kills what has not. */
export function isSigned(file: Buffer): boolean {
  if (!isMachO(file)) return false;
  const { signature } = readLayout(file);
  const directory = signature.offset + file.readUInt32BE(signature.offset + 16);
  if (file.readUInt32BE(signature.offset) !== SUPER_BLOB) return false;
  if (file.readUInt32BE(directory) !== CODE_DIRECTORY) return false;
  const hashes = directory + file.readUInt32BE(directory + 16);
  const signed = file.readUInt32BE(directory + 32);
  if (signed !== signature.offset || signature.offset + signature.size !== file.length) return false;
  const expected = hashPages(file.subarray(0, signed));
  return expected.equals(file.subarray(hashes, hashes + expected.length));
}

/**
 * Replaces the signature by an ad-hoc one, as a linker makes it.
 * @returns the signed file
 */
export function sign(file: Buffer, identifier: string): Buffer {
  if (!isMachO(file)) throw new Error(`${identifier} is not a Mach-O executable`);
  const { text, linkedit, signature } = readLayout(file);
  const pages = Math.ceil(signature.offset / PAGE);
  const name = Buffer.from(`${identifier}\0`);
  const directorySize = CODE_DIRECTORY_HEADER + name.length + pages * HASH_SIZE;
  const size = Math.ceil((SUPER_BLOB_HEADER + directorySize) / 16) * 16;

  const signed = Buffer.alloc(signature.offset + size);
  file.copy(signed, 0, 0, signature.offset);
  signed.writeUInt32LE(size, signature.command + 12);
  const linkeditSize = signed.length - Number(signed.readBigUInt64LE(linkedit + 40));
  signed.writeBigUInt64LE(BigInt(Math.ceil(linkeditSize / SEGMENT_PAGE) * SEGMENT_PAGE), linkedit + 32);
  signed.writeBigUInt64LE(BigInt(linkeditSize), linkedit + 48);

  const blob = signed.subarray(signature.offset);
  writeWords(blob, [SUPER_BLOB, SUPER_BLOB_HEADER + directorySize, 1, 0, SUPER_BLOB_HEADER]);
  const directory = blob.subarray(SUPER_BLOB_HEADER);
  writeWords(directory, [
    CODE_DIRECTORY,
    directorySize,
    CODE_DIRECTORY_VERSION,
    ADHOC_LINKER_SIGNED,
    CODE_DIRECTORY_HEADER + name.length,
    CODE_DIRECTORY_HEADER,
    0, // special slots
    pages,
    signature.offset,
  ]);
  directory.set([HASH_SIZE, SHA256, 0, PAGE_BITS], 36);
  directory.writeBigUInt64BE(signed.readBigUInt64LE(text + 40), 64);
  directory.writeBigUInt64BE(signed.readBigUInt64LE(text + 48), 72);
  directory.writeBigUInt64BE(MAIN_BINARY, 80);
  directory.set(name, CODE_DIRECTORY_HEADER);
  directory.set(hashPages(signed.subarray(0, signature.offset)), CODE_DIRECTORY_HEADER + name.length);
  return signed;
}

/** Where the load commands of two segments are, where the signature's is, and what it says. */
interface Layout {
  text: number;
  linkedit: number;
  signature: { command: number; offset: number; size: number };
}

function readLayout(file: Buffer): Layout {
  const segments: Record<string, number> = {};
  let signature: Layout["signature"] | undefined;
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === LC_SEGMENT_64)
      segments[file.toString("latin1", at + 8, at + 24).replace(/\0+$/, "")] = at;
    if (command === LC_CODE_SIGNATURE)
      signature = { command: at, offset: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) };
    at += file.readUInt32LE(at + 4);
  }
  const { __TEXT: text, __LINKEDIT: linkedit } = segments;
  if (text === undefined || linkedit === undefined || !signature)
    throw new Error("a Mach-O executable without segments or place for a signature");
  return { text, linkedit, signature };
}

function hashPages(code: Buffer): Buffer {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < code.length; at += PAGE)
    hashes.push(Bun.SHA256.hash(code.subarray(at, at + PAGE)) as Uint8Array);
  return Buffer.concat(hashes);
}

function writeWords(buffer: Buffer, words: number[]): void {
  for (const [index, word] of words.entries()) buffer.writeUInt32BE(word, index * 4);
}

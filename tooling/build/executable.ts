import { isSigned } from "./mach-o.ts";

const kinds: Record<string, (file: Buffer) => boolean> = {
  "linux-x64": (file) => isElf(file, 62, "/lib64/ld-linux-x86-64.so.2"),
  "linux-arm64": (file) => isElf(file, 183, "/lib/ld-linux-aarch64.so.1"),
  "linux-x64-musl": (file) => isElf(file, 62, "/lib/ld-musl-x86_64.so.1"),
  "linux-arm64-musl": (file) => isElf(file, 183, "/lib/ld-musl-aarch64.so.1"),
  "darwin-x64": (file) => isMachO(file, 0x01000007) && isSigned(file),
  "darwin-arm64": (file) => isMachO(file, 0x0100000c) && isSigned(file),
  "windows-x64": (file) => isPe(file, 0x8664),
  "windows-arm64": (file) => isPe(file, 0xaa64),
};

/** Whether a file is an executable for this target, as far as can be told without running it. */
export const isExecutableFor = (target: string, file: Buffer): boolean => kinds[target]?.(file) ?? false;

function isElf(file: Buffer, machine: number, interpreter: string): boolean {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file.readUInt16LE(18) !== machine)
    return false;
  const PT_INTERP = 3;
  const [start, size, count] = [
    Number(file.readBigUInt64LE(32)),
    file.readUInt16LE(54),
    file.readUInt16LE(56),
  ];
  for (let at = start; at < start + size * count; at += size) {
    if (file.readUInt32LE(at) !== PT_INTERP) continue;
    const offset = Number(file.readBigUInt64LE(at + 8));
    return file.toString("latin1", offset, offset + interpreter.length + 1) === `${interpreter}\0`;
  }
  return false;
}

const isMachO = (file: Buffer, cpu: number): boolean =>
  file.length > 32 && file.readUInt32LE(0) === 0xfeedfacf && file.readUInt32LE(4) === cpu;

function isPe(file: Buffer, machine: number): boolean {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return false;
  const at = file.readUInt32LE(60);
  return file.toString("latin1", at, at + 4) === "PE\0\0" && file.readUInt16LE(at + 4) === machine;
}

import { elfTarget } from "./elf.ts";
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

function isElf(file: Buffer, machine: number, loader: string): boolean {
  const found = elfTarget(file);
  return found?.machine === machine && found.loader === loader;
}

const isMachO = (file: Buffer, cpu: number): boolean =>
  file.length > 32 && file.readUInt32LE(0) === 0xfeedfacf && file.readUInt32LE(4) === cpu;

function isPe(file: Buffer, machine: number): boolean {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return false;
  const at = file.readUInt32LE(60);
  return file.toString("latin1", at, at + 4) === "PE\0\0" && file.readUInt16LE(at + 4) === machine;
}

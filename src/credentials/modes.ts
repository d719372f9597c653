// Not by promises, as in `config-file.ts`.
import { statfsSync, statSync } from "node:fs";

/** Whether others than its owner can read a file, as its mode says. */
export function isReadableByOthers(path: string): boolean {
  if (process.platform === "win32") return false;
  try {
    return (statSync(path).mode & 0o077) !== 0;
  } catch {
    return false;
  }
}

/**
 * File systems that need not keep modes, by the numbers that Linux gives them: FAT and exFAT, NTFS, drives of the
 * host in WSL, virtual machines and containers, FUSE, and shares of Windows.
 */
const MODELESS = new Set([
  0x4d44, 0x2011bab0, 0x5346544e, 0x7366746e, 0x01021997, 0x53464846, 0x786f4256, 0xbacbacbc, 0x65735546,
  0x517b, 0xff534d42, 0xfe534d42,
]);

/** Whether a file that others can read may be on a file system where nothing can be done about it. */
export function keepsNoModes(path: string): boolean {
  try {
    return process.platform === "linux" && MODELESS.has(statfsSync(path).type >>> 0);
  } catch {
    return false;
  }
}

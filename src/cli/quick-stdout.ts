/** What is told before `main` is loaded needs no `node:fs`, which takes 2 ms and 3 MB to load. */
const WINDOWS = process.platform === "win32";
const HUNG_UP = 129;
const isNode = !process.versions["bun"] && !("Deno" in globalThis);

/** What Linux calls these ways to open a file. */
export const O_ACCMODE = 3;
export const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;

/** How stdout was opened, by what `/proc/self/fdinfo/1` holds; nothing where the system does not tell. */
export function flagsIn(told: string | undefined): number | undefined {
  const flags = /^flags:\s*([0-7]+)/m.exec(told ?? "")?.[1];
  return flags === undefined ? undefined : Number.parseInt(flags, 8);
}

/**
 * Whether stdout was closed (`>&-`) when the program started. The runtime has then put /dev/null in its place, which
 * Bun alone marks as nothing that is ever inherited.
 */
export const wasClosed = (flags: number | undefined): boolean =>
  process.versions["bun"] !== undefined && flags !== undefined && (flags & O_CLOEXEC) !== 0;

export const closed = () => Object.assign(new Error("stdout is closed"), { code: "EBADF" });

/**
 * Whether `writeQuickly` can be used: Bun writes without `node:fs`. A Windows console needs `process.stdout`, to show what
 * is not ASCII.
 */
export const writesQuickly = !WINDOWS && process.versions["bun"] !== undefined;

/** Writes to stdout. @throws what the system says, such as `EPIPE` or `ENOSPC` */
export async function writeQuickly(text: string): Promise<void> {
  if (wasClosed(await readFlags())) throw closed();
  await Bun.write(Bun.stdout, text);
}

async function readFlags(): Promise<number | undefined> {
  const told = process.versions["bun"]
    ? await Bun.file("/proc/self/fdinfo/1")
        .text()
        .catch(() => undefined)
    : (await import("./proc.ts")).readProc("fdinfo/1");
  return flagsIn(told);
}

/**
 * Whether stdout may be a terminal, told without `node:fs`: one is opened to be read too, unlike a pipe or a file that a
 * shell makes. To be asked before `terminal.ts` is loaded for nothing.
 */
export async function mayBeTerminal(): Promise<boolean> {
  const flags = await readFlags();
  return flags === undefined || (flags & O_ACCMODE) === O_RDWR;
}

/** Ends the process when all is written, whatever is still open: stdin, connections, requests given up on. */
export function exitNow(exit: number): void {
  // Node aborts where it cannot give a terminal back that is gone: the signal's own end is the same for who waits.
  if (exit === HUNG_UP && !WINDOWS && isNode) {
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  }
  if (WINDOWS) process.stderr.write("", () => process.exit(exit));
  else process.exit(exit);
}

/** All that `--version` needs: it is answered without `node:fs`, which takes 2 ms and 3 MB to load. */
const WINDOWS = process.platform === "win32";
const HUNG_UP = 129;
const isNode = !process.versions["bun"] && !("Deno" in globalThis);

/** What Linux calls these ways to open a file. */
const O_ACCMODE = 3;
const O_RDWR = 2;
const O_CLOEXEC = 0o2000000;

let flagsRead: Promise<number | undefined> | undefined;

/** How stdout was opened, where the system tells. */
const stdoutFlags = (): Promise<number | undefined> => (flagsRead ??= readFlags());

async function readFlags(): Promise<number | undefined> {
  const text = process.versions["bun"]
    ? await Bun.file("/proc/self/fdinfo/1")
        .text()
        .catch(() => "")
    : (await import("./proc.ts")).readProc("fdinfo/1");
  const flags = /^flags:\s*([0-7]+)/m.exec(text ?? "")?.[1];
  return flags === undefined ? undefined : Number.parseInt(flags, 8);
}

/**
 * Whether stdout was closed (`>&-`) when the program started. The runtime has then put /dev/null in its place, which
 * Bun alone marks as nothing that is ever inherited.
 */
const wasClosed = (flags: number | undefined): boolean =>
  process.versions["bun"] !== undefined && flags !== undefined && (flags & O_CLOEXEC) !== 0;

/**
 * Whether what is written to stdout is surely lost: asked before anything is made that is shown once. The /dev/null
 * that Node and Deno put in the place of a stdout that was closed can be read too, unlike that of `>/dev/null`.
 */
export async function losesStdout(): Promise<boolean> {
  const flags = await stdoutFlags();
  if (flags === undefined || wasClosed(flags)) return flags !== undefined;
  const access = flags & O_ACCMODE;
  if (access !== O_RDWR) return access === 0;
  const { fstatSync, statSync } = await import("node:fs");
  return fstatSync(1).rdev === statSync("/dev/null").rdev;
}

/**
 * Whether stdout may be a terminal, told without `node:fs`: one is opened to be read too, unlike a pipe or a file that a
 * shell makes. To be asked before `terminal.ts` is loaded for nothing.
 */
export async function mayBeTerminal(): Promise<boolean> {
  const flags = await stdoutFlags();
  return flags === undefined || (flags & O_ACCMODE) === O_RDWR;
}

const closed = () => Object.assign(new Error("stdout is closed"), { code: "EBADF" });

/**
 * Writes to stdout. Not through `process.stdout`: making that stream takes 9 ms, a third of a start, and its errors
 * come as events. A Windows console needs it all the same, to show what is not ASCII.
 * @throws what the system says, such as `EPIPE` or `ENOSPC`
 */
export async function writeStdout(text: string): Promise<void> {
  if (WINDOWS) {
    await new Promise<void>((resolve, reject) => {
      process.stdout.once("error", reject);
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  } else if (process.versions["bun"]) {
    if (wasClosed(await stdoutFlags())) throw closed();
    await Bun.write(Bun.stdout, text);
  } else {
    const { writeAll } = await import("./terminal.ts");
    writeAll(1, text);
  }
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

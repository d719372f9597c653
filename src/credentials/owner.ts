// Not by promises: loading those costs a start more than they save.
import { existsSync, lchownSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface Owner {
  uid: number;
  gid: number;
}

/** Who is to own what root makes in place of a file; `undefined` for anybody else, who can only make their own. */
export const ownerFor = (file: string): Owner | undefined =>
  isRoot() ? (ownerOf(file) ?? ownerOf(dirname(file))) : undefined;

function ownerOf(path: string): Owner | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isRoot(): boolean {
  try {
    return process.getuid?.() === 0;
  } catch {
    // Deno tells it only to whom it was allowed, and the program needs no more than that it works.
    return false;
  }
}

/**
 * Makes a directory and those above it that are missing, for their owner only: that is, where root makes them, whoever
 * owns the directory that they are in. `sudo` with a user's HOME would lock the user out.
 * @returns the first that was made, if any was
 */
export function makeDirectory(directory: string): string | undefined {
  const created = makeAll(directory);
  const owner = created === undefined ? undefined : ownerFor(dirname(created));
  for (let at = directory; owner && at !== dirname(created ?? at); at = dirname(at)) giveTo(at, owner);
  return created;
}

function makeAll(directory: string): string | undefined {
  try {
    return mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    // A link to nowhere stands in the way: some runtimes say then that there is no such file.
    throw leadsNowhere(directory) ? Object.assign(error as Error, { code: "ENOTDIR" }) : error;
  }
}

const leadsNowhere = (path: string): boolean =>
  path !== dirname(path) && (isDangling(path) || leadsNowhere(dirname(path)));

const isDangling = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && !existsSync(path);

/** Not what a link leads to, which somebody may have put there meanwhile. */
function giveTo(path: string, { uid, gid }: Owner): void {
  try {
    lchownSync(path, uid, gid);
  } catch {}
}

import { lchown, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Who is to own what root makes in place of a file; `undefined` for anybody else, who can only make their own. */
export async function ownerFor(file: string): Promise<{ uid: number; gid: number } | undefined> {
  if (!isRoot()) return undefined;
  return stat(file).catch(() => stat(dirname(file)).catch(() => undefined));
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
export async function makeDirectory(directory: string): Promise<string | undefined> {
  const created = await mkdir(directory, { recursive: true, mode: 0o700 });
  const owner = created === undefined ? undefined : await ownerFor(dirname(created));
  // Not what a link leads to, which somebody may have put there meanwhile.
  for (let at = directory; owner && at !== dirname(created ?? at); at = dirname(at))
    await lchown(at, owner.uid, owner.gid).catch(() => {});
  return created;
}

import { isReadableByOthers } from "../credentials/modes.ts";
import type { Context } from "./context.ts";

/** Says, once a token is stored, where the file system did not do what was asked of it. */
export function noteModes({ out }: Context, path: string): void {
  if (isReadableByOthers(path))
    out.warn(
      `${path} is on a file system that keeps no permissions: whoever can look there can read the token`,
    );
}

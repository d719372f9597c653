/** Which of several places wins for a token or an endpoint, and what it hides. */

export type Source = "flag" | "environment" | "file" | "config" | "none";

export interface ResolvedToken {
  token: string | undefined;
  source: Source;
  /** Places that hold another token which is not used. */
  shadowed: Source[];
}

/** The token in force: flag, else `PINNER_AUTH_TOKEN`, else its file, else the config file. */
export function resolveToken(places: {
  flag: string | undefined;
  environment: string | undefined;
  /** What is in the file that a variable names: it is read only where flag and variable are not given. */
  file?: string | undefined;
  config: string | undefined;
}): ResolvedToken {
  const candidates = [
    { source: "flag" as const, token: places.flag?.trim() },
    { source: "environment" as const, token: places.environment?.trim() },
    { source: "file" as const, token: places.file?.trim() },
    { source: "config" as const, token: places.config?.trim() },
  ].filter(({ token }) => token);
  const [first, ...others] = candidates;
  if (!first) return { token: undefined, source: "none", shadowed: [] };
  return {
    ...first,
    shadowed: others.filter(({ token }) => token !== first.token).map(({ source }) => source),
  };
}

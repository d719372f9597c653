/** Systems that there are binaries for, as Bun calls them. */
export const targets = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "windows-x64",
  "windows-arm64",
] as const;

export type Target = (typeof targets)[number];

/** The one that this machine runs, unless it is a musl system. */
export const host =
  `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}` as Target;

export const isWindows = (target: Target): boolean => target.startsWith("windows");
export const binaryName = (target: Target): string => `pinner-${target}${isWindows(target) ? ".exe" : ""}`;
export const archiveName = (target: Target): string =>
  `pinner-${target}${isWindows(target) ? ".zip" : ".tar.gz"}`;

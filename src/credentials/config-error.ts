/** `invalid`: its text is not what it should be; `nowhere`: it has no place; the other two: the system refused. */
type Problem = "invalid" | "nowhere" | "unreadable" | "unwritable";

/** What can be wrong with the config file. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problem: Problem;

  constructor(problem: Problem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** The system's reason in words, where it is one that people meet. */
export function systemReason(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return reasons[code ?? ""] ?? code ?? name ?? "unknown reason";
}

const reasons: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EFBIG: "the file would be larger than is allowed",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file stands where a directory should be",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is not a directory",
  EBUSY: "it is in use or mounted by itself",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the path is too long",
  ENXIO: "it is a socket, or nobody is at its other end",
  EIO: "the device does not answer",
};

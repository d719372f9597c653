import { existsSync } from "node:fs";
import { show } from "./process.ts";

const foreign = process.arch === "arm64" ? "amd64" : "arm64";
const foreignMachine = foreign === "arm64" ? "aarch64" : "x86_64";

/** The Debian packages that tests need, each by a file that tells whether it is there. */
const files = {
  "bash-completion": "/usr/share/bash-completion/bash_completion",
  busybox: "/bin/busybox",
  chromium: "/usr/bin/chromium",
  curl: "/usr/bin/curl",
  dash: "/bin/dash",
  "docker.io": "/usr/sbin/dockerd",
  fish: "/usr/bin/fish",
  "gcc-mingw-w64-x86-64-win32": "/usr/bin/x86_64-w64-mingw32-gcc",
  gh: "/usr/bin/gh",
  git: "/usr/bin/git",
  groff: "/usr/bin/groff",
  hyperfine: "/usr/bin/hyperfine",
  "man-db": "/usr/bin/man",
  mandoc: "/usr/bin/mandoc",
  "libc6-foreign-cross": `/usr/${foreignMachine}-linux-gnu/lib/libc.so.6`,
  lintian: "/usr/bin/lintian",
  make: "/usr/bin/make",
  openssl: "/usr/bin/openssl",
  "python3-yaml": "/usr/lib/python3/dist-packages/yaml",
  "qemu-user-static": `/usr/bin/qemu-${foreignMachine}-static`,
  rpm: "/usr/bin/rpm",
  rsync: "/usr/bin/rsync",
  ruby: "/usr/bin/ruby",
  strace: "/usr/bin/strace",
  time: "/usr/bin/time",
  unzip: "/usr/bin/unzip",
  wget: "/usr/bin/wget",
  wine64: "/usr/lib/wine/wine64",
  zsh: "/usr/bin/zsh",
};

type Package = keyof typeof files;

const missingOf = (packages: Package[]): string[] =>
  packages.filter((name) => !existsSync(files[name])).map((name) => name.replace("foreign", foreign));

/**
 * For the beginning of tests that need more than a clone has.
 * @param who needs the packages, in the plural
 * @throws with one line that says how to install what is missing
 */
export function need(who: string, ...packages: Package[]): void {
  const missing = missingOf(packages);
  if (missing.length === 0) return;
  throw new Error(
    `${who} need what is not here: apt-get install --no-install-recommends ${missing.join(" ")}`,
  );
}

/**
 * Installs what is missing for all tests, in one go and before them: those that run side by side would wait for one
 * another.
 * @returns false when this is not Debian, or not done by root: the tests that need it will then fail
 */
export async function installForTests(): Promise<boolean> {
  const missing = missingOf(Object.keys(files) as Package[]);
  if (missing.length === 0) return true;
  console.log(`missing: ${missing.join(", ")}`);
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  process.env["DEBIAN_FRONTEND"] = "noninteractive";
  const apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"];
  await show(...apt, "update");
  return (await show(...apt, "install", "-y", "--no-install-recommends", ...missing)).ok;
}

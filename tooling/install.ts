import { existsSync } from "node:fs";
import { show } from "./steps.ts";

/** What the tests need from Debian, by a file that tells whether it is there. */
const needed: Record<string, string> = {
  "/bin/busybox": "busybox",
  "/usr/bin/curl": "curl",
  "/usr/bin/fish": "fish",
  "/usr/bin/gh": "gh",
  "/usr/bin/hyperfine": "hyperfine",
  "/usr/bin/openssl": "openssl",
  "/usr/bin/qemu-aarch64-static": "qemu-user-static",
  "/usr/bin/strace": "strace",
  "/usr/bin/time": "time",
  "/usr/bin/unzip": "unzip",
  "/usr/bin/wget": "wget",
  "/usr/bin/x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
  "/usr/bin/zsh": "zsh",
  "/usr/aarch64-linux-gnu/lib/libc.so.6": "libc6-arm64-cross",
  "/usr/lib/python3/dist-packages/yaml": "python3-yaml",
  "/usr/lib/wine/wine64": "wine64",
  "/usr/sbin/dockerd": "docker.io",
  "/usr/share/bash-completion/bash_completion": "bash-completion",
};

/**
 * Installs what is missing, in one go: tests that run side by side would wait for one another.
 * @returns false when this is not Debian, or not done by root: the tests that need it will then fail
 */
export async function installForTests(): Promise<boolean> {
  const missing = Object.entries(needed).flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return true;
  console.log(`missing: ${missing.join(", ")}`);
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  process.env["DEBIAN_FRONTEND"] = "noninteractive";
  const apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"];
  await show(...apt, "update");
  return (await show(...apt, "install", "-y", "--no-install-recommends", ...missing)).ok;
}

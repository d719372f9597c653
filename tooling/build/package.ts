import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { completionScript } from "../../src/completion/script.ts";
import { shells } from "../../src/completion/shells.ts";
import { root } from "../process.ts";
import { manPages } from "../reference/man.ts";
import { type Entry, gzipped } from "./archive.ts";

/** The architectures that there are packages for, and what Debian and RPM call them. */
export const architectures = {
  "linux-x64": { deb: "amd64", rpm: "x86_64" },
  "linux-arm64": { deb: "arm64", rpm: "aarch64" },
} as const;

export type PackagedTarget = keyof typeof architectures;

export const isPackaged = (target: string): target is PackagedTarget => target in architectures;

export const packageName = (target: PackagedTarget, kind: "deb" | "rpm"): string =>
  `pinner-${target}.${kind}`;

/** What both kinds of packages say of themselves. */
export const about = {
  name: manifest.name,
  summary: "command line for the accounts and keys of an IPFS pinning service",
  description: [
    "Pinner.xyz keeps files on IPFS. This is the command line for its accounts:",
    "it logs in, and creates, stores, replaces and deletes API keys, from a",
    "terminal or a pipeline.",
  ],
  homepage: manifest.homepage,
  license: manifest.license,
  maintainer: "The Pinner CLI authors <pinner-xyz@users.noreply.github.com>",
} as const;

/** `2.0.0-rc.1` comes before `2.0.0`: to a package manager only when it is written so. */
export const packageVersion: string = manifest.version.replace("-", "~");

/** Where each shell looks for completions by itself; PowerShell looks nowhere, and is told in its profile. */
const completions = {
  bash: "usr/share/bash-completion/completions/pinner",
  fish: "usr/share/fish/vendor_completions.d/pinner.fish",
  powershell: "usr/share/pinner/completion.ps1",
} as const;
const zsh = {
  deb: "usr/share/zsh/vendor-completions/_pinner",
  rpm: "usr/share/zsh/site-functions/_pinner",
} as const;

const licensePath = {
  deb: "usr/share/doc/pinner/copyright",
  rpm: "usr/share/licenses/pinner/LICENSE",
} as const;

/**
 * What a package installs, sorted by name; each name is a path without its first slash.
 * @param program the executable
 * @param docs further files of `/usr/share/doc/pinner`
 */
export async function packageFiles(
  kind: "deb" | "rpm",
  program: Uint8Array,
  docs: Record<string, Uint8Array>,
): Promise<Entry[]> {
  const license = { name: licensePath[kind], data: await Bun.file(join(root, "LICENSE")).bytes() };
  const scripts = shells.map((shell) => ({
    name: shell === "zsh" ? zsh[kind] : completions[shell],
    data: Buffer.from(completionScript(shell)),
  }));
  const pages = [];
  for (const [name, text] of await manPages())
    pages.push({ name: `usr/share/man/man1/${name}.gz`, data: await gzipped(Buffer.from(text), 9) });
  const files: Entry[] = [
    { name: "usr/bin/pinner", data: program, executable: true },
    ...scripts,
    ...pages,
    license,
    ...Object.entries(docs).map(([name, data]) => ({ name: `usr/share/doc/pinner/${name}`, data })),
  ];
  return files.sort(byName);
}

export const byName = ({ name: one }: Entry, { name: other }: Entry): number => (one < other ? -1 : 1);

/** The directories that files are in, each after the one that it is in, with a slash at its end. */
export function directoriesOf(files: Entry[]): string[] {
  const all = new Set<string>();
  for (const { name } of files)
    for (let path = dirname(name); path !== "."; path = dirname(path)) all.add(`${path}/`);
  return [...all].sort();
}

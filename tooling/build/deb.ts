import { createHash } from "node:crypto";
import { type Entry, gzipped, gzippedAround, sourceDate, tar, tarGz } from "./archive.ts";
import { glibcNeededBy } from "./elf.ts";
import {
  about,
  architectures,
  directoriesOf,
  type PackagedTarget,
  packageFiles,
  packageVersion,
} from "./package.ts";

/**
 * A package for Debian and its relatives. It is written here rather than by `dpkg-deb`, so that it is the same, to the
 * byte, on machines without one, or with another version of it.
 * @param program the executable
 * @param compressed the same, as `gzipped` made it
 */
export async function deb(target: PackagedTarget, program: Buffer, compressed: Buffer): Promise<Buffer> {
  const changelog = await gzipped(Buffer.from(changelogText()), 9);
  const files = await packageFiles("deb", program, { "changelog.gz": changelog });
  const control = [
    { name: "./control", data: Buffer.from(controlText(target, program, files)) },
    { name: "./md5sums", data: Buffer.from(files.map(md5Line).join("")) },
  ];
  const content = tar([
    ...["", ...directoriesOf(files)].map((name) => ({ name: `./${name}` })),
    ...files.map((file) => ({ ...file, name: `./${file.name}` })),
  ]);
  return ar([
    { name: "debian-binary", data: Buffer.from("2.0\n") },
    { name: "control.tar.gz", data: await tarGz([{ name: "./" }, ...control]) },
    { name: "data.tar.gz", data: await gzippedAround(content, program, compressed) },
  ]);
}

function controlText(target: PackagedTarget, program: Buffer, files: Entry[]): string {
  // As dpkg counts: each file in whole kibibytes, and one for each directory.
  const kibibytes = files.reduce((sum, { data }) => sum + Math.ceil((data?.length ?? 0) / 1024), 0);
  return `Package: ${about.name}
Version: ${packageVersion}
Architecture: ${architectures[target].deb}
Maintainer: ${about.maintainer}
Installed-Size: ${kibibytes + directoriesOf(files).length + 1}
Depends: libc6 (>= ${glibcNeededBy(program)})
Section: utils
Priority: optional
Homepage: ${about.homepage}
Description: ${about.summary}
${about.description.map((line) => ` ${line}\n`).join("")}`;
}

const md5Line = ({ name, data = Buffer.alloc(0) }: Entry): string =>
  `${createHash("md5").update(data).digest("hex")}  ${name}\n`;

/** In Debian's own form, which says no more than where the changes are told. */
function changelogText(): string {
  const date = new Date(sourceDate * 1000).toUTCString().replace("GMT", "+0000");
  return `${about.name} (${packageVersion}) stable; urgency=medium

  * What has changed is told in
    https://github.com/pinner-xyz/pinner/blob/main/CHANGELOG.md

 -- ${about.maintainer}  ${date}
`;
}

/** The archive format of Unix that a Debian package has, see `man 5 deb`. */
function ar(members: { name: string; data: Buffer }[]): Buffer {
  const parts = members.flatMap(({ name, data }) => [
    Buffer.from(
      `${name.padEnd(16)}${`${sourceDate}`.padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${`${data.length}`.padEnd(10)}\`\n`,
    ),
    data,
    // Each begins at an even place.
    Buffer.from(data.length % 2 === 1 ? "\n" : ""),
  ]);
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { upperFirst } from "../../src/cli/sentence.ts";
import { type Entry, gzippedAround, mode, sourceDate } from "./archive.ts";
import { glibcNeededBy } from "./elf.ts";
import {
  about,
  architectures,
  byName,
  directoriesOf,
  type PackagedTarget,
  packageFiles,
  packageVersion,
} from "./package.ts";
import { rpmHeader, type Value } from "./rpm-header.ts";

const RELEASE = "1";
/** Of what a package needs and gives: `=`, `>=`, and what is asked of rpm itself, `rpmlib(…) <=`. */
const EQUAL = 0x8;
const RPMLIB = 0x100000a;
/** What kind a file is of. */
const DOCUMENTATION = 0x2;
const LICENSE = 0x80;
const SHA256 = 8;
const REGULAR_FILE = 0o100000;
const DIRECTORY = 0o040000;

interface Relation {
  name: string;
  flags: number;
  version: string;
}

const hash = (kind: "md5" | "sha1" | "sha256", ...parts: Uint8Array[]): Buffer => {
  const state = createHash(kind);
  for (const part of parts) state.update(part);
  return state.digest();
};
const hex = (kind: "sha1" | "sha256", ...parts: Uint8Array[]): string => hash(kind, ...parts).toString("hex");

/**
 * A package for Fedora, openSUSE and their relatives. It is written here rather than by `rpmbuild`, so that it is the
 * same, to the byte, on machines without one, or with another version of it.
 * @param program the executable
 * @param compressed the same, as `gzipped` made it
 */
export async function rpm(target: PackagedTarget, program: Buffer, compressed: Buffer): Promise<Buffer> {
  const content = await packageFiles("rpm", program, {});
  // Those that are nobody else's go when the package goes.
  const own = directoriesOf(content).filter((path) => path.endsWith(`/${about.name}/`));
  const files = [...own.map((path) => ({ name: path.slice(0, -1) })), ...content].sort(byName);
  const archive = cpio(files);
  const payload = await gzippedAround(archive, program, compressed);
  const header = rpmHeader(63, {
    ...describe(target),
    ...relations(target, glibcNeededBy(program)),
    ...list(files),
    5092: { texts: [hex("sha256", payload)] },
    5093: { int32: [SHA256] },
    5097: { texts: [hex("sha256", archive)] },
  });
  const signature = rpmHeader(62, {
    269: { text: hex("sha1", header) },
    273: { text: hex("sha256", header) },
    1000: { int32: [header.length + payload.length] },
    1004: { bytes: hash("md5", header, payload) },
    1007: { int32: [archive.length] },
  });
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([lead(), signature, padding, header, payload]);
}

/** What a file of this kind begins with; nothing reads more of it than its first bytes. */
function lead(): Buffer {
  const bytes = Buffer.alloc(96);
  bytes.set([0xed, 0xab, 0xee, 0xdb, 3, 0]);
  bytes.writeUInt16BE(1, 8);
  bytes.write(`${about.name}-${packageVersion}-${RELEASE}`, 10, 65);
  bytes.writeUInt16BE(1, 76);
  // The signature is a header.
  bytes.writeUInt16BE(5, 78);
  return bytes;
}

const describe = (target: PackagedTarget): Record<number, Value> => ({
  100: { texts: ["C"] },
  1000: { text: about.name },
  1001: { text: packageVersion },
  1002: { text: RELEASE },
  1004: { translated: upperFirst(about.summary) },
  1005: { translated: about.description.join("\n") },
  1006: { int32: [sourceDate] },
  1007: { text: "localhost" },
  1011: { text: about.maintainer },
  1014: { text: about.license },
  1015: { text: about.maintainer },
  1016: { translated: "Applications/Internet" },
  1020: { text: about.homepage },
  1021: { text: "linux" },
  1022: { text: architectures[target].rpm },
  1044: { text: `${about.name}-${packageVersion}-${RELEASE}.src.rpm` },
  1080: { int32: [sourceDate] },
  1081: { texts: [`${about.maintainer} - ${packageVersion}-${RELEASE}`] },
  1082: { texts: ["- See https://github.com/pinner-xyz/pinner/blob/main/CHANGELOG.md"] },
  1124: { text: "cpio" },
  1125: { text: "gzip" },
  1126: { text: "9" },
  5062: { text: "utf-8" },
});

/** What it gives and what it needs. */
function relations(target: PackagedTarget, glibc: string): Record<number, Value> {
  const version = `${packageVersion}-${RELEASE}`;
  const isa = target === "linux-x64" ? "x86-64" : "aarch-64";
  const provided: Relation[] = [about.name, `${about.name}(${isa})`].map((name) => ({
    name,
    flags: EQUAL,
    version,
  }));
  const required: Relation[] = [
    { name: `libc.so.6(GLIBC_${glibc})(64bit)`, flags: 0, version: "" },
    { name: "rpmlib(CompressedFileNames)", flags: RPMLIB, version: "3.0.4-1" },
    { name: "rpmlib(FileDigests)", flags: RPMLIB, version: "4.6.0-1" },
    { name: "rpmlib(PayloadFilesHavePrefix)", flags: RPMLIB, version: "4.0-1" },
    // A tilde in the version.
    { name: "rpmlib(TildeInVersions)", flags: RPMLIB, version: "4.10.0-1" },
  ];
  return {
    1047: { texts: provided.map(({ name }) => name) },
    1112: { int32: provided.map(({ flags }) => flags) },
    1113: { texts: provided.map(({ version }) => version) },
    1049: { texts: required.map(({ name }) => name) },
    1048: { int32: required.map(({ flags }) => flags) },
    1050: { texts: required.map(({ version }) => version) },
  };
}

/** What is known of each file. */
function list(files: Entry[]): Record<number, Value> {
  const all = <T>(of: (file: Entry, index: number) => T): T[] => files.map(of);
  const sizes = all(({ data }) => data?.length ?? 0);
  const directories = [...new Set(all(({ name }) => `/${dirname(name)}/`))];
  const kind = ({ name }: Entry): number => {
    if (/\/licenses\/.*\//.test(name)) return LICENSE;
    return /\/man\//.test(name) ? DOCUMENTATION : 0;
  };
  return {
    1009: { int32: [sizes.reduce((sum, size) => sum + size, 0)] },
    1028: { int32: sizes },
    1030: { int16: all(modeOf) },
    1033: { int16: all(() => 0) },
    1034: { int32: all(() => sourceDate) },
    1035: { texts: all(({ data }) => (data ? hex("sha256", data) : "")) },
    1036: { texts: all(() => "") },
    1037: { int32: all(kind) },
    1039: { texts: all(() => "root") },
    1040: { texts: all(() => "root") },
    // Everything of it is looked at by `rpm --verify`.
    1045: { int32: all(() => -1) },
    1095: { int32: all(() => 1) },
    1096: { int32: all((_, index) => index + 1) },
    1097: { texts: all(() => "") },
    1116: { int32: all(({ name }) => directories.indexOf(`/${dirname(name)}/`)) },
    1117: { texts: all(({ name }) => basename(name)) },
    1118: { texts: directories },
    5011: { int32: [SHA256] },
  };
}

/** The archive inside: cpio in its "new ASCII" form. */
function cpio(files: Entry[]): Buffer {
  const member = (name: string, data: Uint8Array, inode: number, fileMode: number): Buffer[] => {
    const fields = [inode, fileMode, 0, 0, 1, fileMode ? sourceDate : 0, data.length, 0, 0, 0, 0];
    const numbers = [...fields, name.length + 1, 0].map((field) => field.toString(16).padStart(8, "0"));
    const head = Buffer.from(`070701${numbers.join("")}${name}\0`);
    return [head, padding(head.length), Buffer.from(data), padding(data.length)];
  };
  return Buffer.concat([
    ...files.flatMap((file, index) =>
      member(`./${file.name}`, file.data ?? Buffer.alloc(0), index + 1, modeOf(file)),
    ),
    ...member("TRAILER!!!", Buffer.alloc(0), 0, 0),
  ]);
}

const modeOf = (entry: Entry): number => (entry.data ? REGULAR_FILE | mode(entry) : DIRECTORY | 0o755);
const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

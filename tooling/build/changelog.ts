import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../process.ts";

/** What CHANGELOG.md says of one version. */
export interface Section {
  version: string;
  /** Such as `2026-11-26`; nothing before the version is released. */
  date?: string;
  /** Without its heading. */
  text: string;
}

const HEADING = /^## \[([^\]]+)\](?: - (.*))?\n/gm;

/** The versions of a changelog, newest first; what is not released yet is called `Unreleased`. */
export function sectionsOf(changelog: string): Section[] {
  const [body = ""] = changelog.split(/^\[[^\]]+\]: /m);
  const headings = [...body.matchAll(HEADING)];
  return headings.map(([heading, version = "", when], index) => {
    const text = body.slice((headings[index]?.index ?? 0) + heading.length, headings[index + 1]?.index);
    return {
      version,
      ...(when && /^\d{4}-\d\d-\d\d$/.test(when) ? { date: when } : {}),
      text: text.trim(),
    };
  });
}

/** The day on which a version was released, such as `2026-11-26`; nothing where it was not. */
export function releaseDate(version: string): string | undefined {
  const sections = sectionsOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"));
  return sections.find((section) => section.version === version)?.date;
}

/** What a new version changes in the sources. */
import { sectionsOf } from "./build/changelog.ts";

/** Where the version stands: `package.json` says it, and what cannot read that repeats it. */
const places: Record<string, (version: string) => [pattern: RegExp, text: string]> = {
  "package.json": (version) => [/^( {2}"version": )".*",$/m, `$1"${version}",`],
  "src/sdk/version.ts": (version) => [/^(export const version = )".*";$/m, `$1"${version}";`],
  "README.md": recipe,
  "docs/pipelines.md": recipe,
  "templates/pinner.yml": recipe,
  "examples/compose/compose.yaml": recipe,
  "examples/kubernetes/job.yaml": recipe,
  "examples/github-actions/rotate.yml": recipe,
};

/** What pins a version: of the image, the action, the template, the package. */
function recipe(version: string): [RegExp, string] {
  const pinned =
    /(pinner-xyz\/pinner(?::|@v|\/v)|npx --yes pinner@|^ +default: ")\d+\.\d+\.\d+(?:-rc\.\d+)?/gm;
  return [pinned, `$1${version}`];
}

export const versionedFiles: string[] = [...Object.keys(places), "CHANGELOG.md"];

/** `1.2.3`, or `1.2.3-rc.1` for a pre-release. */
export const isVersion = (text: string): boolean =>
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-rc\.\d+)?$/.test(text);

/**
 * The text of a file with another version in it.
 * @param date the day of the release, such as `2026-11-26`
 * @param previous the version before it
 * @throws when there is no place for it, or when the changelog says nothing of the version, or calls it released
 */
export function withVersion(
  file: string,
  text: string,
  { version, date, previous }: { version: string; date: string; previous: string },
): string {
  if (file === "CHANGELOG.md") return released(text, version, date, previous);
  const [pattern, replacement] = places[file]?.(version) ?? [/$^/, ""];
  if (!pattern.test(text)) throw new Error(`${file} has no place for the version`);
  return text.replace(pattern, replacement);
}

function released(text: string, version: string, date: string, previous: string): string {
  const sections = sectionsOf(text);
  const prepared = sections.find((section) => section.version === version);
  if (prepared?.date) throw new Error(`CHANGELOG.md says that ${version} was released on ${prepared.date}`);
  const told = prepared ?? sections.find((section) => section.version === "Unreleased");
  if (!told?.text)
    throw new Error(`CHANGELOG.md says nothing of ${version}: it has no section, and nothing unreleased`);
  const heading = `## [${version}] - ${date}`;
  if (prepared) {
    const start = text.indexOf(`## [${version}]`);
    return text.slice(0, start) + heading + text.slice(text.indexOf("\n", start));
  }
  return text
    .replace("## [Unreleased]\n", () => `## [Unreleased]\n\n${heading}\n`)
    .replace(/^\[Unreleased\]: (.*)\/compare\/.*$/m, (_, repository: string) => {
      const compare = `${repository}/compare`;
      return `[Unreleased]: ${compare}/v${version}...HEAD\n[${version}]: ${compare}/v${previous}...v${version}`;
    });
}

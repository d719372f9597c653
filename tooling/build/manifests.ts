import { stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { upperFirst } from "../../src/cli/sentence.ts";
import { about } from "./package.ts";
import { archiveName, type Target } from "./targets.ts";

const { version, description, license, homepage } = manifest;
const repository = "https://github.com/pinner-xyz/pinner";

/** What tells other package managers where a release's archives are; each by the name of its file. */
export function packageManifests(sums: string): Record<string, string> {
  const archive = (target: Target): Archive => {
    const name = archiveName(target);
    const hash = new RegExp(`^([0-9a-f]{64})  ${name.replaceAll(".", "\\.")}$`, "m").exec(sums)?.[1];
    if (hash === undefined) throw new Error(`SHA256SUMS has no checksum of ${name}`);
    return { url: `${repository}/releases/download/v${version}/${name}`, hash };
  };
  return { "pinner.rb": formula(archive), "pinner.json": scoop(archive), ...winget(archive) };
}

interface Archive {
  url: string;
  hash: string;
}
type Find = (target: Target) => Archive;

/** For Homebrew, on macOS and Linux. */
function formula(archive: Find): string {
  const download = (on: string, target: Target): string => {
    const { url, hash } = archive(target);
    return `    on_${on} do\n      url "${url}"\n      sha256 "${hash}"\n    end\n`;
  };
  return `class Pinner < Formula
  desc "${upperFirst(about.summary)}"
  homepage "${homepage}"
  version "${version}"
  license "${license}"

  on_macos do
${download("arm", "darwin-arm64")}${download("intel", "darwin-x64")}  end

  on_linux do
${download("arm", "linux-arm64")}${download("intel", "linux-x64")}  end

  def install
    bin.install "pinner"
    generate_completions_from_executable(bin/"pinner", "completion")
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/pinner --version").strip
  end
end
`;
}

/** For Scoop, on Windows. */
function scoop(archive: Find): string {
  const newer = (target: Target) => ({
    url: `${repository}/releases/download/v$version/${archiveName(target)}`,
  });
  const document = {
    version,
    description,
    homepage,
    license,
    architecture: { "64bit": archive("windows-x64"), arm64: archive("windows-arm64") },
    bin: "pinner.exe",
    checkver: { github: repository },
    autoupdate: {
      architecture: { "64bit": newer("windows-x64"), arm64: newer("windows-arm64") },
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return `${JSON.stringify(document, null, 4)}\n`;
}

const wingetIdentifier = "PinnerXyz.Pinner";

/** For winget, on Windows: a version is three files. */
function winget(archive: Find): Record<string, string> {
  const installer = (target: Target, architecture: string) => {
    const { url, hash } = archive(target);
    return { Architecture: architecture, InstallerUrl: url, InstallerSha256: hash.toUpperCase() };
  };
  const file = (type: string, content: object): string =>
    stringify(
      {
        PackageIdentifier: wingetIdentifier,
        PackageVersion: version,
        ...content,
        ManifestType: type,
        ManifestVersion: "1.10.0",
      },
      { lineWidth: 0 },
    );
  return {
    [`${wingetIdentifier}.yaml`]: file("version", { DefaultLocale: "en-US" }),
    [`${wingetIdentifier}.installer.yaml`]: file("installer", {
      InstallerType: "zip",
      NestedInstallerType: "portable",
      NestedInstallerFiles: [{ RelativeFilePath: "pinner.exe", PortableCommandAlias: "pinner" }],
      Installers: [installer("windows-x64", "x64"), installer("windows-arm64", "arm64")],
    }),
    [`${wingetIdentifier}.locale.en-US.yaml`]: file("defaultLocale", {
      PackageLocale: "en-US",
      Publisher: "Pinner.xyz",
      PublisherUrl: homepage,
      PublisherSupportUrl: `${repository}/issues`,
      PackageName: about.name,
      PackageUrl: repository,
      License: license,
      LicenseUrl: `${repository}/blob/v${version}/LICENSE`,
      ShortDescription: description,
      Moniker: about.name,
      Tags: manifest.keywords,
      ReleaseNotesUrl: `${repository}/releases/tag/v${version}`,
    }),
  };
}

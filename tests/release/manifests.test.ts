import { beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { ensureReleased, release } from "../../tooling/binary.ts";
import { packageManifests } from "../../tooling/build/manifests.ts";
import { archiveName, host, type Target } from "../../tooling/build/targets.ts";
import { need } from "../../tooling/install.ts";
import { must } from "./installed.ts";

beforeAll(() => need("the tests of manifests", "ruby", "unzip"));

await ensureReleased();

const { version } = manifest;
const sums = await readFile(join(release, "SHA256SUMS"), "utf8");
const read = (name: string) => readFile(join(release, name), "utf8");
const urlOf = (target: Target) =>
  `https://github.com/pinner-xyz/pinner/releases/download/v${version}/${archiveName(target)}`;
const hashOf = async (target: Target): Promise<string> =>
  Bun.SHA256.hash(await readFile(join(release, archiveName(target))), "hex");

describe("the manifests", () => {
  test("are made of SHA256SUMS alone", async () => {
    for (const [name, text] of Object.entries(packageManifests(sums))) expect(await read(name)).toBe(text);
  });

  test("are not made where it lacks an archive", () => {
    const without = sums.replace(/^.*pinner-windows-arm64\.zip\n/m, "");
    expect(() => packageManifests(without)).toThrow("no checksum of pinner-windows-arm64.zip");
  });
});

describe("the Homebrew formula", () => {
  const formula = join(release, "pinner.rb");
  const evaluate = async (...args: string[]) =>
    JSON.parse(await must("ruby", "-W", join(import.meta.dir, "formula.rb"), formula, ...args));

  test.each([
    ["macos", "arm", "darwin-arm64"],
    ["macos", "intel", "darwin-x64"],
    ["linux", "arm", "linux-arm64"],
    ["linux", "intel", "linux-x64"],
  ] as const)("names the archive for %s on %s", async (system, processor, target) => {
    const { desc, ...others } = await evaluate(system, processor);
    expect(others).toEqual({
      homepage: manifest.homepage,
      version,
      license: manifest.license,
      url: urlOf(target),
      sha256: await hashOf(target),
    });
    // What `brew audit` asks of a description.
    expect(desc).toMatch(/^[A-Z][^.]{10,78}[^.]$/);
    expect(desc).not.toMatch(/^(an?|the|pinner)\b/i);
  });

  test("installs the program with completions for three shells, and its own test passes", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pinner-formula-"));
    const unpacked = join(directory, "unpacked");
    await mkdir(unpacked);
    await must("tar", "-xzf", join(release, archiveName(host)), "-C", unpacked);
    const { tested, completions } = await evaluate("linux", "intel", unpacked, directory);
    expect(tested).toBe(version);
    for (const shell of ["bash", "zsh", "fish"]) expect(completions[shell]).toBeGreaterThan(20);
    await rm(directory, { recursive: true });
  });
});

const https = v.pipe(v.string(), v.url(), v.startsWith("https://"));

describe("the Scoop manifest", () => {
  test("has what Scoop's documentation asks for, and nothing that it does not know", async () => {
    const download = v.strictObject({ url: https, hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });
    const newer = v.strictObject({ url: v.pipe(https, v.includes("$version")) });
    const schema = v.strictObject({
      version: v.pipe(v.string(), v.regex(/^[\w.+-]+$/)),
      description: v.string(),
      homepage: https,
      license: v.string(),
      architecture: v.strictObject({ "64bit": download, arm64: download }),
      bin: v.string(),
      checkver: v.strictObject({ github: https }),
      autoupdate: v.strictObject({
        architecture: v.strictObject({ "64bit": newer, arm64: newer }),
        hash: v.strictObject({ url: v.pipe(v.string(), v.startsWith("$baseurl/")) }),
      }),
    });
    const found = v.parse(schema, JSON.parse(await read("pinner.json")));
    expect(found).toMatchObject({
      version,
      architecture: {
        "64bit": { url: urlOf("windows-x64"), hash: await hashOf("windows-x64") },
        arm64: { url: urlOf("windows-arm64"), hash: await hashOf("windows-arm64") },
      },
    });
    // What a newer version is looked for with fits this one.
    const { architecture, autoupdate, bin } = found;
    for (const name of ["64bit", "arm64"] as const)
      expect(autoupdate.architecture[name].url.replace("$version", version)).toBe(architecture[name].url);
    const archive = join(release, archiveName("windows-x64"));
    expect(await must("unzip", "-Z1", archive)).toContain(`${bin}\n`);
  });
});

describe("the winget manifests", () => {
  const base = {
    PackageIdentifier: v.pipe(v.string(), v.regex(/^[^.\s]{1,32}\.[^.\s]{1,32}$/)),
    PackageVersion: v.literal(version),
    ManifestVersion: v.literal("1.10.0"),
  };
  const text = (from: number, to: number) => v.pipe(v.string(), v.minLength(from), v.maxLength(to));
  const schemas = {
    version: v.strictObject({
      ...base,
      DefaultLocale: v.literal("en-US"),
      ManifestType: v.literal("version"),
    }),
    installer: v.strictObject({
      ...base,
      ManifestType: v.literal("installer"),
      InstallerType: v.literal("zip"),
      NestedInstallerType: v.literal("portable"),
      NestedInstallerFiles: v.tuple([
        v.strictObject({ RelativeFilePath: v.literal("pinner.exe"), PortableCommandAlias: text(1, 40) }),
      ]),
      Installers: v.array(
        v.strictObject({
          Architecture: v.picklist(["x64", "arm64"]),
          InstallerUrl: https,
          InstallerSha256: v.pipe(v.string(), v.regex(/^[0-9A-F]{64}$/)),
        }),
      ),
    }),
    "locale.en-US": v.strictObject({
      ...base,
      ManifestType: v.literal("defaultLocale"),
      PackageLocale: v.literal("en-US"),
      Publisher: text(2, 256),
      PublisherUrl: https,
      PublisherSupportUrl: https,
      PackageName: text(2, 256),
      PackageUrl: https,
      License: text(3, 512),
      LicenseUrl: https,
      ShortDescription: text(3, 256),
      Moniker: text(1, 40),
      Tags: v.pipe(v.array(text(1, 40)), v.maxLength(16)),
      ReleaseNotesUrl: https,
    }),
  };
  const find = async (kind: string) => {
    const name = kind === "version" ? "" : `.${kind}`;
    const [file = ""] = (await readdir(release)).filter((path) =>
      new RegExp(`^[A-Z]\\w+\\.\\w+${name}\\.yaml$`).test(path),
    );
    const document = parse(await read(file));
    expect(file).toBe(`${document.PackageIdentifier}${name}.yaml`);
    return document;
  };

  test.each(Object.keys(schemas) as (keyof typeof schemas)[])(
    "have what winget's documentation asks for, and nothing that it does not know: %s",
    async (kind) => {
      expect(v.parse(schemas[kind] as v.GenericSchema, await find(kind))).toBeDefined();
    },
  );

  test("name the archives", async () => {
    const { Installers } = v.parse(schemas.installer, await find("installer"));
    expect(Installers).toEqual(
      await Promise.all(
        (["x64", "arm64"] as const).map(async (architecture) => ({
          Architecture: architecture,
          InstallerUrl: urlOf(`windows-${architecture}`),
          InstallerSha256: (await hashOf(`windows-${architecture}`)).toUpperCase(),
        })),
      ),
    );
  });
});

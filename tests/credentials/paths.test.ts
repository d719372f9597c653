import { describe, expect, test } from "bun:test";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { configPath, linkTarget } from "../../src/credentials/paths.ts";
import { temporaryDirectory } from "./temporary.ts";

async function write(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "");
}

describe("the config file's place", () => {
  test.each(["linux", "darwin", "win32"])(
    "is in $PINNER_HOME on %s, whatever else there is",
    async (platform) => {
      await using home = await temporaryDirectory();
      await write(home.at(".config", "pinner", "config.yaml"));
      const env = {
        HOME: home.path,
        PINNER_HOME: home.at("chosen"),
        XDG_CONFIG_HOME: home.at("xdg"),
        APPDATA: home.at("roaming"),
      };
      expect(await configPath(env, platform)).toBe(home.at("chosen", "pinner", "config.yaml"));
    },
  );

  test.each(["linux", "darwin", "win32"])("is ~/.config on %s once the file is there", async (platform) => {
    await using home = await temporaryDirectory();
    const env = { HOME: home.path, XDG_CONFIG_HOME: home.at("xdg"), APPDATA: home.at("roaming") };
    const shared = home.at(".config", "pinner", "config.yaml");
    expect(await configPath(env, platform)).not.toBe(shared);
    await write(shared);
    expect(await configPath(env, platform)).toBe(shared);
  });

  test("is not ~/.config for the mere directory", async () => {
    await using home = await temporaryDirectory();
    await mkdir(home.at(".config", "pinner"), { recursive: true });
    const env = { HOME: home.path, XDG_CONFIG_HOME: home.at("xdg") };
    expect(await configPath(env, "linux")).toBe(home.at("xdg", "pinner", "config.yaml"));
  });

  test.each([
    ["linux, by default", "linux", {}, [".config"]],
    ["linux, with an absolute XDG_CONFIG_HOME", "linux", { XDG_CONFIG_HOME: "/xdg" }, "/xdg"],
    [
      "linux, with a relative XDG_CONFIG_HOME, which counts for nothing",
      "linux",
      { XDG_CONFIG_HOME: "xdg" },
      [".config"],
    ],
    ["linux, with an empty XDG_CONFIG_HOME", "linux", { XDG_CONFIG_HOME: "" }, [".config"]],
    ["freebsd, which is like linux", "freebsd", { XDG_CONFIG_HOME: "/xdg" }, "/xdg"],
    ["darwin, which knows no XDG", "darwin", { XDG_CONFIG_HOME: "/xdg" }, ["Library", "Application Support"]],
    ["win32, by AppData", "win32", { APPDATA: "/roaming" }, "/roaming"],
    ["win32, without AppData", "win32", {}, ["AppData", "Roaming"]],
  ])("is the system's own on %s", async (_, platform, env, directory) => {
    await using home = await temporaryDirectory();
    const expected = typeof directory === "string" ? directory : home.at(...directory);
    expect(await configPath({ HOME: home.path, ...env }, platform)).toBe(
      join(expected, "pinner", "config.yaml"),
    );
  });

  test("starts from USERPROFILE where there is no HOME, and from the system's answer without either", async () => {
    await using home = await temporaryDirectory();
    const path = await configPath({ USERPROFILE: home.path }, "linux");
    expect(path).toBe(home.at(".config", "pinner", "config.yaml"));
    expect((await configPath({}, "darwin")).startsWith(homedir())).toBe(true);
  });

  test("is absolute when $PINNER_HOME is relative, and an empty one counts as not set", async () => {
    await using home = await temporaryDirectory();
    expect(await configPath({ PINNER_HOME: "here" })).toBe(
      join(process.cwd(), "here", "pinner", "config.yaml"),
    );
    const path = await configPath({ PINNER_HOME: "", HOME: home.path }, "linux");
    expect(path).toBe(home.at(".config", "pinner", "config.yaml"));
  });

  test("is told without creating anything", async () => {
    await using home = await temporaryDirectory();
    for (const platform of ["linux", "darwin", "win32"]) await configPath({ HOME: home.path }, platform);
    await configPath({ PINNER_HOME: home.at("chosen") });
    expect(await readdir(home.path)).toEqual([]);
  });
});

describe("what a link stands for", () => {
  test("is the path itself where there is no link, whether or not the file exists", async () => {
    await using home = await temporaryDirectory();
    await write(home.at("file"));
    expect(await linkTarget(home.at("file"))).toBe(home.at("file"));
    expect(await linkTarget(home.at("missing", "file"))).toBe(home.at("missing", "file"));
  });

  test("is the end of the chain, also when nothing is there yet", async () => {
    await using home = await temporaryDirectory();
    await symlink("second", home.at("first"));
    await symlink("third", home.at("second"));
    expect(await linkTarget(home.at("first"))).toBe(home.at("third"));
    await write(home.at("third"));
    expect(await linkTarget(home.at("first"))).toBe(home.at("third"));
  });

  test("is relative to where the link really is, not to how it was reached", async () => {
    await using home = await temporaryDirectory();
    await mkdir(home.at("dotfiles", "pinner"), { recursive: true });
    await mkdir(home.at("config"));
    await symlink(home.at("dotfiles", "pinner"), home.at("config", "pinner"));
    await symlink("../shared.yaml", home.at("dotfiles", "pinner", "config.yaml"));
    expect(await linkTarget(home.at("config", "pinner", "config.yaml"))).toBe(
      home.at("dotfiles", "shared.yaml"),
    );
  });

  test("is found without end where links go in circles", async () => {
    await using home = await temporaryDirectory();
    await symlink("b", home.at("a"));
    await symlink("a", home.at("b"));
    expect(await linkTarget(home.at("a"))).toBe(home.at("a"));
  });
});

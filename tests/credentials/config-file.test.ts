import { describe, expect, test } from "bun:test";
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { proveStorable, removeToken, storeToken } from "../../src/auth/store.ts";
import { changeConfig } from "../../src/credentials/config-change.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { modeOf, temporaryDirectory } from "./temporary.ts";

const STAGING = ".config.yaml.0123456789ab.tmp";
describe("reading the config file", () => {
  test("creates nothing", async () => {
    await using home = await temporaryDirectory();
    const config = await readConfig(home.at("pinner", "config.yaml"));
    expect(config).toMatchObject({ exists: false, readableByOthers: false });
    expect(config.content.values.size).toBe(0);
    expect(await readdir(home.path)).toEqual([]);
  });

  test.each([0o644, 0o640, 0o604, 0o660, 0o601])("reports mode %o, and leaves it", async (mode) => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await writeFile(path, "auth_token: x\n");
    await chmod(path, mode);
    expect(await readConfig(path)).toMatchObject({ exists: true, readableByOthers: true });
    expect(await modeOf(path)).toBe(mode);
    await chmod(path, 0o600);
    expect((await readConfig(path)).readableByOthers).toBe(false);
  });
});

describe("writing the config file", () => {
  test("creates file and directories for their owner only, whatever the umask", async () => {
    await using home = await temporaryDirectory();
    const umask = process.umask(0);
    try {
      await storeToken(home.at("a", "pinner", "config.yaml"), "t");
    } finally {
      process.umask(umask);
    }
    expect(await modeOf(home.at("a", "pinner", "config.yaml"))).toBe(0o600);
    expect(await modeOf(home.at("a", "pinner"))).toBe(0o700);
    expect(await modeOf(home.at("a"))).toBe(0o700);
    expect(await readdir(home.at("a", "pinner"))).toEqual(["config.yaml"]);
  });

  test("tightens a file that others could read, also when nothing in it changes; the directory stays", async () => {
    await using home = await temporaryDirectory();
    await mkdir(home.at("pinner"));
    await chmod(home.at("pinner"), 0o755);
    const path = home.at("pinner", "config.yaml");
    await writeFile(path, "a:   1\n");
    await chmod(path, 0o644);
    await removeToken(path, () => true);
    expect(await modeOf(path)).toBe(0o600);
    expect(await readFile(path, "utf8")).toBe("a:   1\n");
    expect(await modeOf(home.at("pinner"))).toBe(0o755);
  });

  test("tells which token was replaced, removes only the one that is meant, and keeps the rest", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await writeFile(path, "\uFEFF# mine\r\nport: 0600\r\n");
    expect(await storeToken(path, "one")).toBeUndefined();
    expect(await storeToken(path, "two")).toBe("one");
    expect(await readFile(path, "utf8")).toBe("\uFEFF# mine\r\nport: 0600\r\nauth_token: two\r\n");
    expect(await removeToken(path, (token) => token === "one")).toBe("two");
    expect((await readConfig(path)).content.authToken).toBe("two");
    expect(await removeToken(path, (token) => token === "two")).toBeUndefined();
    expect(await removeToken(path, () => true)).toBeUndefined();
    expect(await readFile(path, "utf8")).toBe("\uFEFF# mine\r\nport: 0600\r\n");
  });

  test("does not touch the file when nothing changes, and does not create it", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await removeToken(path, () => true);
    expect(await readdir(home.path)).toEqual([]);
    await storeToken(path, "t");
    const { ino } = await stat(path);
    await storeToken(path, "t");
    expect((await stat(path)).ino).toBe(ino);
    await storeToken(path, "another");
    expect((await stat(path)).ino).not.toBe(ino);
  });

  test.each([true, false])("goes through a symbolic link (its target exists: %p)", async (exists) => {
    await using home = await temporaryDirectory();
    await mkdir(home.at("dotfiles"));
    const target = home.at("dotfiles", "pinner.yaml");
    await symlink("dotfiles/pinner.yaml", home.at("link"));
    await symlink("link", home.at("config.yaml"));
    if (exists) await writeFile(target, "a: 1\n", { mode: 0o644 });
    await proveStorable(home.at("config.yaml"));
    await storeToken(home.at("config.yaml"), "t");
    expect((await lstat(home.at("config.yaml"))).isSymbolicLink()).toBe(true);
    expect((await lstat(home.at("link"))).isSymbolicLink()).toBe(true);
    expect(await readFile(target, "utf8")).toBe(`${exists ? "a: 1\n" : ""}auth_token: t\n`);
    expect(await modeOf(target)).toBe(0o600);
    expect(await readdir(home.at("dotfiles"))).toEqual(["pinner.yaml"]);
  });

  test("removes the staging files of killed writers, and no file of anyone else", async () => {
    await using home = await temporaryDirectory();
    const others = [
      ".config.yaml.swp",
      ".other.yaml.0123456789ab.tmp",
      "config.yaml.0123456789ab.tmp",
      "x.tmp",
    ];
    for (const name of [STAGING, ...others]) await writeFile(home.at(name), "auth_token: eyJ");
    await storeToken(home.at("config.yaml"), "t");
    expect((await readdir(home.path)).sort()).toEqual([...others, "config.yaml"].sort());
  });
});

describe("proving that the config file can be written", () => {
  test("leaves nothing behind, whether or not file and directory exist", async () => {
    await using home = await temporaryDirectory();
    await proveStorable(home.at("new", "pinner", "config.yaml"));
    await proveStorable(home.at("config.yaml"));
    expect(await readdir(home.path)).toEqual([]);
    await storeToken(home.at("config.yaml"), "t");
    const before = await stat(home.at("config.yaml"));
    await proveStorable(home.at("config.yaml"));
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
    const { ino, mtimeMs } = await stat(home.at("config.yaml"));
    expect([ino, mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("removes what others left of the same proof, once it is too old to be in use", async () => {
    await using home = await temporaryDirectory();
    const fresh = ".config.yaml.ba9876543210.tmp";
    for (const name of [STAGING, fresh]) await writeFile(home.at(name), "");
    const twoMinutesAgo = new Date(Date.now() - 120_000);
    await utimes(home.at(STAGING), twoMinutesAgo, twoMinutesAgo);
    await proveStorable(home.at("config.yaml"));
    expect(await readdir(home.path)).toEqual([fresh]);
  });

  test("gives the changer's own result back only once the file is in place", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const given = await changeConfig(path, (document) => {
      document.set("secure", false);
      return document.secure ?? "not there before";
    });
    expect(given).toBe("not there before");
    expect((await readConfig(path)).content.secure).toBe(false);
  });
});

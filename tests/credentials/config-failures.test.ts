import { describe, expect, test } from "bun:test";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { proveRemovable, proveStorable, removeToken, storeToken } from "../../src/auth/store.ts";
import { ConfigError } from "../../src/credentials/config-error.ts";
import { readConfig } from "../../src/credentials/config-file.ts";
import { failureOf, temporaryDirectory } from "./temporary.ts";

/** With it, a file can be created and locked, but its staging file's name is too long for any file system. */
const LONG_NAME = `${"c".repeat(245)}.yaml`;

const removeAny = (path: string) => removeToken(path, () => true);

async function problemOf(promise: Promise<unknown>): Promise<{ problem: string; message: string }> {
  const error = await failureOf(promise);
  if (!(error instanceof ConfigError)) throw error;
  return error;
}

describe("a config file that cannot be used", () => {
  test("says that a directory is in its place, and that a part of the path is no directory", async () => {
    await using home = await temporaryDirectory();
    await mkdir(home.at("config.yaml"));
    await writeFile(home.at("file"), "");
    for (const act of [readConfig, proveStorable, (path: string) => storeToken(path, "t")]) {
      const { problem, message } = await problemOf(act(home.at("config.yaml")));
      expect([problem, message]).toEqual([
        "unreadable",
        `${home.at("config.yaml")} cannot be read: it is a directory`,
      ]);
    }
    expect((await problemOf(readConfig(home.at("file", "config.yaml")))).message).toContain(
      "not a directory",
    );
    expect((await readdir(home.path)).sort()).toEqual(["config.yaml", "file"]);
  });

  test("says that a link to nowhere is no directory, and makes none there", async () => {
    await using home = await temporaryDirectory();
    await symlink("nowhere", home.at("link"));
    const path = home.at("link", "below", "config.yaml");
    for (const act of [proveStorable, (file: string) => storeToken(file, "t")])
      expect((await problemOf(act(path))).message).toBe(
        `${path} cannot be written: a part of the path is not a directory`,
      );
    expect(await readdir(home.path)).toEqual(["link"]);
  });

  test("does not wait for ever where a pipe is in its place", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    for (const act of [readConfig, proveStorable, (pipe: string) => storeToken(pipe, "t")])
      expect((await problemOf(act(path))).message).toContain("not a regular file");
    expect((await lstat(path)).isFIFO()).toBe(true);
  }, 3000);

  test.each([
    ["malformed", Buffer.from("auth_token: [hidden\n")],
    ["with a wrong type in it", Buffer.from("auth_token: {hidden: 1}\n")],
    ["of two documents", Buffer.from("a: 1\n---\nb: 2\n")],
    ["in another encoding", Buffer.from("name: M\xfcller\n", "latin1")],
    ["in UTF-16", Buffer.from("\uFEFFa: 1\n", "utf16le")],
  ])("never overwrites a file %s", async (_, bytes) => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await writeFile(path, bytes);
    for (const act of [
      readConfig,
      removeAny,
      proveRemovable,
      proveStorable,
      (file: string) => storeToken(file, "t"),
    ]) {
      const { problem, message } = await problemOf(act(path));
      expect(problem).toBe("invalid");
      expect(message).toStartWith(`${path} is not valid`);
      expect(message).not.toContain("hidden");
    }
    expect(await readFile(path)).toEqual(bytes);
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
  });

  test("whose form leaves no way to change one key is found before anything depends on it", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    const text = "a: &k auth_token\n*k : eyJold.a.b\n";
    await writeFile(path, text);
    for (const act of [proveStorable, proveRemovable, removeAny, (file: string) => storeToken(file, "t")])
      expect(await problemOf(act(path))).toMatchObject({
        problem: "invalid",
        message: expect.stringMatching(
          /cannot be changed: changing `auth_token` would change something else/,
        ),
      });
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
  });

  test("leaves the old file and nothing else where no new one can be written", async () => {
    await using home = await temporaryDirectory();
    const path = home.at(LONG_NAME);
    await writeFile(path, "auth_token: old\n");
    for (const act of [proveStorable, (file: string) => storeToken(file, "new")])
      expect(await problemOf(act(path))).toMatchObject({
        problem: "unwritable",
        message: expect.stringContaining("too long"),
      });
    expect(await readFile(path, "utf8")).toBe("auth_token: old\n");
    expect(await readdir(home.path)).toEqual([LONG_NAME]);
  });

  test("leaves the old file and nothing else where the disk takes no more", async () => {
    await using home = await temporaryDirectory();
    const path = home.at("config.yaml");
    await writeFile(path, "auth_token: old\n");
    const script = join(import.meta.dir, "fixtures", "set-key.ts");
    const limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", process.execPath, script, path, "key", "1"];
    const child = Bun.spawn(limited, { stdout: "ignore", stderr: "pipe" });
    expect(await new Response(child.stderr).text()).toContain(`${path} cannot be written: the file would be`);
    expect(await child.exited).toBe(1);
    expect(await readFile(path, "utf8")).toBe("auth_token: old\n");
    expect(await readdir(home.path)).toEqual(["config.yaml"]);
  });

  test("says in words that a file stands where its directory should be", async () => {
    await using home = await temporaryDirectory();
    await writeFile(home.at("file"), "");
    for (const path of [home.at("file", "config.yaml"), home.at("file", "pinner", "config.yaml")]) {
      const { problem, message } = await problemOf(storeToken(path, "t"));
      expect(problem).toBe("unwritable");
      expect(message).toMatch(/cannot be written: .*directory/);
      await problemOf(proveStorable(path));
    }
    expect(await readFile(home.at("file"), "utf8")).toBe("");
  });
});

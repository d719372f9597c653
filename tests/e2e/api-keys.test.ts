import { describe, expect, test } from "bun:test";
import { run } from "../../tooling/process.ts";
import { createWorld, EMAIL } from "../../tooling/world.ts";

const list = ["account", "api-keys", "list"];
const remove = ["account", "api-keys", "delete"];

const oddNames = [
  "laptop",
  "laptop-2",
  "my laptop",
  "Laptop",
  "🔑 émoji 日本",
  `quotes "'\``,
  "line\nbreak",
  "evil\u001b]0;x\u0007\u202egnp",
  "on",
  "42",
  "-dash",
  "$(id)",
];

describe("pinner account api-keys list", () => {
  for (const count of [0, 10, 11, 101, 1000]) {
    test(`lists all of ${count} keys`, async () => {
      await using world = await createWorld();
      world.portal.addKeys(
        EMAIL,
        Array.from({ length: count }, (_, index) => `key-${index}`),
      );
      const session = await world.portal.issue("login", EMAIL);
      const { exit, stdout } = await world.pinner([...list, "--json"], {
        env: { PINNER_AUTH_TOKEN: session },
      });
      expect(exit).toBe(0);
      const document = JSON.parse(stdout);
      expect(document.count).toBe(count);
      expect(new Set(document.keys.map(({ name }: { name: string }) => name)).size).toBe(count);
      expect(document.keys.some(({ current }: { current: boolean }) => current)).toBe(false);
    });
  }

  test("shows names of every kind as they are, and none of them raw", async () => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "mine");
    world.portal.addKeys(EMAIL, oddNames);
    const json = JSON.parse((await world.pinner([...list, "--json"])).stdout);
    expect(json.keys.map(({ name }: { name: string }) => name).toSorted()).toEqual(
      [...oddNames, "mine"].toSorted(),
    );
    const { stdout } = await world.pinner(list);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(oddNames.length + 2);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(lines.filter((line) => line.includes("in use"))).toHaveLength(1);
    const columns = lines.map((line) => Bun.stringWidth(line.slice(0, line.search(/[\da-f]{8}-|UUID/))));
    expect(new Set(columns).size).toBe(1);
  });

  for (const [search, expected] of [
    ["laptop", ["laptop", "laptop-2", "my laptop", "Laptop"]],
    ["on", ["on"]],
    ["42", ["42"]],
    ["日本", ["🔑 émoji 日本"]],
    ["nothing of the kind", []],
  ] as const) {
    test(`finds ${JSON.stringify(search)} in names, whatever the service's own search does`, async () => {
      await using world = await createWorld();
      world.portal.addKeys(EMAIL, oddNames);
      const session = await world.portal.issue("login", EMAIL);
      const { stdout } = await world.pinner([...list, "-s", search, "--json"], {
        env: { PINNER_AUTH_TOKEN: session },
      });
      const names = JSON.parse(stdout).keys.map(({ name }: { name: string }) => name);
      expect(names.toSorted()).toEqual([...expected].toSorted());
    });
  }

  test("fits a narrow terminal, and shows progress on a long list", async () => {
    await using world = await createWorld();
    await world.logIn(EMAIL, "日本語の名前".repeat(20));
    world.portal.addKeys(
      EMAIL,
      Array.from({ length: 250 }, (_, index) => `a rather long name of a key, number ${index}`),
    );
    world.portal.fault("listKeys", { kind: "delay", ms: 200 });
    for (const columns of [80, 40]) {
      const terminal = world.terminal(list, {}, columns);
      expect(await terminal.exit()).toBe(0);
      expect(terminal.raw()).toContain("of 251 keys");
      const shown = terminal.text().replace(/^.*\r(?!\n)/gm, "");
      for (const line of shown.split(/\r?\n/)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
      expect(shown.match(/[\da-f]{8}-/g)).toHaveLength(251);
    }
  });

  test("needs a login, and asks nothing without one", async () => {
    await using world = await createWorld();
    const { exit, stdout, stderr } = await world.pinner([...list, "--json"]);
    expect({ exit, stdout }).toEqual({ exit: 4, stdout: "" });
    expect(JSON.parse(stderr).error.code).toBe("auth_required");
    expect(world.portal.requests).toHaveLength(0);
  });
});

describe("pinner account api-keys create", () => {
  test("shows the token once, and only the token with -q", async () => {
    await using world = await createWorld();
    await world.logIn();
    const { stdout } = await world.pinner(["account", "api-key", "create", "ci"]);
    const token = stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(await world.portal.isLive(token)).toBe(true);
    const quiet = await world.pinner(["account", "apikey", "create", "ci", "-q"]);
    expect(quiet.stdout).toMatch(/^\S+\n$/);
    expect(await world.portal.isLive(quiet.stdout.trim())).toBe(true);
  });

  for (const name of oddNames) {
    test(`takes the name ${JSON.stringify(name)}`, async () => {
      await using world = await createWorld();
      await world.logIn();
      const { exit, stdout } = await world.pinner(["account", "api-keys", "create", "--json", "--", name]);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout).name).toBe(name);
    });
  }

  test("refuses an empty name before anything is sent", async () => {
    await using world = await createWorld();
    await world.logIn();
    for (const args of [[], [""], ["  "]])
      expect((await world.pinner(["account", "api-keys", "create", ...args])).exit).toBe(2);
    expect(world.portal.requests).toHaveLength(0);
  });

  test("names the key that may exist when the answer is lost, and sends no second one", async () => {
    await using world = await createWorld();
    await world.logIn();
    world.portal.fault("createKey", { kind: "resetAfter" });
    const { exit, stdout, stderr } = await world.pinner([
      "account",
      "api-keys",
      "create",
      "lost one",
      "--json",
    ]);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(JSON.parse(stderr).error.hint).toContain("lost one");
    expect(world.portal.steps().filter((step) => step === "createKey")).toHaveLength(1);
  });

  test("deletes the key again when its token cannot be printed", async () => {
    await using world = await createWorld();
    const { uuid } = await world.logIn();
    const script = 'exec "$0" account api-keys create ci >/dev/full';
    const { exit } = await run(["bash", "-c", script, world.command[0] ?? ""], { env: world.env });
    expect(exit).toBe(1);
    expect(world.portal.liveKeys(EMAIL).map((key) => key.uuid)).toEqual([uuid]);
  });
});

describe("pinner account api-keys delete", () => {
  for (const count of [1, 11, 101, 1000]) {
    test(`finds a key by its exact name among ${count}`, async () => {
      await using world = await createWorld();
      const names = Array.from({ length: count }, (_, index) => `key-${index}`);
      world.portal.addKeys(EMAIL, names);
      const { token } = await world.logIn();
      const { exit, stdout } = await world.pinner([...remove, "key-0", "--json"]);
      expect(exit).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ deleted: true, key: "key-0", uuid: expect.any(String) });
      const left = world.portal.liveKeys(EMAIL).map(({ name }) => name);
      expect(left.toSorted()).toEqual([...names.slice(1), "cli-generated"].toSorted());
      expect(await world.portal.isLive(token)).toBe(true);
    });
  }

  for (const missingKeyDelete of [404, 500] as const) {
    test(`a key that vanishes between look-up and deletion counts as deleted (${missingKeyDelete})`, async () => {
      await using world = await createWorld({ quirks: { missingKeyDelete } });
      await world.logIn();
      const [key] = world.portal.addKeys(EMAIL, ["gone"]);
      world.portal.onArrival = (step) => {
        const account = world.portal.get(EMAIL);
        if (step === "deleteKey") account.keys = account.keys.filter(({ uuid }) => uuid !== key?.uuid);
      };
      const { exit, stdout, stderr } = await world.pinner([...remove, "gone", "--json"]);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ deleted: true, uuid: key?.uuid });
    });
  }

  test("never guesses: no match, part of a name, another case, several of one name", async () => {
    await using world = await createWorld();
    await world.logIn();
    const twins = world.portal.addKeys(EMAIL, ["twin", "twin"]);
    world.portal.addKeys(EMAIL, ["laptop-2", "Laptop"]);
    const before = world.portal.liveKeys(EMAIL);
    for (const name of ["laptop", "lap", crypto.randomUUID(), "twin ", "nothing"]) {
      const { exit, stderr } = await world.pinner([...remove, name, "--json"]);
      expect(exit).toBe(1);
      expect(JSON.parse(stderr).error.code).toBe("not_found");
    }
    const { exit, stderr } = await world.pinner([...remove, "twin", "--json"]);
    expect(exit).toBe(2);
    expect(JSON.parse(stderr).error.code).toBe("ambiguous");
    for (const { uuid } of twins) expect(stderr).toContain(uuid);
    expect(world.portal.liveKeys(EMAIL)).toEqual(before);
    expect((await world.pinner([...remove, twins[0]?.uuid.toUpperCase() ?? ""])).exit).toBe(0);
    expect(world.portal.liveKeys(EMAIL)).toHaveLength(before.length - 1);
  });

  test("takes a UUID for a UUID, even if another key is named so", async () => {
    await using world = await createWorld();
    await world.logIn();
    const [target] = world.portal.addKeys(EMAIL, ["target"]);
    const [decoy] = world.portal.addKeys(EMAIL, [target?.uuid ?? ""]);
    expect((await world.pinner([...remove, target?.uuid ?? ""])).exit).toBe(0);
    const left = world.portal.liveKeys(EMAIL).map(({ uuid }) => uuid);
    expect(left).toContain(decoy?.uuid as string);
    expect(left).not.toContain(target?.uuid as string);
  });

  for (const keyIdIn of ["jti", "sub"] as const) {
    test(`refuses to delete the key in use, known by \`${keyIdIn}\`, from file, variable and flag`, async () => {
      await using world = await createWorld({ quirks: { keyIdIn } });
      const stored = await world.logIn(EMAIL, "stored");
      const other = await world.portal.createKey(EMAIL, "other");
      const third = await world.portal.createKey(EMAIL, "third");
      const env = { PINNER_AUTH_TOKEN: other.token };
      const flag = ["--auth-token", third.token];
      for (const key of [stored.uuid, "stored", "other", "third"]) {
        const { exit, stderr } = await world.pinner([...remove, key, ...flag, "--json"], { env });
        expect(exit).toBe(1);
        expect(JSON.parse(stderr).error.code).toBe("in_use");
      }
      expect(world.portal.liveKeys(EMAIL)).toHaveLength(3);
    });
  }

  test("deletes the key in use with --force, with the stored token, and says what to do", async () => {
    await using world = await createWorld();
    const { token } = await world.logIn(EMAIL, "mine");
    await world.writeConfig(`# mine\nauth_token: ${token}\nother: 1\n`);
    const { exit, stdout, stderr } = await world.pinner([...remove, "mine", "--force", "--json"]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(JSON.parse(stdout).warning).toContain("pinner auth");
    expect(await world.config()).toBe("# mine\nother: 1\n");
    expect(world.portal.liveKeys(EMAIL)).toEqual([]);
  });
});

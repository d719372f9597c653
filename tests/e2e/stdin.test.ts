import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";

const login = ["auth", "-e", EMAIL];

describe("without a terminal", () => {
  test("an empty stdin is a missing password", async () => {
    await using world = await createWorld();
    for (const stdin of [undefined, "", "\n"]) {
      const { exit, stdout, stderr } = await world.pinner(login, stdin === undefined ? {} : { stdin });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      expect(stderr).toContain("--password");
      expect(stderr).toContain("PINNER_PASSWORD");
    }
    expect(world.portal.requests).toHaveLength(0);
  });

  test("a closed stdin is a missing password", async () => {
    await using world = await createWorld();
    const script = `exec "$0" ${login.join(" ")} <&-`;
    const { exit, stderr } = await run(["bash", "-c", script, world.command[0] ?? ""], { env: world.env });
    expect(exit).toBe(2);
    expect(stderr).toContain("PINNER_PASSWORD");
  });

  test("a missing email names its flag and variable, before stdin is read", async () => {
    await using world = await createWorld();
    const { exit, stderr } = await world.pinner(["auth"], { stdin: "idle" });
    expect(exit).toBe(2);
    expect(stderr).toContain("--email");
    expect(stderr).toContain("PINNER_EMAIL");
  });

  test("says after 3 s that it waits for the password on stdin, and still takes it", async () => {
    await using world = await createWorld();
    const started = performance.now();
    const child = Bun.spawn([...world.command, ...login], {
      env: world.env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    const reader = child.stderr.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain("waiting for the password on stdin");
    expect(performance.now() - started).toBeGreaterThan(2900);
    expect(performance.now() - started).toBeLessThan(6000);
    child.stdin.write(`${PASSWORD}\n`);
    await child.stdin.end();
    expect(await child.exited).toBe(0);
  });

  test("gives up after 60 s on an idle pipe, with one document in JSON", async () => {
    const hasty = join(import.meta.dir, "../support/hasty.ts");
    const sources = join(root, "src/bin.ts");
    await using world = await createWorld({ command: [process.execPath, "--preload", hasty, sources] });
    const started = performance.now();
    const { exit, stdout, stderr } = await world.pinner([...login, "--json"], {
      stdin: "idle",
      env: { HASTE: "10" },
    });
    // By its own clock.
    const elapsed = 10 * (performance.now() - started);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(JSON.parse(stderr).error.code).toBe("input_missing");
    expect(elapsed).toBeGreaterThan(59_000);
    // Its start is not faster, and takes seconds on a machine that is busy.
    expect(elapsed).toBeLessThan(120_000);
  });

  test("refuses a password that is not UTF-8 or far too long, before anything is sent", async () => {
    await using world = await createWorld();
    const script = `printf '\\xff\\xfe' | "$0" ${login.join(" ")}; head -c 2000000 /dev/zero | "$0" ${login.join(" ")}`;
    const { stderr } = await run(["bash", "-c", script, world.command[0] ?? ""], { env: world.env });
    expect(stderr).toContain("not UTF-8");
    expect(stderr).toContain("too long");
    expect(world.portal.requests).toHaveLength(0);
  });
});

describe("when stdout cannot be written", () => {
  test("a printed key that nobody can read is deleted again", async () => {
    await using world = await createWorld();
    const env = { ...world.env, PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD };
    for (const script of [
      'exec "$0" auth --stdout >/dev/full',
      '"$0" auth --stdout | true; exit ${PIPESTATUS[0]}',
    ]) {
      const { exit, stderr } = await run(["bash", "-c", script, world.command[0] ?? ""], { env });
      expect(exit).toBe(1);
      expect(stderr).toContain("stdout");
      expect(world.portal.steps()).toContain("createKey");
      expect(world.portal.liveKeys(EMAIL)).toEqual([]);
    }
  });
});

import { beforeAll, describe, expect, test } from "bun:test";
import { need } from "../../tooling/install.ts";
import { run } from "../../tooling/process.ts";
import { createWorld, EMAIL, type World } from "../../tooling/world.ts";
import { createShellWorld, expectNothingRun } from "../support/shells.ts";

beforeAll(() => need("the tests of completion", "bash-completion", "fish"));

const LIBRARY = "/usr/share/bash-completion/bash_completion";

/** What stands in the place of a key: names that need no quotes and occur once, else UUIDs. */
const offeredKeys = ({ portal }: World): string[] =>
  portal.liveKeys(EMAIL).map(({ name, uuid }) => (["laptop", "ci"].includes(name) ? name : uuid));

/** Completes a line in each shell, without a terminal: one offered word a line. */
const shells: Record<string, (world: World, ...words: string[]) => Promise<string[]>> = {
  bash: (world, ...words) => completeInBash(world, "", words),
  "bash with its completion library": (world, ...words) => completeInBash(world, `source ${LIBRARY}`, words),
  async fish(world, ...words) {
    const env = { ...world.env, script: await scriptOf("fish", world), line: ["pinner", ...words].join(" ") };
    const command = ["fish", "--no-config", "-c", 'echo "$script" | source; complete -C "$line"'];
    return offered(await run(command, { env }));
  },
};

const scripts = new Map<string, string>();

async function scriptOf(shell: string, world: World): Promise<string> {
  const script = scripts.get(shell) ?? (await world.pinner(["completion", shell])).stdout;
  scripts.set(shell, script);
  return script;
}

async function completeInBash(world: World, setup: string, words: string[]): Promise<string[]> {
  const script = `${setup}
    ${await scriptOf("bash", world)}
    COMP_LINE="\${COMP_WORDS[*]}" COMP_POINT=\${#COMP_LINE} COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    # It says so only because no TAB was pressed.
    compopt() { :; }
    __pinner_complete
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const command = ["bash", "--norc", "-c", `COMP_WORDS=("$@")\n${script}`, "bash", "pinner", ...words];
  return offered(await run(command, { env: world.env }));
}

function offered({ exit, stdout, stderr }: Awaited<ReturnType<typeof run>>): string[] {
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t", 1)[0] ?? "");
}

for (const [shell, complete] of Object.entries(shells)) {
  describe(`completion in ${shell}`, () => {
    test("offers commands and flags", async () => {
      await using world = await createShellWorld();
      expect(await complete(world, "auth", "st")).toEqual(["status"]);
      const top = await complete(world, "");
      for (const command of ["auth", "register", "doctor"]) expect(top).toContain(command);
      expect(top).not.toContain("complete");
      expect(await complete(world, "account", "api-keys", "delete", "--fo")).toEqual(["--force"]);
      expect(await complete(world, "--json", "completion", "z")).toEqual(["zsh"]);
      expect(world.portal.requests).toHaveLength(0);
    });

    test("offers keys by name, or by UUID where the name needs quotes or is not the only one", async () => {
      await using world = await createShellWorld();
      const keys = offeredKeys(world).toSorted();
      expect((await complete(world, "account", "api-keys", "delete", "")).toSorted()).toEqual(keys);
      const line = ["--timeout", "5", "account", "apikey", "rotate", "la"];
      expect(await complete(world, ...line)).toEqual(["laptop"]);
      await expectNothingRun(world);
    });

    test("offers no keys, and says nothing, when it cannot ask for them", async () => {
      await using world = await createShellWorld();
      world.portal.fault("any", { kind: "hang" });
      const line = ["account", "api-keys", "delete", ""];
      expect(await complete(world, ...line)).toEqual([]);
      expect(world.portal.requests).not.toHaveLength(0);
      await world.writeConfig("auth_token: [");
      expect(await complete(world, ...line)).toEqual([]);
    });
  });
}

describe("pinner complete", () => {
  const cases: Record<string, (world: World) => Promise<unknown> | unknown> = {
    "the service hangs": ({ portal }) => portal.fault("any", { kind: "hang" }),
    "the service hangs later": ({ portal }) => portal.fault("listKeys", { kind: "hang" }),
    "the service fails": ({ portal }) => portal.fault("any", { kind: "status", status: 500 }),
    "the service is down": ({ served }) => served.close(),
    "nobody is logged in": (world) => world.writeConfig(""),
    "the token has expired": async (world) =>
      world.writeConfig(`auth_token: ${await world.portal.issue("api", EMAIL, { exp: 1000 })}\n`),
    "a variable is wrong": ({ env }) => {
      env["PINNER_SECURE"] = "maybe";
    },
    "the config file is broken": (world) => world.writeConfig("auth_token: ["),
    "the config file is open to others": async (world) => {
      world.portal.get(EMAIL).keys = [];
      await Bun.$`chmod 644 ${world.configPath}`.quiet();
    },
  };
  for (const [what, prepare] of Object.entries(cases)) {
    test(`is silent and quick when ${what}`, async () => {
      await using world = await createShellWorld();
      await prepare(world);
      const started = performance.now();
      const result = await world.pinner(["complete", "--", "account", "api-keys", "delete", ""]);
      expect(performance.now() - started).toBeLessThan(1500);
      expect(result).toEqual({ exit: 0, stdout: ":4\n", stderr: "" });
    });
  }
});

describe("pinner complete", () => {
  test("takes other words for a command, and offers them where no name begins so", async () => {
    await using world = await createShellWorld();
    const offeredFor = async (...words: string[]) =>
      (await world.pinner(["complete", "--", ...words])).stdout.split(/\t.*\n|\n/).slice(0, -2);
    expect(await offeredFor("account", "apik")).toEqual(["apikey"]);
    expect(await offeredFor("account", "api")).toEqual(["api-keys"]);
    expect(await offeredFor("account", "apikey", "ro")).toEqual(["rotate"]);
    expect(await offeredFor("account", "api-key", "delete", "--fo")).toEqual(["--force"]);
    expect(await offeredFor("account", "api-key", "delete", "lap")).toEqual(["laptop"]);
  });

  test("says nothing of what went wrong, not even that the disk is full", async () => {
    await using world = await createShellWorld();
    const line = "pinner complete -- auth '' >/dev/full; echo $?";
    const { stdout, stderr } = await run(["bash", "-c", line], { env: world.env });
    expect({ stdout, stderr }).toEqual({ stdout: "1\n", stderr: "" });
  });
});

describe("pinner completion", () => {
  test("in bash can be sourced twice, in strict mode too", async () => {
    await using world = await createShellWorld();
    const script = "set -eu; source <(pinner completion bash); source <(pinner completion bash)";
    const { exit, stdout, stderr } = await run(["bash", "--norc", "-c", script], { env: world.env });
    expect({ exit, stdout, stderr }).toEqual({ exit: 0, stdout: "", stderr: "" });
  });

  test("prints a script for PowerShell too", async () => {
    await using world = await createWorld();
    const { exit, stdout } = await world.pinner(["completion", "powershell"]);
    expect(exit).toBe(0);
    expect(stdout).toContain("Register-ArgumentCompleter -CommandName 'pinner'");
  });

  test("of no shell, or one that it does not know, is exit 2 and names those that it knows", async () => {
    await using world = await createWorld();
    for (const [args, code] of [
      [[], "input_missing"],
      [["hunter2"], "usage"],
    ] as const) {
      const { exit, stdout, stderr } = await world.pinner(["completion", ...args, "--json"]);
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      expect(JSON.parse(stderr).error).toMatchObject({
        code,
        message: expect.stringContaining("bash|zsh|fish|powershell"),
      });
      expect(stderr).not.toContain("hunter2");
    }
  });
});

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { expectSecret } from "./judge.ts";

setDefaultTimeout(60_000);

const CODE = "471106";
const login = ["auth", "--force", "-e", OTP_EMAIL, "-v"];

/** Names of all that is in a directory, and below it. */
const names = (directory: string) => readdir(directory, { recursive: true });

/** Every secret that a login has in memory: from the file, the variables and stdin. */
async function loggedIn(): Promise<{ world: World; token: string }> {
  const world = await createWorld();
  const { token } = await world.logIn();
  return { world, token };
}

describe("a crash of the runtime", () => {
  test.each(["SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS"] as const)(
    "by %s reports no secret, and leaves none in a name",
    async (signal) => {
      const { world, token } = await loggedIn();
      await using _ = world;
      world.portal.fault("any", { kind: "hang" });
      const { exit, stdout, stderr } = await world.pinner(login, {
        stdin: PASSWORD,
        cwd: world.home,
        env: { PINNER_OTP: CODE, PINNER_AUTH_TOKEN: token },
        onStart(child) {
          world.portal.onArrival = () => child.kill(signal);
        },
      });
      expect(exit).toBeGreaterThan(128);
      expect(stdout).toBe("");
      expectSecret(stderr + (await names(world.home)).join("\n"), [PASSWORD, CODE, token]);
    },
  );
});

describe("while it runs", () => {
  test("no secret is in a command line of its own, and it starts no other program", async () => {
    const { world, token } = await loggedIn();
    await using _ = world;
    let looked = 0;
    const children: string[] = [];
    const titles: string[] = [];
    await world.pinner(["auth", "--force", "-e", EMAIL, "-v"], {
      stdin: PASSWORD,
      onStart({ pid }) {
        // At once, while it waits for the answer.
        world.portal.onArrival = () => {
          for (const thread of readdirSync(`/proc/${pid}/task`)) {
            const about = (file: string) => readFileSync(`/proc/${pid}/task/${thread}/${file}`, "utf8");
            children.push(about("children"));
            titles.push(about("comm"));
          }
          titles.push(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
          looked++;
        };
      },
    });
    expect(looked).toBeGreaterThan(2);
    expect(children.join("")).toBe("");
    expect(titles.join()).toContain(EMAIL);
    expectSecret(titles.join(), [PASSWORD, token]);
  });

  test("not even a runtime that is told to print every request does", async () => {
    const { world, token } = await loggedIn();
    await using _ = world;
    for (const value of ["1", "curl", "true"]) {
      const env = { BUN_CONFIG_VERBOSE_FETCH: value, NODE_DEBUG: "http,https,net,tls,fetch", DEBUG: "*" };
      const { exit, stdout, stderr } = await world.pinner(["auth", "--force", "-q", "-e", EMAIL], {
        stdin: PASSWORD,
        env,
      });
      expect({ value, exit, stderr }).toEqual({ value, exit: 0, stderr: "" });
      expectSecret(stdout, [PASSWORD, token]);
    }
  });

  test("an error inside the program shows no secret, however much is asked for", async () => {
    await using world = await createWorld();
    const secret = `${PASSWORD} "with" 100% \\odd/ signs`;
    // A portal that repeats what it was told, where it is told to.
    world.portal.fault("login", {
      kind: "status",
      status: 500,
      body: `no: ${secret} ${JSON.stringify(secret)} ${encodeURIComponent(secret)}`,
    });
    for (const mode of [[], ["-v"], ["--json"], ["--json", "-v"], ["--unmask"]]) {
      for (const how of [{ stdin: secret }, { env: { PINNER_PASSWORD: secret } }]) {
        const { exit, stdout, stderr } = await world.pinner(["auth", "-e", EMAIL, ...mode], how);
        expect({ mode, exit, stdout }).toEqual({ mode, exit: 3, stdout: "" });
        expect(stderr).toContain("***");
        expectSecret(stderr, [secret]);
      }
    }
  });

  test("no result repeats a token of another request than the one that was refused", async () => {
    const { world, token } = await loggedIn();
    await using _ = world;
    // Sent in exchange for a session, and not with this request.
    const body = JSON.stringify({ error: "ErrOdd", message: `the key ${token} is odd` });
    for (const status of [400, 500]) {
      world.portal.clearFaults();
      world.portal.fault("account", { kind: "status", status, body });
      for (const args of [["auth", "status"], ["doctor"], ["account"]]) {
        for (const mode of [[], ["--json"], ["-v"]]) {
          const { exit, stdout, stderr } = await world.pinner([...args, ...mode]);
          expect({ args, mode, exit }).not.toMatchObject({ exit: 0 });
          expect(stdout + stderr).toContain("is odd");
          expectSecret(stdout + stderr, [token]);
        }
      }
    }
  });

  test("what it leaves behind holds no secret but the stored token", async () => {
    const { world } = await loggedIn();
    await using _ = world;
    await world.pinner(["auth", "--force", "-e", EMAIL], {
      stdin: PASSWORD,
      cwd: world.home,
      env: { TMPDIR: world.home },
    });
    expect((await names(world.home)).sort()).toEqual(["pinner", "pinner/config.yaml"]);
    expectSecret((await world.config()) ?? "", [PASSWORD]);
  });
});

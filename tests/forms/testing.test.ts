import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "../../tooling/binary.ts";
import { deno, installPackage, modules } from "../../tooling/forms.ts";
import { keepPackages } from "../../tooling/kept-packages.ts";
import { findNode, node } from "../../tooling/nodes.ts";
import { root, run } from "../../tooling/process.ts";

await ensureBuilt();

/** A project that has installed the package, and tests code of its own with `pinner/testing`. */
let project: string;
const inProject = (...path: string[]) => join(project, ...path);
/** Nothing of this machine, so that no proxy and no token is in the way. */
const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", NO_COLOR: "1" };

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "pinner-project-"));
  // Deno takes no TypeScript below a directory `node_modules`, where packages are tried otherwise.
  await cp(await installPackage("testing"), project, { recursive: true });
  await cp(join(root, "examples/testing"), project, { recursive: true });
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

/** Has the project install a package too. */
async function bring(name: string, kept: string, version: string): Promise<void> {
  const directory = await keepPackages(kept, [version]);
  await rm(inProject("node_modules", name), { recursive: true, force: true });
  await symlink(join(directory, "node_modules", name), inProject("node_modules", name));
}

const tests = async (command: string[]) => {
  const { exit, stdout, stderr } = await run(command, { cwd: project, env });
  return { exit, said: stdout + stderr };
};

test.each(["3.0.5", "2.15.0"])(
  "its tests pass in vitest, with handlers of msw %s",
  async (msw) => {
    await bring("vitest", "vitest", "vitest@5.1.1");
    await bring("msw", `msw-${msw}`, `msw@${msw}`);
    const vitest = [await findNode(node.currentLts), inProject("node_modules/vitest/vitest.mjs"), "run"];
    const { exit, said } = await tests([...vitest, "vitest.test.ts"]);
    expect({ exit, said }).toEqual({ exit: 0, said: expect.stringMatching(/Tests +2 passed/) });
    await writeFile(
      inProject("msw.mjs"),
      `import { setupServer } from "msw/node";
      import { Pinner } from "pinner";
      import { createPortal, handlers } from "pinner/testing";
      const portal = createPortal();
      portal.addAccount({ email: "a@b.c", password: "correct horse" });
      const { token } = await portal.createKey("a@b.c", "ci");
      const server = setupServer(...handlers(portal));
      server.listen({ onUnhandledRequest: "error" });
      portal.fault("account", { kind: "hang" });
      const pinner = new Pinner({ token, timeout: 200, maxRetries: 0 });
      await pinner.account().catch(({ name }) => console.log(name));
      server.close();`,
    );
    // Nothing of msw's about what the client has given up.
    const hang = await tests([await findNode(node.currentLts), "--no-warnings", "msw.mjs"]);
    expect(hang).toEqual({ exit: 0, said: "RequestTimeoutError\n" });
  },
  180_000,
);

test("in Jest as it comes, whose modules are CommonJS and whose `Error` is its own", async () => {
  await bring("jest", "jest", "jest@30.5.2");
  await writeFile(
    inProject("archive.jest.test.js"),
    `const { isNetworkError, Pinner } = require("pinner");
    const { createPortal } = require("pinner/testing");

    test("asks the portal", async () => {
      const portal = createPortal();
      portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
      const { token } = await portal.createKey("ada@example.com", "ci");
      const pinner = new Pinner({ token, fetch: portal.fetch });
      await expect(pinner.account()).resolves.toMatchObject({ email: "ada@example.com" });
      portal.fault("account", { kind: "status", status: 500 });
      await expect(pinner.account()).rejects.toThrow("answered 500");
    });

    test("needs no test to move its timers", async () => {
      jest.useFakeTimers();
      const portal = createPortal();
      portal.addAccount({ email: "ada@example.com", password: "correct horse battery staple" });
      const { token } = await portal.createKey("ada@example.com", "ci");
      const pinner = new Pinner({ token, fetch: portal.fetch });
      portal.fault("account", { kind: "status", status: 503 }, 1);
      portal.fault("account", { kind: "resetBody" }, 1);
      await expect(pinner.account()).resolves.toMatchObject({ email: "ada@example.com" });
      jest.useRealTimers();
    });

    test("is told of the network what there is to tell", async () => {
      const pinner = new Pinner({ token: "none", baseEndpoint: "http://127.0.0.1:2", maxRetries: 0 });
      const error = await pinner.account().catch((reason) => reason);
      expect([isNetworkError(error), error.stage, error.reason]).toEqual([true, "connect", "ECONNREFUSED"]);
    });`,
  );
  const jest = [await findNode(node.twenty), inProject("node_modules/jest/bin/jest.js")];
  const { exit, said } = await tests([...jest, "archive.jest.test.js"]);
  expect({ exit, said }).toEqual({ exit: 0, said: expect.stringMatching(/Tests: +3 passed/) });
}, 180_000);

test("a service that hangs is given up by Node too, which waits for no timeout", async () => {
  await writeFile(
    inProject("hangs.mjs"),
    `import { Pinner } from "pinner";
    import { createPortal } from "pinner/testing";
    const portal = createPortal();
    portal.addAccount({ email: "a@b.c", password: "correct horse" });
    const { token } = await portal.createKey("a@b.c", "ci");
    portal.fault("account", { kind: "hang" });
    const pinner = new Pinner({ token, fetch: portal.fetch, timeout: 50, maxRetries: 0 });
    await pinner.account().catch(({ name }) => console.log(name));`,
  );
  expect(await tests(["node", "hangs.mjs"])).toEqual({ exit: 0, said: "RequestTimeoutError\n" });
});

test("in bun test", async () => {
  const { exit, said } = await tests([process.execPath, "test", "bun.test.ts"]);
  expect({ exit, said }).toEqual({ exit: 0, said: expect.stringMatching(/ 1 pass\n 0 fail/) });
}, 60_000);

test("in deno test, types included, without a permission", async () => {
  // As `deno install` brings them: Deno checks no types without Node's.
  await symlink(join(modules, "@types"), inProject("node_modules/@types"));
  await writeFile(inProject("deno.json"), '{"nodeModulesDir": "manual", "lock": false}');
  const { exit, said } = await tests([deno, "test", "--no-prompt", "archive.deno.test.ts"]);
  expect({ exit, said }).toEqual({ exit: 0, said: expect.stringContaining("1 passed | 0 failed") });
}, 60_000);

test("is one of runtimes that have nothing of Node's", async () => {
  const code = await Bun.file(join(root, "dist/testing.mjs")).text();
  expect([...code.matchAll(/\b(?:from|import|require)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name)).toEqual(
    [],
  );
  expect(code).not.toMatch(/\bprocess\.(?!env\b)|\bBuffer\./);
});

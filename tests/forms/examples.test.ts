import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { root, run } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** What the examples say, done here: their secrets are laid where their engine would lay them, and their command is run. */
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const read = (path: string) => readFile(join(root, "examples", path), "utf8");

/** Lays a secret below the world's own directory. @returns where it is */
async function lay(path: string, secret: string): Promise<string> {
  const file = join(world.home, "engine", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: 0o400 });
  return file;
}

/** A step of the user's that needs a key that works. */
async function step(name: string): Promise<{ path: string; token: () => Promise<string> }> {
  const path = join(world.home, name);
  await writeFile(path, `#!/bin/sh\nprintf %s "$PINNER_AUTH_TOKEN" > '${path}.token'\n`, { mode: 0o755 });
  return { path, token: () => readFile(`${path}.token`, "utf8") };
}

test("Compose: secrets as files, and a key for one step", async () => {
  const { services, secrets } = parse(await read("compose/compose.yaml"));
  const { command, environment, image, secrets: mounted } = services.upload;
  expect(image).toBe(`ghcr.io/pinner-xyz/pinner:${manifest.version}-debug`);
  expect(mounted.toSorted()).toEqual(Object.keys(secrets).toSorted());
  const contents: Record<string, string> = {
    pinner_password: PASSWORD,
    pinner_otp_secret: world.portal.get(OTP_EMAIL).otpSecret ?? "",
  };
  const env: Record<string, string> = { ...environment, PINNER_EMAIL: OTP_EMAIL };
  for (const name of mounted) {
    const [variable] = Object.entries(environment).find(([, path]) => path === `/run/secrets/${name}`) ?? [];
    env[variable ?? ""] = await lay(`run/secrets/${name}`, contents[name] ?? "");
  }
  const upload = await step("upload.sh");
  const { exit, stderr } = await world.pinner([...command.slice(0, -1), upload.path], { env });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(await upload.token()).toStartWith("eyJ");
  expect(world.portal.liveKeys(OTP_EMAIL)).toEqual([]);
});

test("Kubernetes: the token as a file, which is named", async () => {
  const [{ args, env, image, volumeMounts }] = parse(await read("kubernetes/job.yaml")).spec.template.spec
    .containers;
  expect(image).toBe(`ghcr.io/pinner-xyz/pinner:${manifest.version}`);
  const [{ name, value }] = env;
  expect(value).toBe(`${volumeMounts[0].mountPath}/token`);
  const { token } = await world.portal.createKey(EMAIL, "cluster");
  const file = await lay(value, token);
  const { exit, stdout } = await world.pinner(args, { env: { [name]: file } });
  expect(exit).toBe(0);
  expect(stdout).toContain(`${name} (${file})`);
});

test("systemd: the password as a credential", async () => {
  const unit = await read("systemd/pinner-upload.service");
  const directory = join(world.home, "engine/credentials");
  const [, credential = ""] = /^LoadCredential=(\w+):/m.exec(unit) ?? [];
  await lay(`credentials/${credential}`, PASSWORD);
  const env = Object.fromEntries(
    [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [
      name,
      value.replace("%d", directory),
    ]),
  );
  const [, command = ""] = /^ExecStart=\/usr\/local\/bin\/pinner (.*)$/m.exec(unit) ?? [];
  const upload = await step("upload");
  const args = command.split(" ").with(-1, upload.path);
  const { exit, stderr } = await world.pinner(args, { env: { ...env, PINNER_EMAIL: EMAIL } });
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(await upload.token()).toStartWith("eyJ");
});

test("GitHub Actions: the key in a repository's secrets is replaced, on a schedule", async () => {
  const { on, jobs } = parse(await read("github-actions/rotate.yml"));
  expect(on.schedule).toHaveLength(1);
  const { token } = await world.portal.createKey(EMAIL, "ci");
  const bin = join(world.home, "bin");
  await mkdir(bin, { recursive: true });
  // Takes what `gh secret set` takes, and keeps it.
  await writeFile(
    join(bin, "gh"),
    `#!/bin/sh\ntest "$*" = "secret set PINNER_AUTH_TOKEN" && cat > '${bin}/set'\n`,
    {
      mode: 0o755,
    },
  );
  const [{ run: script }] = jobs.rotate.steps;
  const { exit } = await run(["sh", "-euc", script.replace("npx --yes pinner", join(root, "dist/pinner"))], {
    env: { ...world.env, PATH: `${bin}:${world.env["PATH"]}`, PINNER_AUTH_TOKEN: token },
  });
  expect(exit).toBe(0);
  const set = await readFile(join(bin, "set"), "utf8");
  expect([await world.portal.isLive(set), await world.portal.isLive(token)]).toEqual([true, false]);
});

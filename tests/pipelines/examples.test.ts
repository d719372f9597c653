import { beforeEach, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { nearTheEndOfAStep } from "../support/steps.ts";
import { layStep, meet } from "./meeting.ts";

/** What the examples say, done here: their secrets are laid where their engine would lay them, and their command is run, as two jobs at once. */
let world: World;
beforeEach(async () => {
  // The code of one login is waited for by the other, if it has not run out meanwhile.
  world = await createWorld({ clock: nearTheEndOfAStep() });
  return () => world[Symbol.asyncDispose]();
});

const read = (path: string) => readFile(join(root, "examples", path), "utf8");

/** Lays a secret below the world's own directory. @returns where it is */
async function lay(path: string, secret: string): Promise<string> {
  const file = join(world.home, "engine", path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: 0o400 });
  return file;
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
  const upload = join(world.home, "upload.sh");
  await layStep(upload);
  const args = command.with(-1, upload);
  await meet(world, OTP_EMAIL, (more) => world.pinner(args, { env: { ...env, ...more } }));
}, 60_000);

test("Kubernetes: the token as a file, which is named", async () => {
  const [{ args, env, image, volumeMounts }] = parse(await read("kubernetes/job.yaml")).spec.template.spec
    .containers;
  expect(image).toBe(`ghcr.io/pinner-xyz/pinner:${manifest.version}`);
  const [{ name, value }] = env;
  expect(value).toBe(`${volumeMounts[0].mountPath}/token`);
  const { token } = await world.portal.createKey(EMAIL, "cluster");
  const file = await lay(value, token);
  const start = () => world.pinner(args, { env: { [name]: file } });
  for (const { exit, stdout } of await Promise.all([start(), start()])) {
    expect(exit).toBe(0);
    expect(stdout).toContain(`${name} (${file})`);
  }
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
  const upload = join(world.home, "upload");
  await layStep(upload);
  const args = command.split(" ").with(-1, upload);
  const given = { ...env, PINNER_EMAIL: EMAIL };
  await meet(world, EMAIL, (more) => world.pinner(args, { env: { ...given, ...more } }));
});

import { expect } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "../../tooling/process.ts";
import { PASSWORD, type World } from "../../tooling/world.ts";

const JOBS = ["1", "2"];

/**
 * Runs a recipe as two jobs at once, and checks that each has a key of its own while both are at work, that nothing of a
 * secret is shown, and that no key is left.
 * @param start starts one of them; `env` is to reach its steps
 * @param email whose keys these are
 * @param times how often the recipe runs the user's step
 */
export async function meet(
  world: World,
  email: string,
  start: (env: Record<string, string>) => Promise<Run>,
  times = 1,
): Promise<void> {
  const before = world.portal.liveKeys(email);
  const meeting = join(world.home, "meeting");
  await mkdir(meeting, { recursive: true });
  const runs = Promise.all(JOBS.map((JOB) => start({ JOB, MEETING: meeting, BUILD_ID: `40${JOB}` })));
  const ended = runs.then((results) => {
    throw new Error(`a job ended before it met the other: ${JSON.stringify(results)}`);
  });
  const shown: string[] = [];
  for (let time = 1; time <= times; time++) {
    const arrivals = Promise.all(JOBS.map((job) => arrived(join(meeting, `${job}.${time}`))));
    const tokens = await Promise.race([arrivals, ended]);
    expect(new Set(tokens).size).toBe(JOBS.length);
    for (const token of tokens) expect(await world.portal.isLive(token)).toBe(true);
    shown.push(...tokens);
    if (time === times) ended.catch(() => {});
    await writeFile(join(meeting, `go.${time}`), "");
  }
  for (const { exit, stdout, stderr } of await runs) {
    const log = stdout + stderr;
    expect({ exit, log: exit === 0 ? "" : log }).toEqual({ exit: 0, log: "" });
    for (const secret of [PASSWORD, ...shown]) expect(log).not.toContain(secret);
  }
  expect(world.portal.liveKeys(email)).toEqual(before);
}

async function arrived(path: string): Promise<string> {
  for (;;) {
    const token = await readFile(path, "utf8").catch(() => undefined);
    if (token !== undefined) return token;
    await Bun.sleep(20);
  }
}

/** The user's step, at which the jobs meet: it tells its token to the test alone, and waits for the others. */
export const layStep = (path: string): Promise<void> =>
  writeFile(
    path,
    `#!/bin/sh
time=1
while [ -e "$MEETING/$JOB.$time" ]; do time=$((time + 1)); done
printf %s "$PINNER_AUTH_TOKEN" > "$MEETING/new.$JOB"
mv "$MEETING/new.$JOB" "$MEETING/$JOB.$time"
while [ ! -e "$MEETING/go.$time" ]; do sleep 0.05; done
`,
    { mode: 0o755 },
  );

/**
 * Runs a recipe that replaces a repository's key as two jobs at once: whichever is last, the repository has one that works.
 * @param start starts one of them; its `gh` is first on PATH
 */
export async function rotateTwice(
  world: World,
  email: string,
  start: (env: Record<string, string>) => Promise<Run>,
): Promise<void> {
  const { token, uuid } = await world.portal.createKey(email, "ci");
  const bin = join(world.home, "gh-bin");
  await mkdir(bin, { recursive: true });
  const secret = join(bin, "secret");
  // Takes what `gh secret set` takes, and keeps it.
  const script = `#!/bin/sh
test "$*" = "secret set PINNER_AUTH_TOKEN" && cat > '${secret}'.$$ && mv '${secret}'.$$ '${secret}'
`;
  await writeFile(join(bin, "gh"), script, { mode: 0o755 });
  const env = { PATH: `${bin}:${world.env["PATH"]}`, PINNER_AUTH_TOKEN: token };
  const runs = await Promise.all([start(env), start(env)]);
  const kept = await readFile(secret, "utf8");
  expect(runs.map(({ exit }) => exit)).toContain(0);
  expect(await world.portal.isLive(kept)).toBe(true);
  expect(world.portal.liveKeys(email).map((key) => key.uuid)).not.toContain(uuid);
  for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain(kept);
}

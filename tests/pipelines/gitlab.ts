import { expect } from "bun:test";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { findGitlab } from "../../tooling/gitlab.ts";
import { type Run, root, run } from "../../tooling/process.ts";
import type { World } from "../../tooling/world.ts";

/** A GitLab project, whose pipeline runs here. */
export interface Project {
  directory: string;
  /**
   * @param content of its `.gitlab-ci.yml`
   * @param variables of the project
   */
  pipeline(content: object, variables: Record<string, string>): Promise<Run>;
  /** What its jobs have left below `TMPDIR`. */
  left(): Promise<string[]>;
}

/** @param name of a directory of its own in the world's home */
export async function createProject(world: World, name = "project"): Promise<Project> {
  const gitlab = await findGitlab();
  const directory = join(world.home, name);
  const home = join(world.home, `${name}-home`);
  const TMPDIR = join(world.home, `${name}-tmp`);
  for (const path of [join(directory, "templates"), join(home, ".gitlab-ci-local"), TMPDIR])
    await mkdir(path, { recursive: true });
  await cp(join(root, "templates/pinner.yml"), join(directory, "templates/pinner.yml"));
  return {
    directory,
    left: () => readdir(TMPDIR),
    async pipeline(content, variables) {
      await writeFile(join(directory, ".gitlab-ci.yml"), stringify(content));
      const git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"];
      for (const args of [
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "all"],
      ])
        expect((await run([...git, ...args], { cwd: directory })).exit).toBe(0);
      const global = { PINNER_BASE_ENDPOINT: world.url, ...variables };
      await writeFile(join(home, ".gitlab-ci-local/variables.yml"), stringify({ global }));
      const { PATH = "", HOME = "" } = world.env;
      return run([...gitlab, "--home", home], { cwd: directory, env: { PATH, HOME, TMPDIR } });
    },
  };
}

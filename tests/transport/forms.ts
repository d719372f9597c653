import { type FormName, forms, type Start } from "../../tooling/forms.ts";
import { type Run, run } from "../../tooling/process.ts";
import type { World } from "../../tooling/world.ts";

/** The forms that run on this machine without emulation. The others are the same program on the same runtime. */
export const native: FormName[] = [
  "linux-x64",
  "npm on Node 20",
  "npm on the current LTS",
  "npm on Bun",
  "npm on Deno",
  "sources on Deno",
];

export type Invoke = (args: string[], env?: Record<string, string>, stdin?: string) => Promise<Run>;

/** @returns how a form starts in a world; the endpoint is what its permissions are for, where it has any */
export async function startForm(
  name: FormName,
  world: World,
  endpoint: string,
): Promise<Required<Pick<Start, "command" | "env">>> {
  const start: Start = (await forms[name].prepare())({ home: world.home, url: endpoint });
  const { PINNER_HOME: _, ...outer } = world.env;
  const env = { ...outer, PINNER_BASE_ENDPOINT: endpoint, ...start.env };
  return { command: start.command, env };
}

/** @returns what runs a form in a world */
export async function openForm(name: FormName, world: World, endpoint: string): Promise<Invoke> {
  const { command, env } = await startForm(name, world, endpoint);
  return (args, more = {}, stdin) =>
    run([...command, ...args], { ...(stdin === undefined ? {} : { stdin }), env: { ...env, ...more } });
}

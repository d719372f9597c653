import { join } from "node:path";
import { deno } from "../../tooling/forms.ts";
import { root } from "../../tooling/process.ts";
import { createWorld, type World } from "../../tooling/world.ts";

const npmForm = join(root, "dist", "pinner.mjs");

/** How each form of the program is started; the binary, where nothing is said. */
export const forms: Record<string, string[] | undefined> = {
  binary: undefined,
  node: ["node", npmForm],
  bun: [process.execPath, npmForm],
  // Not its launcher in `.bin`, to which signals would go.
  deno: [deno, "run", "--quiet", "-A", "--no-prompt", npmForm],
};

/** A world whose `pinner` has this form. */
export function createIn(form: string): Promise<World> {
  const command = forms[form];
  return createWorld(command ? { command } : {});
}

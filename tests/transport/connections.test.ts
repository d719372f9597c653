import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { FormName } from "../../tooling/forms.ts";
import { createWorld, EMAIL, PASSWORD } from "../../tooling/world.ts";
import { native, openForm } from "./forms.ts";

setDefaultTimeout(60_000);

/** As many as requests are on their way together. */
const commands: [connections: number, args: string[]][] = [
  [2, ["auth", "--stdout"]],
  [2, ["auth", "status"]],
  [1, ["account", "api-keys", "list"]],
];

describe.each(native)("%s", (form: FormName) => {
  test.each(commands)("opens no more than %i connections for pinner %j", async (most, args) => {
    await using world = await createWorld();
    const { token } = await world.logIn();
    const invoke = await openForm(form, world, world.url);
    const { exit } = await invoke(args, {
      PINNER_AUTH_TOKEN: token,
      PINNER_EMAIL: EMAIL,
      PINNER_PASSWORD: PASSWORD,
    });
    expect({ exit, within: world.served.connections() <= most }).toEqual({ exit: 0, within: true });
    expect(world.portal.requests.length).toBeGreaterThan(most);
  });
});

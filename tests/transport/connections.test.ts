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

test.each(native)("%s says what to do about a port that its runtime does not connect to", async (form) => {
  await using world = await createWorld();
  const invoke = await openForm(form, world, "http://127.0.0.1:10080");
  const { exit, stderr } = await invoke(["account", "api-keys", "list"], { PINNER_AUTH_TOKEN: "none" });
  const [reason, next] = form.endsWith("Deno")
    ? ["ERR_UNSAFE_PORT", "Deno does not connect to this port"]
    : ["ECONNREFUSED", "Check the connection"];
  expect({ exit, stderr }).toEqual({ exit: 3, stderr: expect.stringContaining(`${reason}. ${next}`) });
});

import { expect, test } from "bun:test";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** Every command that asks for the account's password at a prompt. */
const rows: Record<string, { args: string[]; prompt: string; prepare?: (world: World) => Promise<unknown> }> =
  {
    auth: { args: ["auth", "-e", EMAIL], prompt: "Password" },
    "auth exec": { args: ["auth", "exec", "-e", EMAIL, "--", "true"], prompt: "Password" },
    "otp disable": {
      args: ["account", "otp", "disable"],
      prompt: "Password",
      prepare: (world) => world.logIn(OTP_EMAIL),
    },
    "account email": {
      args: ["account", "email", "new@example.com"],
      prompt: "Password",
      prepare: (world) => world.logIn(),
    },
  };

for (const [command, { args, prompt, prepare }] of Object.entries(rows)) {
  test(`${command} asks again for a refused password, twice, and for nothing else`, async () => {
    await using world = await createWorld();
    await prepare?.(world);
    const terminal = world.terminal(args);
    for (const typed of ["wrong-password", "wrong-again", PASSWORD]) {
      await terminal.shows(prompt);
      terminal.type(`${typed}\r`);
      if (typed !== PASSWORD) await terminal.shows("refused this password");
    }
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text()).not.toContain("wrong-");
  });

  test(`${command} asks again for what is too short to be a password`, async () => {
    await using world = await createWorld();
    await prepare?.(world);
    const terminal = world.terminal(args);
    await terminal.shows(prompt);
    terminal.type("short\r");
    await terminal.shows("refused this password");
    await terminal.shows(prompt);
    terminal.type(`${PASSWORD}\r`);
    expect(await terminal.exit()).toBe(0);
  });

  test(`${command} gives up after the third`, async () => {
    await using world = await createWorld();
    await prepare?.(world);
    const terminal = world.terminal(args);
    for (let round = 0; round < 3; round++) {
      await terminal.shows(prompt);
      terminal.type("wrong-password\r");
      if (round < 2) await terminal.shows("refused this password");
    }
    expect(await terminal.exit()).toBe(4);
  });
}

test("account password keeps the new one that was typed while the present one is asked for again", async () => {
  await using world = await createWorld();
  await world.logIn();
  const terminal = world.terminal(["account", "password"]);
  const answers = [
    ["Present password", "wrong-password"],
    ["New password", "another-horse-battery"],
    ["The new password again", "another-horse-battery"],
    ["Present password", PASSWORD],
  ] as const;
  for (const [prompt, text] of answers) {
    await terminal.shows(prompt);
    terminal.type(`${text}\r`);
  }
  expect(await terminal.exit()).toBe(0);
  expect(world.portal.get(EMAIL).password).toBe("another-horse-battery");
});

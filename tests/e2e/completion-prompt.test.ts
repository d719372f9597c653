import { beforeAll, describe, expect, test } from "bun:test";
import { need } from "../../tooling/install.ts";
import { openTerminal, type Terminal } from "../../tooling/terminal.ts";
import type { World } from "../../tooling/world.ts";
import { createShellWorld, expectNothingRun } from "../support/shells.ts";

beforeAll(() => need("the tests of completion at a prompt", "zsh"));

describe("at a prompt, TAB", () => {
  // By default zsh itself runs the `$(…)` that the cursor stands behind.
  const setups: Record<string, [command: string[], setup: string]> = {
    bash: [["bash", "--norc", "--noprofile", "-i"], "source <(pinner completion bash)"],
    zsh: [
      ["zsh", "-f", "-i"],
      "autoload -Uz compinit; compinit -u -D; source <(pinner completion zsh); bindkey '^I' complete-word",
    ],
  };
  for (const [shell, [command, setup]] of Object.entries(setups)) {
    const open = async (world: World): Promise<Terminal> => {
      const terminal = openTerminal(command, world.env, 100);
      await terminal.shows("READY> ");
      terminal.type(`${setup}; printf '<%s>' set up\r`);
      await terminal.shows("<set><up>");
      return terminal;
    };
    /** Prints the words of the line that was completed, instead of running it. */
    const printLine = "\u0001printf '<%s>' \r";

    test(`in ${shell} completes a command, a flag and the name of a key`, async () => {
      await using world = await createShellWorld();
      const terminal = await open(world);
      for (const [typed, expected] of [
        ["pinner auth st\t", "<pinner><auth><status>"],
        ["pinner account api-keys delete --fo\t", "<pinner><account><api-keys><delete><--force>"],
        ["pinner account api-keys rotate la\t", "<pinner><account><api-keys><rotate><laptop>"],
      ]) {
        terminal.type(`${typed}${printLine}`);
        await terminal.shows(expected ?? "");
      }
      terminal.kill("SIGKILL");
    });

    test(`in ${shell} runs nothing that was typed or that a key is called`, async () => {
      await using world = await createShellWorld();
      const kept = `${world.home}/pinner/kept`;
      await Bun.write(kept, "content");
      const terminal = await open(world);
      for (const line of [
        "pinner account api-keys delete ",
        `pinner account $(touch ${world.home}/typed) `,
        `pinner auth --email=$(>${world.home}/typed)=`,
        `pinner account \`touch ${world.home}/typed\` api-k`,
        `pinner account api-keys list > ${kept} --js`,
      ]) {
        terminal.type(`${line}\t\u0001\u000bprintf '<%s>' no thing\r`);
        await terminal.shows("<no><thing>");
      }
      await expectNothingRun(world);
      expect(await Bun.file(kept).text()).toBe("content");
      terminal.kill("SIGKILL");
    });
  }

  test("in zsh tells the names of keys that are offered by UUID", async () => {
    await using world = await createShellWorld();
    const [command = [], setup = ""] = setups["zsh"] ?? [];
    const terminal = openTerminal(command, world.env, 100);
    await terminal.shows("READY> ");
    terminal.type(`${setup}\rpinner account api-keys delete \t\t`);
    await terminal.shows("-- my key");
    terminal.kill("SIGKILL");
  });
});

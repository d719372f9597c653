import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Form, type FormName, forms, recordForm, type Start } from "../../tooling/forms.ts";
import { type RunOptions, run } from "../../tooling/process.ts";
import { openTerminal } from "../../tooling/terminal.ts";
import { createWorld, EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { expand, furnish, normalise, type Situation, steps } from "./scenarios.ts";

const SLOW = 30_000;

/** The same life with the program, in one of its forms. The form is recorded as run when all of it has passed. */
export function testForm(name: FormName): void {
  const form: Form = forms[name];
  describe(name, () => {
    let world: World;
    let start: Start;
    let situation: Situation;
    let passed = 0;

    const invoke = (args: string[], options: RunOptions = {}) =>
      run([...start.command, ...args], {
        ...options,
        stdinFile: form.stdinFile ?? false,
        env: { ...environment(), ...options.env },
        ...(start.cwd ? { cwd: start.cwd } : {}),
      });
    const environment = () => {
      const { PINNER_HOME: _, ...env } = world.env;
      return { ...env, LANG: "C.UTF-8", ...start.env };
    };

    beforeAll(async () => {
      world = await createWorld();
      furnish(world);
      start = (await form.prepare())({ home: world.home, url: world.url });
      const { stdout } = await invoke(["config", "path"]);
      situation = { world, configPath: stdout.trimEnd(), printed: new Map() };
    }, 240_000);
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
      if (passed === possible.length + (form.terminal ? 3 : 0)) await recordForm(name);
    });

    const possible = steps.filter((step) => !form.except?.includes(step.name));
    for (const step of possible) {
      test(
        step.name,
        async () => {
          const { args, env, stdin, fault } = step;
          if (fault) world.portal.fault("any", fault);
          const { exit, stdout, stderr } = await invoke(args(situation), {
            ...(env ? { env: env(situation) } : {}),
            ...(stdin === undefined ? {} : { stdin: typeof stdin === "string" ? stdin : stdin(situation) }),
          });
          world.portal.clearFaults();
          situation.printed.set(step.name, stdout);
          expect({
            exit,
            stdout: normalise(stdout),
            ...(step.stderr === undefined ? {} : { stderr }),
          }).toEqual({
            exit: step.exit,
            stdout: normalise(expand(step.stdout, situation)),
            ...(step.stderr === undefined ? {} : { stderr: expand(step.stderr, situation) }),
          });
          passed++;
        },
        SLOW,
      );
    }
    if (!form.terminal) return;

    test(
      "prompts at a terminal, and echoes no password",
      async () => {
        const terminal = open(["auth", "--force"]);
        await terminal.shows("Email");
        terminal.type(`${EMAIL}\r`);
        await terminal.shows("Password");
        terminal.type(`${PASSWORD}\r`);
        await terminal.shows("Logged in to");
        expect(await terminal.exit()).toBe(0);
        expect(terminal.raw()).not.toContain(PASSWORD);
        expect(terminal.isRestored()).toBe(true);
        passed++;
      },
      SLOW,
    );

    test(
      "Ctrl-C at a prompt restores the terminal and exits 130",
      async () => {
        const terminal = open(["auth", "--force"]);
        await terminal.shows("Email");
        terminal.type("\u0003");
        expect(await terminal.exit()).toBe(130);
        expect(terminal.isRestored()).toBe(true);
        passed++;
      },
      SLOW,
    );

    test(
      "Ctrl-C while the network is asked exits 130",
      async () => {
        world.portal.fault("login", { kind: "hang" }, 1);
        const asked = new Promise<void>((resolve) => {
          world.portal.onArrival = () => resolve();
        });
        const terminal = open(["auth", "--force", "-e", EMAIL], { PINNER_PASSWORD: PASSWORD });
        await asked;
        terminal.type("\u0003");
        expect(await terminal.exit()).toBe(130);
        passed++;
      },
      SLOW,
    );

    const open = (args: string[], env: Record<string, string> = {}) =>
      openTerminal([...start.command, ...args], { ...environment(), ...env }, 100, start.cwd);
  });
}

import { describe, expect, test } from "bun:test";
import { openTerminal, type Terminal } from "../../tooling/terminal.ts";
import { EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import { createIn, forms } from "./forms.ts";

/** What a terminal can do at each prompt, in each form of the program. */

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_Z = "\u001a";
const PATIENCE_MS = 30_000;
/** Of a processor, with the start of the slowest runtime: where each key draws the line again, it is minutes. */
const PASTE_MS = 2000;

/** How each prompt is reached, and what answers it. */
const prompts = {
  Email: { env: {}, answer: EMAIL, stored: false },
  Password: { env: { PINNER_EMAIL: EMAIL }, answer: PASSWORD, stored: false },
  "2FA code": { env: { PINNER_EMAIL: OTP_EMAIL, PINNER_PASSWORD: PASSWORD }, answer: "code", stored: false },
  Overwrite: { env: { PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD }, answer: "y", stored: true },
} as const;
type Prompt = keyof typeof prompts;

async function atPrompt(form: string, prompt: Prompt): Promise<{ world: World; terminal: Terminal }> {
  const world = await createIn(form);
  if (prompts[prompt].stored) await world.logIn();
  const terminal = world.terminal(["auth"], prompts[prompt].env);
  await terminal.shows(prompt);
  return { world, terminal };
}

/** What answers the prompt, and those behind it, with what ends each. */
function answers(world: World, prompt: Prompt, enter: string): string {
  if (prompt === "Email") return `${EMAIL}${enter}${PASSWORD}${enter}`;
  if (prompt === "2FA code") return `${world.portal.otpCode(OTP_EMAIL)}${enter}`;
  return `${prompts[prompt].answer}${enter}`;
}

async function logsIn(terminal: Terminal, world: World, prompt: Prompt, enter: string): Promise<void> {
  terminal.type(answers(world, prompt, enter));
  await terminal.shows("Logged in to");
  expect(await terminal.exit()).toBe(0);
  expect(terminal.raw()).not.toContain(PASSWORD);
  expect(terminal.isRestored()).toBe(true);
}

/** Resolves when the service is asked for it. */
const arrivalOf = ({ portal }: World, step: string): Promise<void> =>
  new Promise((resolve) => {
    portal.onArrival = (arrived) => void (arrived === step && resolve());
  });

for (const form of Object.keys(forms)) {
  describe(`a prompt of the form "${form}"`, () => {
    for (const prompt of Object.keys(prompts) as Prompt[]) {
      for (const [key, exit, press] of [
        ["Ctrl-C", 130, (terminal: Terminal) => terminal.type(CTRL_C)],
        ["Ctrl-D", 130, (terminal: Terminal) => terminal.type(CTRL_D)],
        ["SIGTERM", 143, (terminal: Terminal) => terminal.kill("SIGTERM")],
        ["a hang-up", 129, (terminal: Terminal) => terminal.hangUp()],
      ] as const) {
        test(
          `${prompt}: ${key} ends it`,
          async () => {
            const { world, terminal } = await atPrompt(form, prompt);
            await using _ = world;
            const before = await world.config();
            press(terminal);
            expect(await terminal.exit()).toBe(exit);
            if (key !== "a hang-up") expect(terminal.isRestored()).toBe(true);
            expect(await world.config()).toEqual(before);
          },
          PATIENCE_MS,
        );
      }

      for (const [name, enter] of [
        ["CR", "\r"],
        ["LF", "\n"],
      ] as const)
        test(
          `${prompt}: ${name} is Enter, and what is behind it answers the next prompt`,
          async () => {
            const { world, terminal } = await atPrompt(form, prompt);
            await using _ = world;
            await logsIn(terminal, world, prompt, enter);
          },
          PATIENCE_MS,
        );

      test(
        `${prompt}: Ctrl-Z where nobody does job control, and SIGSTOP with SIGCONT, leave it standing`,
        async () => {
          const { world, terminal } = await atPrompt(form, prompt);
          await using _ = world;
          terminal.type(CTRL_Z);
          await terminal.shows(prompt);
          terminal.kill("SIGSTOP");
          await Bun.sleep(50);
          terminal.kill("SIGCONT");
          await terminal.shows(prompt);
          await logsIn(terminal, world, prompt, "\r");
        },
        PATIENCE_MS,
      );

      test(
        `${prompt}: Ctrl-Z gives the terminal to the shell, and fg gives it back`,
        async () => {
          await using world = await createIn(form);
          if (prompts[prompt].stored) await world.logIn();
          const env = { ...world.env, ...prompts[prompt].env, PS1: "shell> ", HISTFILE: "" };
          const terminal = openTerminal(["bash", "--norc", "--noprofile", "-i"], env, 100);
          await terminal.shows("shell> ");
          terminal.type(`${world.command.join(" ")} auth; echo "exit=$?"\n`);
          await terminal.shows(prompt);
          terminal.type(CTRL_Z);
          await terminal.shows("Stopped");
          await terminal.shows("shell> ");
          const stopped = terminal.raw().length;
          terminal.type("fg\n");
          await terminal.shows(prompt);
          await Bun.sleep(200);
          expect(terminal.raw().slice(stopped).split(prompt)).toHaveLength(2);
          terminal.type(answers(world, prompt, "\r"));
          await terminal.shows("Logged in to");
          await terminal.shows("shell> ");
          expect(terminal.raw()).not.toContain(PASSWORD);
          terminal.type("exit\n");
          await terminal.exit();
        },
        PATIENCE_MS,
      );
    }

    test(
      "Overwrite: Enter alone, CR or LF, is no",
      async () => {
        for (const enter of ["\r", "\n"]) {
          const { world, terminal } = await atPrompt(form, "Overwrite");
          await using _ = world;
          terminal.type(enter);
          expect(await terminal.exit()).toBe(130);
          expect(world.portal.requests).toHaveLength(0);
        }
      },
      PATIENCE_MS,
    );

    test(
      "what was typed before it came up counts",
      async () => {
        await using world = await createIn(form);
        const terminal = world.terminal(["auth"], { PINNER_PASSWORD: PASSWORD });
        terminal.type(`${EMAIL}\n`);
        await terminal.shows("Logged in to");
        expect(await terminal.exit()).toBe(0);
      },
      PATIENCE_MS,
    );

    test(
      "what is typed while the service is asked is not shown, and counts at the next",
      async () => {
        for (const stopped of [false, true]) {
          const { world, terminal } = await atPrompt(form, "Password");
          await using _ = world;
          const asked = arrivalOf(world, "login");
          world.portal.fault("login", { kind: "delay", ms: 700 });
          terminal.type("wrong-password\r");
          await asked;
          if (stopped) {
            terminal.kill("SIGSTOP");
            terminal.kill("SIGCONT");
          }
          await Bun.sleep(200);
          await logsIn(terminal, world, "Password", "\r");
          expect(terminal.raw()).not.toContain("wrong-");
        }
      },
      PATIENCE_MS,
    );

    test(
      "Ctrl-C while the service is asked ends it",
      async () => {
        const { world, terminal } = await atPrompt(form, "Password");
        await using _ = world;
        const asked = arrivalOf(world, "login");
        world.portal.fault("login", { kind: "hang" });
        terminal.type(`${PASSWORD}\r`);
        await asked;
        await Bun.sleep(200);
        terminal.type(CTRL_C);
        expect(await terminal.exit()).toBe(130);
        expect(terminal.isRestored()).toBe(true);
      },
      PATIENCE_MS,
    );

    test(
      "a command that is run has the terminal as it was",
      async () => {
        await using world = await createIn(form);
        const terminal = world.terminal([
          "auth",
          "exec",
          "-e",
          EMAIL,
          "--",
          "sh",
          "-c",
          "stty -a; read line; echo said $line",
        ]);
        await terminal.shows("Password");
        terminal.type(`${PASSWORD}\r`);
        await terminal.shows(" echo ");
        terminal.type("hello\n");
        await terminal.shows("said hello");
        expect(await terminal.exit()).toBe(0);
      },
      PATIENCE_MS,
    );

    test(
      "64 KB are pasted without seconds of work, in columns of any number",
      async () => {
        await using world = await createIn(form);
        for (const columns of [0, 20, 200]) {
          const terminal = world.terminal(["auth", "--with-token"], {}, columns);
          await terminal.shows("Token");
          const secret = "x7".repeat(32_000);
          terminal.type(secret);
          terminal.type("\r");
          expect(await terminal.exit()).toBe(2);
          expect(terminal.busyMs()).toBeLessThan(PASTE_MS);
          expect(terminal.raw()).not.toContain("x7x7");
        }
      },
      PATIENCE_MS,
    );

    test(
      "is a plain line where the terminal knows nothing else",
      async () => {
        for (const TERM of ["dumb", ""]) {
          await using world = await createIn(form);
          await world.logIn();
          const terminal = world.terminal(["auth"], { TERM });
          await terminal.shows("(y/N): ");
          terminal.type("y\n");
          await terminal.shows("Email: ");
          terminal.type("alicf\u007f\u0015alice\n");
          await terminal.shows("name@example.com");
          await terminal.shows("Email: ");
          terminal.type(`${EMAIL}\n${PASSWORD}\n`);
          await terminal.shows("Logged in to");
          expect(await terminal.exit()).toBe(0);
          expect(terminal.raw()).not.toContain("\u001b");
          expect(terminal.raw()).not.toContain(PASSWORD);
          expect(terminal.isRestored()).toBe(true);
        }
      },
      PATIENCE_MS,
    );
  });
}

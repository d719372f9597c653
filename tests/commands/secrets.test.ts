import { afterAll, describe, setDefaultTimeout, test } from "bun:test";
import { globalArgs } from "../../src/cli/arg.ts";
import { count, printCounts } from "../../tooling/counts.ts";
import { sideBySide } from "../../tooling/faults/support.ts";
import { createWorld } from "../../tooling/world.ts";
import { expectSecret } from "../hostile/judge.ts";
import type { CommandPath } from "../support/commands.ts";
import { allCommands, commandAt } from "../support/commands.ts";

setDefaultTimeout(60_000);
afterAll(printCounts);

/** One that no message can hold by chance, and one of a token's form. */
const SECRETS = ["Zq7-hunter2_Zq7", `eyJhbGciOiJFZERTQSJ9.eyJhdWQiOlsiYXBpIl19.${"Zq7".repeat(20)}`];
const MODES = [[], ["-v"], ["--json"], ["--json", "-v"]];
/** What a name says of a value. Whatever is called so holds a secret, or must be called otherwise. */
const SOUNDS_SECRET = /pass|secret|token|otp|\bpin\b|credential/;

interface Given {
  type?: string;
  alias?: string;
  secret?: true;
}

const isSecret = ([name, { type, secret }]: [string, Given]): boolean =>
  secret === true || (type !== "boolean" && SOUNDS_SECRET.test(name));

/** The arguments of a command, with those of every command. */
const argsOf = async (path: CommandPath): Promise<[string, Given][]> =>
  Object.entries<Given>({ ...globalArgs, ...((await commandAt(path)).args as Record<string, Given>) });

/** Everything that somebody might type, or set, to give a secret; some of it wrong. */
function* attempts(words: string[], name: string, { type, alias }: Given, secret: string) {
  const variable = `PINNER_${name.toUpperCase().replaceAll("-", "_")}`;
  yield { args: words, env: { [variable]: secret } };
  yield { args: [...words, "--", secret, secret, secret] };
  if (type === "positional") {
    yield { args: [...words, secret] };
    yield { args: [...words, secret, secret] };
    yield { args: [secret, ...words] };
    yield { args: [...words.slice(0, -1), secret, ...words.slice(-1)] };
    yield { args: [...words, "--", secret] };
    return;
  }
  for (const flag of [`--${name}`, `--${name}x`, `--${name.slice(1)}`, `-${name}`, `--no-${name}`]) {
    yield { args: [...words, flag, secret] };
    yield { args: [...words, `${flag}=${secret}`] };
  }
  yield { args: [...words, `--${name}${secret}`] };
  yield { args: [`--${name}`, secret, ...words] };
  yield { args: [...words, `--${name}`, `-${secret}`] };
  yield { args: [...words, `--json=${secret}`] };
  if (!alias) return;
  yield { args: [...words, `-${alias}`, secret] };
  yield { args: [...words, `-${alias}${secret}`] };
  yield { args: [...words, `-${alias}=${secret}`] };
}

describe("an argument that holds a secret", () => {
  for (const path of allCommands) {
    test(`of \`pinner ${path}\` is repeated by no stream, however it is given`, async () => {
      const secretArgs = (await argsOf(path)).filter(isSecret);
      const all = secretArgs.flatMap(([name, arg]) =>
        SECRETS.flatMap((secret) =>
          [...attempts(path.split(" "), name, arg, secret)].map((attempt, at) => ({
            ...attempt,
            secret,
            at,
          })),
        ),
      );
      await sideBySide(all, async ({ args, env = {}, secret, at }) => {
        await using world = await createWorld();
        count("secrets given");
        const run = await world.pinner([...args, ...(MODES[at % MODES.length] ?? [])], { env });
        // It is there to print the token in force.
        const printed = path === "auth token" && run.exit === 0 ? "" : run.stdout;
        try {
          expectSecret(printed + run.stderr, [secret]);
        } catch (error) {
          throw new Error(`pinner ${args.join(" ")}: ${JSON.stringify(run)}`, { cause: error });
        }
      });
    });

    test(`of \`pinner ${path}\` says so where it is defined`, async () => {
      for (const [name, arg] of (await argsOf(path)).filter(isSecret)) {
        if (!arg.secret)
          throw new Error(
            `"${name}" of \`pinner ${path}\` sounds like a secret: give it \`secret: true\`, or another name`,
          );
      }
    });
  }
});

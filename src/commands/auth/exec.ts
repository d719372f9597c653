import { hostname } from "node:os";
import { serviceClock } from "../../auth/clock.ts";
import { staked } from "../../auth/keys.ts";
import { logIn } from "../../auth/login.ts";
import { askEmail } from "../../cli/ask.ts";
import { PASSWORD, withPassword } from "../../cli/ask-password.ts";
import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { explain } from "../../cli/explain.ts";
import { UsageError } from "../../cli/failure.ts";
import { runProgram, withoutSecrets } from "../../cli/run-program.ts";
import { openSession } from "../../cli/session.ts";
import { fileOf } from "../../cli/variables.ts";
import type { Pinner } from "../../sdk/client.ts";
import { isInsecure } from "../../sdk/endpoint.ts";
import { withKey } from "../../sdk/rotation.ts";
import { otpCodeArg, passwordArg } from "../_args.ts";
import { givenCode, validateCode } from "./_otp.ts";

export default defineCommand({
  passesOn: "required",
  args: {
    email: {
      type: "string",
      alias: "e",
      valueHint: "EMAIL",
      description: "Log in with this email, rather than use the token in force",
      variable: "PINNER_EMAIL",
    },
    password: { ...passwordArg, description: "Password", variable: "PINNER_PASSWORD" },
    "otp-code": otpCodeArg,
    "key-name": {
      type: "string",
      alias: "k",
      valueHint: "NAME",
      description: "Name of the key, if not exec- and this machine's name",
    },
    "no-create-key": { type: "boolean", description: "Give COMMAND the login token, and create no key" },
  },
  examples: [
    ["pinner auth exec -- ./upload.sh", "A key for this step alone, in PINNER_AUTH_TOKEN"],
    ["pinner auth exec -e me@example.com -- make publish", "The same, with a login of its own"],
  ],
  async run(context) {
    if (context.flag("no-create-key") && context.given("key-name"))
      throw new UsageError("--key-name and --no-create-key exclude each other: there is no key to name");
    const { pinner, token } = await openWorkingSession(context);
    if (context.flag("no-create-key"))
      return tell(context, await runWith(context, token ?? (await pinner.session())));
    const name = context.text("key-name") ?? `exec-${hostname()}`;
    return context.uninterrupted(async () => {
      let left: string | undefined;
      const { key, result } = await withKey(
        staked(pinner, context.stake),
        name,
        (created) => runWith(context, created.token),
        context,
        (uuid, error) => {
          left = leftKey(uuid, error);
        },
      );
      if (left === undefined)
        context.out.debug(
          `the key ${key.uuid} is deleted; Pinner's other services go on accepting its token until its end`,
        );
      return tell(context, result, left);
    });
  },
});

type ExecContext = Context<"email" | "key-name", "no-create-key", "password" | "otp-code">;

/** A login where an email is given, else the token in force. stdin is COMMAND's. */
async function openWorkingSession(context: ExecContext): Promise<{ pinner: Pinner; token?: string }> {
  const logsIn = context.given("email") || context.env("PINNER_EMAIL") || fileOf("PINNER_EMAIL");
  if (!logsIn) return { pinner: (await openSession(context)).pinner };
  const code = await givenCode(context);
  const clock = serviceClock();
  const clientFor = await context.clientFactory(clock.onRequest);
  const email = await askEmail(context, { variable: "PINNER_EMAIL" });
  const client = clientFor(undefined);
  const token = await withPassword(context, { ...PASSWORD, notOnStdin: true }, (password) =>
    logIn(client, { email, password }, (otpToken) =>
      validateCode(context, client, otpToken, code, clock.now),
    ),
  );
  return { pinner: clientFor(token), token };
}

/** How COMMAND ended, and why it could not be run. */
interface End {
  exit: number;
  problem?: string | undefined;
}

async function runWith(context: ExecContext, token: string): Promise<End> {
  // The service, too, that the token is of: COMMAND may know of another, or of none.
  const endpoint = await context.endpoint();
  const env = {
    ...withoutSecrets({ ...process.env }),
    PINNER_BASE_ENDPOINT: endpoint,
    ...(isInsecure(endpoint) ? { PINNER_SECURE: "false" } : {}),
  };
  let problem: string | undefined;
  context.out.endDialogue();
  const exit = await runProgram(context.passedOn, {
    env: { ...env, PINNER_AUTH_TOKEN: token },
    passOn: context.passOn,
    failed(message) {
      problem = message;
    },
  });
  return { exit, problem };
}

function leftKey(uuid: string, error: unknown): string {
  const how = `delete it with \`pinner account api-keys delete ${uuid}\``;
  return `the key ${uuid} of this step could not be deleted: ${explain(error).message}. It still works: ${how}`;
}

/** Says what went wrong, in one. @returns COMMAND's exit code */
function tell({ out }: ExecContext, { exit, problem }: End, left?: string): number {
  if (problem !== undefined) {
    out.drop();
    out.error({ code: "command_failed", message: problem, hint: left });
  } else if (left !== undefined) out.warn(left);
  return exit;
}

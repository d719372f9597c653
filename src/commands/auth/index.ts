import { defineCommand } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { UsageError } from "../../cli/failure.ts";
import { accountPasswordArg, otpCodeArg } from "../_args.ts";

const loginArgs = ["email", "password", "otp-code", "key-name", "no-create-key", "stdout"] as const;

export default defineCommand({
  args: {
    token: {
      type: "positional",
      required: false,
      secret: true,
      description: "Store this token instead of logging in",
    },
    email: {
      type: "string",
      alias: "e",
      valueHint: "EMAIL",
      description: "Email of the account",
      variable: "PINNER_EMAIL",
    },
    password: accountPasswordArg,
    "otp-code": otpCodeArg,
    "key-name": {
      type: "string",
      alias: "k",
      valueHint: "NAME",
      description: "Name of the new key",
      default: "cli-generated",
    },
    "no-create-key": { type: "boolean", description: "Store the login token, which is good for 24 hours" },
    force: { type: "boolean", description: "Overwrite a stored token without asking" },
    web: { type: "boolean", description: "Without a password: paste a key made on the web" },
    "with-token": { type: "boolean", description: "Store a token from stdin, or from a prompt" },
    stdout: { type: "boolean", description: "Print the new token and store nothing" },
  },
  examples: [
    ["pinner auth", "Ask for email and password, then store a new API key"],
    ["pinner auth --email me@example.com < password.txt", "In a pipeline: the password on stdin"],
    [
      "pinner auth --key-name laptop",
      "Name the key; others of that name end, also those of jobs that still run",
    ],
    [
      "TOKEN=$(pinner auth --stdout)",
      "A new key for this script alone, from PINNER_EMAIL and PINNER_PASSWORD",
    ],
    ["pinner auth --with-token < token.txt", "Store a token that you have"],
  ],
  async run(context) {
    if (!context.given("token") && !context.flag("with-token") && !context.flag("web")) {
      const { logInWith } = await import("./_login.ts");
      return logInWith(context);
    }
    refuseLoginArgs(context);
    if (context.flag("web")) {
      const { logInOnTheWeb } = await import("./_web.ts");
      return logInOnTheWeb(context);
    }
    const { storeGivenToken } = await import("./_with-token.ts");
    return storeGivenToken(context);
  },
});

type GivenArgs = Pick<Context<"token" | "with-token" | "web" | (typeof loginArgs)[number]>, "given">;

function refuseLoginArgs(context: GivenArgs): void {
  if (context.given("token") && context.given("with-token"))
    throw new UsageError("TOKEN and --with-token exclude each other: give the token once");
  if (context.given("web") && (context.given("token") || context.given("with-token")))
    throw new UsageError("--web asks for the token: leave TOKEN and --with-token out");
  const flag = loginArgs.find(context.given);
  if (flag) throw new UsageError(`--${flag} is for logging in: leave it out, or leave the token out`);
}

import fc from "fast-check";
import type { Script } from "./service.ts";
import { code, hostileText, jwt, secret } from "./text.ts";

/** One run of pinner, with nothing but harm around it. */
export interface Case {
  args: string[];
  env: Record<string, string>;
  config: string;
  stdin?: string | undefined;
  script: Script;
  /** What must not be shown. */
  secrets: string[];
}

const UUID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee0";
const LATER = 4_000_000_000;
const paths = [
  "login",
  "validate",
  "key",
  "account",
  "keys",
  "generate",
  "verify",
  "disable",
  "register",
  "verify-email",
  "resend",
  UUID,
];
const modes = [[], ["--json"], ["-v"], ["--json", "-v"], ["-q"], ["--unmask"]];

interface Command {
  args: string[];
  /** What it is there to print. */
  shows?: ("apiKey" | "otpSecret" | "stored")[];
  /** Takes the password from stdin, where the harness has one. */
  password?: boolean;
}

const commands = ({
  password,
  otpCode,
  text,
}: {
  password: string;
  otpCode: string;
  text: string;
}): Command[] => [
  { args: ["auth", "--force", "-e", "a@example.com"], password: true },
  { args: ["auth", "--force", "-e", "a@example.com", `--password=${password}`, "-o", otpCode] },
  { args: ["auth", "--force", "-e", "a@example.com", "--no-create-key"], password: true },
  { args: ["auth", "--force", "-e", "a@example.com", `--key-name=${text || "x"}`], password: true },
  { args: ["auth", "-e", "a@example.com", "--stdout"], password: true, shows: ["apiKey"] },
  { args: ["auth", "status"] },
  { args: ["auth", "status", "--offline"] },
  { args: ["auth", "logout"] },
  { args: ["auth", "token"], shows: ["stored"] },
  { args: ["account"] },
  { args: ["account", "api-keys", "list"] },
  { args: ["account", "api-keys", "list", `--search=${text || "c"}`] },
  { args: ["account", "api-keys", "create", "--", text || "ci"], shows: ["apiKey"] },
  { args: ["account", "api-keys", "delete", "ci"] },
  { args: ["account", "api-keys", "delete", "--force", "--", text || "ci"] },
  { args: ["account", "api-keys", "rotate"], shows: ["apiKey"] },
  { args: ["account", "api-keys", "rotate", "ci"], shows: ["apiKey"] },
  { args: ["account", "otp", "enable"], shows: ["otpSecret"] },
  { args: ["account", "otp", "enable", "--otp", otpCode] },
  { args: ["account", "otp", "disable"], password: true },
  { args: ["register", "-e", "a@example.com", `-f=${text}x`, `-l=${text}y`], password: true },
  { args: ["confirm-email", "-e", "a@example.com", `--token=${password.replace(/[\s/?=&]/g, "")}`] },
  { args: ["confirm-email", "-e", "a@example.com", "--resend"] },
  { args: ["config"] },
  { args: ["config", "get", "auth_token"] },
  { args: ["config", "set", "base_endpoint", `https://user:${encodeURIComponent(password)}@example.com`] },
  { args: ["config", "path"] },
  { args: ["doctor"] },
  { args: ["auth", `--${text}`] },
  { args: [password] },
  { args: ["auth", password] },
  { args: ["auth", "status", password] },
];

export const cases: fc.Arbitrary<Case> = fc
  .record({
    password: secret,
    otpCode: code,
    stored: jwt({ aud: ["api"], jti: UUID, exp: LATER }),
    apiKey: jwt({ aud: ["api"], jti: UUID, exp: LATER }),
    session: jwt({ aud: ["login"], exp: LATER }),
    otpToken: jwt({ aud: ["2fa"], exp: LATER }),
    otpSecret: fc.stringMatching(/^[A-Z2-7]{32}$/),
    texts: fc.array(hostileText, { minLength: 4, maxLength: 4 }),
    argument: hostileText.map((text) => text.replace(/[\0\p{Surrogate}]/gu, "")),
    otp: fc.boolean(),
    redirect: fc.boolean(),
    faulty: fc.boolean(),
    fault: fc.record({
      path: fc.constantFrom(...paths),
      status: fc.constantFrom(200, 200, 301, 302, 400, 401, 403, 404, 407, 409, 422, 429, 500, 503),
      shape: fc.nat(5),
      text: hostileText,
      header: fc.oneof(
        hostileText,
        fc.constantFrom("-1", "99999999999", "1e9", "Sat, 99 Foo 275761 25:61:61 GMT"),
      ),
    }),
    fromVariable: fc.boolean(),
    command: fc.nat(31),
    mode: fc.constantFrom(...modes),
    extra: hostileText,
  })
  .map((given) => {
    const { password, otpCode, stored, argument, otp, redirect, fault, faulty, mode } = given;
    const {
      args,
      shows = [],
      password: fromStdin,
    } = commands({ password, otpCode, text: argument })[given.command] ?? { args: [] };
    const { apiKey, session, otpToken, otpSecret, texts } = given;
    const unmask = mode.includes("--unmask");
    const flagsEnd = args.indexOf("--");
    const withMode =
      flagsEnd < 0 ? [...args, ...mode] : [...args.slice(0, flagsEnd), ...mode, ...args.slice(flagsEnd)];
    const hidden = { password, otpCode, stored, apiKey, session, otpToken, otpSecret };
    const shown: string[] = [...shows, ...(unmask ? ["stored", "apiKey", "session"] : [])];
    const secrets = Object.entries(hidden).flatMap(([name, value]) =>
      shown.includes(name) || (unmask && args[0] === "config") ? [] : [value],
    );
    return {
      args: withMode,
      env: {
        PINNER_OTP: otpCode,
        ...(given.fromVariable ? { PINNER_AUTH_TOKEN: stored } : {}),
        ...(fromStdin ? { PINNER_PASSWORD: password } : {}),
      },
      config: `auth_token: ${stored}\nother: ${JSON.stringify(given.extra)}\n`,
      script: {
        session,
        otpToken,
        apiKey,
        uuid: UUID,
        otpSecret,
        texts,
        otp,
        redirect,
        ...(faulty ? { fault } : {}),
      },
      secrets,
    };
  });

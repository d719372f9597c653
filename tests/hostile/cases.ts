import fc from "fast-check";
import { lines } from "./lines.ts";
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
  /** Texts that the program has from elsewhere, and may show. */
  outside: string[];
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

/** @param mark what is done to texts from outside, so that a judge can tell them from the program's own */
export const casesOf = (mark: (text: string) => string): fc.Arbitrary<Case> =>
  fc
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
      line: fc.constantFrom(...lines),
      mode: fc.constantFrom(...modes),
      extra: hostileText,
    })
    .map((given) => {
      const { password, otpCode, stored, otp, redirect, faulty, mode } = given;
      const text = mark(given.argument);
      const { args, shows = [], password: fromStdin } = given.line({ password, otpCode, text });
      const { apiKey, session, otpToken, otpSecret } = given;
      const texts = given.texts.map(mark);
      const fault = { ...given.fault, text: mark(given.fault.text) };
      const extra = mark(given.extra);
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
        config: `auth_token: ${stored}\nother: ${JSON.stringify(extra)}\n`,
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
        outside: [text, extra, fault.text, ...texts],
      };
    });

export const cases = casesOf((text) => text);

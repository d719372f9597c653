import type { CommandPath } from "../support/commands.ts";

/** What a command line is made of. */
interface Words {
  password: string;
  otpCode: string;
  /** Any text, but for what no argument can hold. */
  text: string;
}

/** The arguments after a command's own words, and what it is run with. */
interface Line {
  args: string[];
  /** What it is there to print. */
  shows?: ("apiKey" | "otpSecret" | "stored")[];
  /** Takes the password from stdin, where the harness has one. */
  password?: boolean;
}

type MakeLine = (words: Words) => Line;

const account = ["-e", "a@example.com"];

/** Every command, in one or more ways. Each is drawn as often as any other; one that is left out does not compile. */
const rows: Record<CommandPath, MakeLine[]> = {
  auth: [
    () => ({ args: ["--force", ...account], password: true }),
    ({ password, otpCode }) => ({ args: ["--force", ...account, `--password=${password}`, "-o", otpCode] }),
    () => ({ args: ["--force", ...account, "--no-create-key"], password: true }),
    ({ text }) => ({ args: ["--force", ...account, `--key-name=${text || "x"}`], password: true }),
    () => ({ args: [...account, "--stdout"], password: true, shows: ["apiKey"] }),
    ({ text }) => ({ args: [`--${text}`] }),
    ({ password }) => ({ args: [password] }),
  ],
  "auth status": [
    () => ({ args: [] }),
    () => ({ args: ["--offline"] }),
    ({ password }) => ({ args: [password] }),
  ],
  "auth logout": [() => ({ args: [] }), () => ({ args: ["--keep-key"] })],
  "auth exec": [
    () => ({ args: ["--", "true"] }),
    ({ text }) => ({ args: [`--key-name=${text}x`, "--", "true"] }),
    ({ password, otpCode }) => ({
      args: [...account, `--password=${password}`, "-o", otpCode, "--", "true"],
    }),
    ({ text }) => ({ args: ["--", `/nonexistent/${text}`] }),
  ],
  "auth token": [() => ({ args: [], shows: ["stored"] })],
  register: [({ text }) => ({ args: [...account, `-f=${text}x`, `-l=${text}y`], password: true })],
  "confirm-email": [
    ({ password }) => ({ args: [...account, `--token=${password.replace(/[\s/?=&]/g, "")}`] }),
    () => ({ args: [...account, "--resend"] }),
  ],
  "reset-password": [
    () => ({ args: account }),
    ({ password }) => ({
      args: [...account, `--token=${password.replace(/[\s/?=&]/g, "")}`],
      password: true,
    }),
  ],
  account: [() => ({ args: [] })],
  "account email": [({ text }) => ({ args: ["--", `${text}x@example.com`], password: true })],
  "account password": [
    ({ password }) => ({ args: [`--current-password=${password}`, `--new-password=${password}x`] }),
  ],
  "account profile": [({ text }) => ({ args: [`-f=${text}x`, `-l=${text}y`] })],
  "account delete": [() => ({ args: ["--force"] })],
  "account api-keys list": [() => ({ args: [] }), ({ text }) => ({ args: [`--search=${text || "c"}`] })],
  "account api-keys create": [({ text }) => ({ args: ["--", text || "ci"], shows: ["apiKey"] })],
  "account api-keys delete": [
    () => ({ args: ["ci"] }),
    ({ text }) => ({ args: ["--force", "--", text || "ci"] }),
  ],
  "account api-keys prune": [
    () => ({ args: ["--force"] }),
    ({ text }) => ({ args: [`--name=${text}x`, "--older-than=0", "--dry-run"] }),
    ({ text }) => ({ args: [`--older-than=${text}`] }),
  ],
  "account api-keys rotate": [
    () => ({ args: [], shows: ["apiKey"] }),
    () => ({ args: ["ci"], shows: ["apiKey"] }),
  ],
  "account otp enable": [
    () => ({ args: [], shows: ["otpSecret"] }),
    ({ otpCode }) => ({ args: ["--otp", otpCode] }),
  ],
  "account otp disable": [() => ({ args: [], password: true })],
  config: [() => ({ args: [] })],
  "config get": [() => ({ args: ["auth_token"] }), ({ text }) => ({ args: ["--", text || "secure"] })],
  "config set": [
    ({ password }) => ({
      args: ["base_endpoint", `https://user:${encodeURIComponent(password)}@example.com`],
    }),
    ({ text }) => ({ args: ["--", "base_endpoint", text || "x"] }),
  ],
  "config unset": [() => ({ args: ["base_endpoint"] }), ({ text }) => ({ args: ["--", text || "secure"] })],
  "config path": [() => ({ args: [] })],
  doctor: [() => ({ args: [] })],
  completion: [() => ({ args: ["bash"] }), ({ text }) => ({ args: ["--", text || "fish"] })],
};

const wrongWord: MakeLine = ({ password }) => ({ args: [password] });

/** Whole lines: those of the table, and words that are no command. */
export const lines: MakeLine[] = [
  ...Object.entries(rows).flatMap(([path, made]) =>
    made.map(
      (make): MakeLine =>
        (words) => {
          const line = make(words);
          return { ...line, args: [...path.split(" "), ...line.args] };
        },
    ),
  ),
  wrongWord,
];

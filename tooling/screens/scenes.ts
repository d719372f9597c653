import { chmod } from "node:fs/promises";
import { type Answer, EMAIL, PASSWORD, type Stage } from "./stage.ts";

/** What is typed into a terminal to get a screen. */
export interface Scene {
  /** For those who do not see the picture. */
  title: string;
  prepare?(stage: Stage): Promise<void>;
  command: string;
  answers?: readonly Answer[];
  /** The exit code; 0 if not given. */
  exit?: number;
}

const types = (shows: string, text: string): Answer => [shows, () => `${text}\r`];
const typesCode = (shows: string): Answer => [shows, ({ portal }) => `${portal.otpCode(EMAIL)}\r`];

/** Stores a key in use beside some others. */
async function loggedIn(stage: Stage): Promise<void> {
  await stage.addKey("nightly-backup", 27);
  await stage.addKey("ci", 12);
  const { token } = await stage.addKey("laptop", 3);
  await stage.storeToken(token);
}

/** The key in use was deleted, by somebody else or on the web site. */
async function keyDeleted(stage: Stage): Promise<void> {
  await loggedIn(stage);
  stage.portal.get(EMAIL).keys.pop();
}

/** The screens that people see most, by the names of their files. */
export const scenes = {
  login: {
    title: "A first login: pinner auth asks for email and password, and stores an API key",
    command: "pinner auth",
    answers: [types("Email", EMAIL), types("Password", PASSWORD)],
  },
  "two-factor": {
    title: "A login with two-factor authentication asks for a code as well",
    async prepare({ portal }) {
      Object.assign(portal.get(EMAIL), { otpEnabled: true, otpSecret: portal.make.secret() });
    },
    command: "pinner auth",
    answers: [types("Email", EMAIL), types("Password", PASSWORD), typesCode("code")],
  },
  "refused-password": {
    title: "A password that is refused is asked for again, without the email",
    command: "pinner auth",
    answers: [
      types("Email", EMAIL),
      types("Password", "correct-horse"),
      ["refused", () => ""],
      types("Password", PASSWORD),
    ],
  },
  status: {
    title: "pinner auth status: the stored key works",
    prepare: loggedIn,
    command: "pinner auth status",
  },
  "status-refused": {
    title: "pinner auth status: the service refuses the stored key, and what to do",
    prepare: keyDeleted,
    command: "pinner auth status",
    exit: 4,
  },
  list: {
    title: "pinner account api-keys list: every key of the account, newest first",
    prepare: loggedIn,
    command: "pinner account api-keys list",
  },
  rotate: {
    title: "pinner account api-keys rotate replaces the key in use by a new one",
    prepare: loggedIn,
    command: "pinner account api-keys rotate",
  },
  "otp-enable": {
    title: "pinner account otp enable shows a QR code and asks for the first code",
    prepare: loggedIn,
    command: "pinner account otp enable",
    answers: [typesCode("Code")],
  },
  doctor: {
    title: "pinner doctor: all is well",
    prepare: loggedIn,
    command: "pinner doctor",
  },
  "doctor-failed": {
    title: "pinner doctor finds a config file that others can read and a key that was deleted",
    async prepare(stage) {
      await keyDeleted(stage);
      await chmod(stage.configPath, 0o644);
    },
    command: "pinner doctor",
    exit: 4,
  },
  begin: { title: "pinner alone says where to begin", command: "pinner" },
  help: { title: "The help of pinner", command: "pinner --help" },
  "help-auth": { title: "The help of pinner auth", command: "pinner auth --help" },
} satisfies Record<string, Scene>;

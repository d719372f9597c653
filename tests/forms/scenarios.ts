import manifest from "../../package.json" with { type: "json" };
import type { Fault } from "../../src/testing/portal.ts";
import { EMAIL, PASSWORD, type World } from "../../tooling/world.ts";

/** What a step may use of what came before it. */
export interface Situation {
  world: World;
  /** Where this form keeps its config file. */
  configPath: string;
  /** stdout of earlier steps, by their name. */
  printed: Map<string, string>;
}

export interface Step {
  name: string;
  args: (situation: Situation) => string[];
  stdin?: string | ((situation: Situation) => string);
  env?: (situation: Situation) => Record<string, string>;
  /** What the service does wrong at each request of this step. */
  fault?: Fault;
  exit: number;
  /** What it prints; {url}, {config} and {config.json} stand for this form's own, the other braces for any such. */
  stdout: string;
  stderr?: string;
}

const ODD_PASSWORD = " pässwörd-日本-🔑 '\"$x\\ ";
const login = ["auth", "-e", EMAIL];
const loggedIn = (name: string) =>
  `Logged in to {url} as ${EMAIL}. The API key "${name}" is stored in {config} and works until {minute} UTC\n`;
const problem = (code: string, message: string, more: Record<string, unknown> = {}) =>
  `${JSON.stringify({ error: { code, message, ...more } }, null, 2)}\n`;

/** A whole life with the program, in one home directory. Every form must do the same, byte for byte. */
export const steps: Step[] = [
  { name: "the version", args: () => ["--version"], exit: 0, stdout: `${manifest.version}\n` },
  {
    name: "status before any login",
    args: () => ["auth", "status", "--json"],
    exit: 4,
    stdout: `{
  "status": "not_authenticated",
  "portalURL": "{url}",
  "message": "Not logged in: run \`pinner auth\`",
  "source": "none",
  "kind": "none",
  "shadows": []
}
`,
  },
  {
    name: "an unknown flag",
    args: () => ["auth", "--emial", "x"],
    exit: 2,
    stdout: "",
    stderr: "error: unknown flag --emial: did you mean --email?\n",
  },
  {
    name: "a missing password",
    args: () => login,
    exit: 2,
    stdout: "",
    stderr: "error: the password is missing: give it with --password or PINNER_PASSWORD or on stdin\n",
  },
  {
    name: "a wrong password",
    args: () => [...login, "--json"],
    stdin: "not the password",
    exit: 4,
    stdout: "",
    stderr: problem(
      "credentials_refused",
      "the login was refused: The login credentials provided are invalid.",
      {
        hint: "Check the email and the password. If the account has none: `pinner auth --web`, or `pinner reset-password`",
        status: 401,
      },
    ),
  },
  {
    name: "login with the password on stdin",
    args: () => login,
    stdin: `${PASSWORD}\r\n`,
    exit: 0,
    stdout: loggedIn("cli-generated"),
  },
  {
    name: "status",
    args: () => ["auth", "status"],
    exit: 0,
    stdout: `Logged in to {url} as ${EMAIL}
  Token    API key "cli-generated" ({uuid}) eyJ…
  Expires  {date} (in 30 days)
  From     {config}
  Service  {url}
`,
  },
  { name: "the token", args: () => ["auth", "token"], exit: 0, stdout: "{token}\n" },
  {
    name: "a second login without --force",
    args: () => login,
    stdin: PASSWORD,
    exit: 2,
    stdout: "",
    stderr: "error: {config} holds a token already: give --force to overwrite it\n",
  },
  {
    name: "login with variables only",
    args: () => ["auth", "--force", "-k", "laptop"],
    env: () => ({ PINNER_EMAIL: EMAIL, PINNER_PASSWORD: PASSWORD }),
    exit: 0,
    stdout: loggedIn("laptop"),
  },
  {
    name: "login with a password of every kind of character",
    args: () => ["auth", "-e", "odd@example.com", "--stdout"],
    stdin: ODD_PASSWORD,
    exit: 0,
    stdout: "{token}\n",
  },
  {
    name: "the same password in a variable",
    args: () => ["auth", "-e", "odd@example.com", "--stdout"],
    env: () => ({ PINNER_PASSWORD: ODD_PASSWORD }),
    exit: 0,
    stdout: "{token}\n",
  },
  {
    name: "whose account it is",
    args: () => ["account", "--json"],
    exit: 0,
    stdout: `{
  "id": 1,
  "email": "${EMAIL}",
  "first_name": "Alice",
  "last_name": "Person",
  "verified": true,
  "otp": false
}
`,
  },
  {
    name: "a new key",
    args: () => ["account", "api-keys", "create", "日本 key", "-q"],
    exit: 0,
    stdout: "{token}\n",
  },
  {
    name: "the keys",
    args: () => ["account", "api-keys", "list", "-s", "a"],
    exit: 0,
    stdout: `NAME           UUID                                  CREATED     LAST USED   ENDS
laptop         {uuid}  {day}  {day}  {day}  in use
cli-generated  {uuid}  {day}  {day}  {day}
`,
  },
  {
    name: "deleting by name",
    args: () => ["account", "api-keys", "delete", "日本 key", "--json"],
    exit: 0,
    stdout: `{
  "deleted": true,
  "key": "日本 key",
  "uuid": "{uuid}",
  "acceptedUntil": "{date}"
}
`,
  },
  {
    name: "deleting what is not there",
    args: () => ["account", "api-keys", "delete", "nothing"],
    exit: 1,
    stdout: "",
    stderr: "error: there is no API key of this name or UUID. See `pinner account api-keys list`\n",
  },
  {
    name: "rotating the key in use",
    args: () => ["account", "api-keys", "rotate", "--json"],
    exit: 0,
    stdout: `{
  "rotated": true,
  "key": "laptop",
  "uuid": "{uuid}",
  "replaced": "{uuid}",
  "acceptedUntil": "{date}",
  "configPath": "{config.json}"
}
`,
  },
  {
    name: "a secret for 2FA",
    args: () => ["account", "otp", "enable", "--json"],
    exit: 0,
    stdout: `{
  "status": "pending",
  "secret": "{secret}",
  "uri": "otpauth://totp/Pinner:alice%40example.com?secret={secret}&issuer=Pinner"
}
`,
  },
  {
    name: "turning 2FA on",
    args: ({ world }) => ["account", "otp", "enable", "--otp", world.portal.otpCode(EMAIL), "-q"],
    exit: 0,
    stdout: "2FA is on: logging in asks for a code from now on\n",
  },
  {
    name: "login with a code",
    args: () => [...login, "--force", "-q"],
    stdin: PASSWORD,
    env: ({ world }) => ({ PINNER_OTP: world.portal.otpCode(EMAIL) }),
    exit: 0,
    stdout: loggedIn("cli-generated"),
  },
  {
    name: "turning 2FA off",
    args: () => ["account", "otp", "disable"],
    stdin: PASSWORD,
    exit: 0,
    stdout: "2FA is off: the password alone logs in from now on\n",
  },
  {
    name: "a service that is failing",
    args: () => ["account", "--json"],
    fault: { kind: "status", status: 503, body: '{"error": "down for maintenance"}' },
    exit: 3,
    stdout: "",
    stderr: problem("server_error", "the service failed with 503: down for maintenance", {
      hint: "Check the connection, or try again later",
      status: 503,
    }),
  },
  {
    name: "a service that cannot be reached",
    args: () => ["account", "--json"],
    env: () => ({ PINNER_BASE_ENDPOINT: "http://127.0.0.1:2" }),
    exit: 3,
    stdout: "",
    stderr: problem("unreachable", "could not reach http://127.0.0.1:2: ECONNREFUSED", {
      hint: "Check the connection, or try again later",
    }),
  },
  {
    name: "storing a token from stdin",
    args: () => ["auth", "--with-token", "--force"],
    stdin: ({ printed }) => printed.get("the token") ?? "",
    exit: 0,
    stdout: "The token is stored in {config}\n",
  },
  {
    name: "a setting",
    args: () => ["config", "set", "secure", "true"],
    exit: 0,
    stdout: "secure is true in {config}\n",
  },
  { name: "all settings", args: () => ["config"], exit: 0, stdout: "auth_token: eyJ…\nsecure: true\n" },
  {
    name: "registering",
    args: () => ["register", "-e", "new@example.com", "-f", "Néw", "-l", "Person"],
    stdin: PASSWORD,
    exit: 0,
    stdout:
      "Registered new@example.com. Next: confirm it with the code from the service's email: `pinner confirm-email --email new@example.com --token CODE`. If none comes, look among the spam, then `pinner confirm-email --email new@example.com --resend`\n",
  },
  {
    name: "confirming",
    args: ({ world }) => ["confirm-email", "-t", world.portal.emails.at(-1)?.link ?? ""],
    exit: 0,
    stdout: "The service accepts the code for new@example.com. Next: `pinner auth --email new@example.com`\n",
  },
  {
    name: "what completes a command",
    args: () => ["complete", "--", "auth", "st"],
    exit: 0,
    stdout: "status\tAsk the service whether the token in force works\n:4\n",
  },
  {
    name: "logging out",
    args: () => ["auth", "logout", "--json"],
    exit: 0,
    stdout: `{
  "status": "logged_out",
  "configPath": "{config.json}",
  "keyDeleted": true,
  "acceptedUntil": "{date}",
  "message": "Logged out: the token is removed from {config.json}, and API key {uuid} is deleted"
}
`,
  },
];

/** Adds the accounts that the steps expect. */
export function furnish({ portal }: World): void {
  portal.addAccount({ email: "odd@example.com", password: ODD_PASSWORD });
}

/** What is expected of this form: its own endpoint and config file filled in. */
export const expand = (template: string, { world, configPath }: Situation): string =>
  template
    .replaceAll("{url}", world.url)
    .replaceAll("{config.json}", JSON.stringify(configPath).slice(1, -1))
    .replaceAll("{config}", configPath);

/** A text with what differs from run to run named. */
export const normalise = (text: string): string =>
  text
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "{token}")
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "{uuid}")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "{date}")
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "{minute}")
    .replace(/\d{4}-\d\d-\d\d/g, "{day}")
    .replace(/\b[A-Z2-7]{32}\b/g, "{secret}");

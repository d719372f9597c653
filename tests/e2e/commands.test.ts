import { describe, expect, test } from "bun:test";
import type { RunOptions } from "../../tooling/process.ts";
import { createWorld, EMAIL, OTP_EMAIL, PASSWORD, type World } from "../../tooling/world.ts";
import type { CommandPath } from "../support/commands.ts";

interface Row {
  /** Brings about what the command needs. @returns its arguments after its own words, and how it is run */
  prepare: (world: World) => Promise<{ args?: string[]; options?: RunOptions }>;
  /** The JSON document of success, field by field. */
  document: (world: World) => unknown;
}

const text: unknown = expect.any(String);
const uuid: unknown = expect.stringMatching(/^[\da-f-]{36}$/);
const token: unknown = expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
const date: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

const loggedIn = async (world: World) => {
  await world.logIn(EMAIL, "laptop");
  return {};
};

/** What prints no document of its own: its stdout is that of the command that it runs. */
type WithoutDocument = "auth exec";

/** Every command once, with its document as the contract has it. A command without a row does not compile. */
const rows: Record<Exclude<CommandPath, WithoutDocument>, Row> = {
  auth: {
    prepare: async () => ({ args: ["-e", EMAIL, "-k", "ci"], options: { stdin: PASSWORD } }),
    document: ({ configPath, url }) => ({
      status: "authenticated",
      configPath,
      portalURL: url,
      apiKeyName: "ci",
      apiKeyUuid: uuid,
      expiresAt: date,
      replaced: [],
      message: text,
    }),
  },
  "auth status": {
    prepare: loggedIn,
    document: ({ url }) => ({
      status: "authenticated",
      portalURL: url,
      message: text,
      source: "config",
      kind: "api_key",
      email: EMAIL,
      keyUuid: uuid,
      keyName: "laptop",
      expiresAt: date,
      shadows: [],
    }),
  },
  "auth logout": {
    prepare: loggedIn,
    document: ({ configPath }) => ({
      status: "logged_out",
      configPath,
      keyDeleted: true,
      acceptedUntil: date,
      message: text,
    }),
  },
  "auth token": { prepare: loggedIn, document: () => ({ token, source: "config" }) },
  register: {
    prepare: async () => ({
      args: ["-e", "new@example.com", "-f", "New", "-l", "Person"],
      options: { stdin: PASSWORD },
    }),
    document: () => ({ status: "registered", email: "new@example.com", message: text }),
  },
  "confirm-email": {
    async prepare({ portal }) {
      const account = portal.addAccount({ email: "new@example.com", password: PASSWORD, verified: false });
      account.verification = { token: "a1b2c3", expiresAt: Date.now() + 60_000 };
      // Quiet, because a code that is given as a flag is warned of.
      return { args: ["-e", "new@example.com", "-t", "a1b2c3", "-q"] };
    },
    document: () => ({ status: "verified", email: "new@example.com", message: text }),
  },
  "reset-password": {
    prepare: async () => ({ args: ["-e", EMAIL] }),
    document: () => ({ status: "sent", email: EMAIL, message: text }),
  },
  "account email": {
    async prepare(world) {
      await world.logIn();
      return { args: ["new@example.com"], options: { stdin: PASSWORD } };
    },
    document: () => ({ status: "updated", email: "new@example.com", message: text }),
  },
  "account password": {
    async prepare(world) {
      await world.logIn();
      const env = { PINNER_PASSWORD: PASSWORD, PINNER_NEW_PASSWORD: "another-horse-battery" };
      return { options: { env } };
    },
    document: () => ({ status: "updated", message: text }),
  },
  "account profile": {
    async prepare(world) {
      await world.logIn();
      return { args: ["-f", "Alicia"] };
    },
    document: () => ({
      id: 1,
      email: EMAIL,
      first_name: "Alicia",
      last_name: "Person",
      verified: true,
      otp: false,
    }),
  },
  "account delete": {
    async prepare(world) {
      await world.logIn();
      return { args: ["--force"] };
    },
    document: () => ({ status: "deletion_requested", email: EMAIL, acceptedUntil: date, message: text }),
  },
  account: {
    prepare: loggedIn,
    document: () => ({
      id: 1,
      email: EMAIL,
      first_name: "Alice",
      last_name: "Person",
      verified: true,
      otp: false,
    }),
  },
  "account api-keys list": {
    prepare: loggedIn,
    document: () => ({
      count: 1,
      keys: [{ uuid, name: "laptop", created_at: date, last_used_at: date, ends_at: date, current: true }],
    }),
  },
  "account api-keys create": {
    async prepare(world) {
      await world.logIn();
      return { args: ["ci"] };
    },
    document: () => ({ name: "ci", uuid, token }),
  },
  "account api-keys delete": {
    async prepare(world) {
      await world.logIn();
      world.portal.addKeys(EMAIL, ["old"]);
      return { args: ["old"] };
    },
    document: () => ({ deleted: true, key: "old", uuid, acceptedUntil: date }),
  },
  "account api-keys prune": {
    async prepare(world) {
      await world.logIn();
      const [ended] = world.portal.addKeys(EMAIL, ["old"]);
      if (ended) ended.createdAt = "2020-01-01T00:00:00.000Z";
      return { args: ["--force"] };
    },
    document: () => ({ deleted: [uuid], kept: 1, failed: [] }),
  },
  "account api-keys rotate": {
    prepare: loggedIn,
    document: ({ configPath }) => ({
      rotated: true,
      key: "laptop",
      uuid,
      replaced: uuid,
      acceptedUntil: date,
      configPath,
    }),
  },
  "account otp enable": {
    prepare: loggedIn,
    document: ({ portal }) => {
      const secret = portal.get(EMAIL).otpSecret ?? "";
      const uri = `otpauth://totp/Pinner:${encodeURIComponent(EMAIL)}?secret=${secret}&issuer=Pinner`;
      return { status: "pending", secret, uri };
    },
  },
  "account otp disable": {
    async prepare(world) {
      await world.logIn(OTP_EMAIL);
      return { options: { stdin: PASSWORD } };
    },
    document: () => ({ status: "disabled", message: text }),
  },
  config: {
    async prepare(world) {
      await world.logIn();
      await world.writeConfig(`${await world.config()}secure: true\nforeign: 1\n`);
      return {};
    },
    document: ({ configPath }) => ({ configPath, auth_token: "eyJ…", secure: true }),
  },
  "config get": {
    async prepare(world) {
      await world.writeConfig("base_endpoint: pins.example.com\n");
      return { args: ["base_endpoint"] };
    },
    document: () => ({ key: "base_endpoint", value: "pins.example.com" }),
  },
  "config set": {
    prepare: async () => ({ args: ["secure", "false"] }),
    document: ({ configPath }) => ({ key: "secure", value: false, configPath }),
  },
  "config unset": {
    prepare: async () => ({ args: ["secure"] }),
    document: ({ configPath }) => ({ key: "secure", value: null, configPath }),
  },
  "config path": { prepare: async () => ({}), document: ({ configPath }) => ({ configPath }) },
  doctor: {
    prepare: loggedIn,
    document: () => ({
      ok: true,
      checks: expect.arrayContaining([{ name: "token", status: "ok", message: text }]),
    }),
  },
  completion: {
    prepare: async () => ({ args: ["fish"] }),
    document: () => ({ shell: "fish", script: expect.stringContaining("complete") }),
  },
};

for (const [path, { prepare, document }] of Object.entries(rows)) {
  const words = path.split(" ");
  describe(`pinner ${path}`, () => {
    test("--json prints one document, exactly as promised", async () => {
      await using world = await createWorld();
      const { args = [], options } = await prepare(world);
      const { exit, stdout, stderr } = await world.pinner([...words, ...args, "--json"], options);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual(document(world));
      expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
    });

    test("prints its result on stdout for people too, without colours in a pipe", async () => {
      await using world = await createWorld();
      const { args = [], options } = await prepare(world);
      const { exit, stdout } = await world.pinner([...words, ...args], options);
      expect(exit).toBe(0);
      expect(stdout).toEndWith("\n");
      expect(stdout).not.toContain("\u001b");
    });

    test("is quiet on stderr with -q", async () => {
      await using world = await createWorld();
      const { args = [], options } = await prepare(world);
      const { stderr } = await world.pinner([...words, ...args, "-q"], options);
      expect(stderr).toBe("");
    });

    test("has help with examples", async () => {
      await using world = await createWorld();
      const { exit, stdout, stderr } = await world.pinner([...words, "--help"]);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).toContain(`USAGE pinner ${path}`);
      expect(stdout).toContain(`EXAMPLES`);
      expect(stdout).toContain(`pinner ${path}`);
      expect(world.portal.requests).toHaveLength(0);
    });

    test("refuses an unknown flag and a surplus argument, and does nothing", async () => {
      await using world = await createWorld();
      const { args = [], options } = await prepare(world);
      const before = await world.config();
      for (const extra of [["--bogus"], ["surplus", "surplus", "surplus"]]) {
        const { exit, stdout, stderr } = await world.pinner([...words, ...args, ...extra, "--json"], options);
        expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
        expect(JSON.parse(stderr).error.code).toBe("usage");
      }
      expect(world.portal.requests).toHaveLength(0);
      expect(await world.config()).toEqual(before);
    });
  });
}

import { randomUUID } from "node:crypto";
import { generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Secret, TOTP } from "otpauth";

/** Where portals differ; the defaults are what the newest does. */
export interface Quirks {
  loginAnswer: "location" | "cookie" | "both" | "json";
  otpAnswer: "location" | "cookie" | "both" | "json";
  jsonOtpFlag: "false" | "absent";
  audience: "array" | "string";
  keyIdIn: "jti" | "sub";
  issuedAt: boolean;
  wrongOtp: 400 | 500;
  missingKeyDelete: 404 | 500;
  errorShape: 1 | 2 | 3 | 4 | 5;
  search: "q" | "name_contains" | "none";
  extraFields: boolean;
  keyTtlSeconds: number;
  loginTtlSeconds: number;
  otpTokenTtlSeconds: number;
  registerStatus: 200 | 201;
  otpVerifyStatus: 200 | 204;
  verifyFailure: 400 | 500;
  clockSkewSeconds: number;
  /** How exactly `created_at` tells the time. */
  createdAt: "milliseconds" | "seconds";
}

export const defaultQuirks: Quirks = {
  loginAnswer: "both",
  otpAnswer: "both",
  jsonOtpFlag: "false",
  audience: "array",
  keyIdIn: "jti",
  issuedAt: true,
  wrongOtp: 400,
  missingKeyDelete: 404,
  errorShape: 2,
  search: "q",
  extraFields: false,
  keyTtlSeconds: 30 * 24 * 3600,
  loginTtlSeconds: 24 * 3600,
  otpTokenTtlSeconds: 300,
  registerStatus: 200,
  otpVerifyStatus: 204,
  verifyFailure: 400,
  clockSkewSeconds: 0,
  createdAt: "milliseconds",
};

export interface Key {
  uuid: string;
  name: string;
  createdAt: string;
}

export interface Account {
  id: number;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  verified: boolean;
  pendingDeletion: boolean;
  otpEnabled: boolean;
  otpSecret: string | undefined;
  createdAt: string;
  keys: Key[];
  verification: { token: string; expiresAt: number } | undefined;
  resetToken: string | undefined;
}

export interface Mail {
  to: string;
  kind: "verify" | "password-reset";
  token: string;
  link: string;
}

export type TokenUse = "api" | "login" | "2fa";

/** The accounts, their keys and their tokens. */
export class State {
  readonly accounts = new Map<string, Account>();
  readonly emails: Mail[] = [];
  onEmail: ((mail: Mail) => void) | undefined;
  readonly quirks: Quirks;
  readonly #clock: () => number;
  readonly #keys = generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  /** A session ends by being named here. */
  readonly #endedSessions = new Set<string>();
  #created = 0;

  constructor(quirks: Quirks, clock: () => number) {
    this.quirks = quirks;
    this.#clock = clock;
  }

  /** Milliseconds by the portal's own clock. */
  now(): number {
    return this.#clock() + this.quirks.clockSkewSeconds * 1000;
  }

  addAccount(input: {
    email: string;
    password: string;
    firstName?: string;
    lastName?: string;
    verified?: boolean;
    otp?: boolean;
  }): Account {
    const account: Account = {
      id: this.accounts.size + 1,
      email: input.email,
      password: input.password,
      firstName: input.firstName ?? "Test",
      lastName: input.lastName ?? "Person",
      verified: input.verified ?? true,
      pendingDeletion: false,
      otpEnabled: input.otp ?? false,
      otpSecret: input.otp ? newSecret() : undefined,
      createdAt: new Date(this.now()).toISOString(),
      keys: [],
      verification: undefined,
      resetToken: undefined,
    };
    this.accounts.set(input.email.toLowerCase(), account);
    return account;
  }

  find(email: string): Account | undefined {
    return this.accounts.get(email.toLowerCase());
  }

  get(email: string): Account {
    const account = this.find(email);
    if (!account) throw new Error(`the portal has no account ${email}`);
    return account;
  }

  addKeys(email: string, names: string[]): Key[] {
    return names.map((name) => this.addKey(this.get(email), name));
  }

  addKey(account: Account, name: string): Key {
    const createdAt = new Date(this.now() + this.#created++).toISOString();
    const key = { uuid: randomUUID(), name, createdAt };
    account.keys.push(key);
    return key;
  }

  async createKey(email: string, name: string): Promise<Key & { token: string }> {
    const account = this.get(email);
    const key = this.addKey(account, name);
    return { ...key, token: await this.keyToken(account, key.uuid) };
  }

  keyToken(account: Account, uuid: string): Promise<string> {
    return this.issue("api", account.email, this.quirks.keyIdIn === "jti" ? { jti: uuid } : { sub: uuid });
  }

  /** A signed token. Claims replace what it would hold; `undefined` removes a claim. */
  async issue(use: TokenUse, email: string, claims: Record<string, unknown> = {}): Promise<string> {
    const { quirks } = this;
    const seconds = Math.floor(this.now() / 1000);
    const ttl = {
      api: quirks.keyTtlSeconds,
      login: quirks.loginTtlSeconds,
      "2fa": quirks.otpTokenTtlSeconds,
    }[use];
    const payload: Record<string, unknown> = {
      iss: "pinner",
      sub: String(this.get(email).id),
      aud: quirks.audience === "array" ? [use] : use,
      exp: seconds + ttl,
      ...(quirks.issuedAt ? { iat: seconds, nbf: seconds } : {}),
      ...(use === "login" ? { session: randomUUID() } : {}),
      ...claims,
    };
    for (const [name, value] of Object.entries(payload)) if (value === undefined) delete payload[name];
    const { privateKey } = await this.#keys;
    return new SignJWT(payload as JWTPayload)
      .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
      .sign(privateKey);
  }

  /** The account that a token stands for, if it is good for this use now. */
  async verify(token: string, use: TokenUse): Promise<Account | undefined> {
    try {
      const { publicKey } = await this.#keys;
      const { payload } = await jwtVerify(token, publicKey, {
        audience: use,
        currentDate: new Date(this.now()),
      });
      if (this.#endedSessions.has(token)) return undefined;
      const accounts = [...this.accounts.values()];
      if (use !== "api") return accounts.find(({ id }) => String(id) === payload.sub);
      return accounts.find(({ keys }) =>
        keys.some(({ uuid }) => uuid === payload.jti || uuid === payload.sub),
      );
    } catch {
      return undefined;
    }
  }

  endSession(token: string): void {
    this.#endedSessions.add(token);
  }

  /** Whether a token, of a key or a session, works at this moment. */
  async isLive(token: string): Promise<boolean> {
    return Boolean((await this.verify(token, "api")) ?? (await this.verify(token, "login")));
  }

  /** The TOTP code of now, or of some steps of 30 s away. */
  otpCode(email: string, offsetSteps = 0): string {
    return totp(this.get(email)).generate({ timestamp: this.now() + offsetSteps * 30_000 });
  }

  acceptsOtp(account: Account, code: unknown): boolean {
    if (!account.otpSecret || typeof code !== "string") return false;
    return totp(account).validate({ token: code, timestamp: this.now(), window: 1 }) !== null;
  }

  mail(account: Account, kind: Mail["kind"], token: string): void {
    const link = `https://pinner.xyz/${kind}?email=${encodeURIComponent(account.email)}&token=${token}`;
    const mail = { to: account.email, kind, token, link };
    this.emails.push(mail);
    this.onEmail?.(mail);
  }
}

export const newSecret = (): string => new Secret({ size: 20 }).base32;

/** Six characters of `[a-z0-9]`. */
export const mailToken = (): string => Math.random().toString(36).slice(2).padEnd(6, "0").slice(0, 6);

function totp(account: Account): TOTP {
  if (!account.otpSecret) throw new Error(`${account.email} has no TOTP secret`);
  return new TOTP({ secret: Secret.fromBase32(account.otpSecret), algorithm: "SHA1", digits: 6, period: 30 });
}
